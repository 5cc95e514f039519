/** Device protocols 1.3, 1.4 and 1.10 played against the simulated reader, byte for byte, and its answers against the driver's line. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { simulatedPerson } from '../../contract/simulators.ts';
import { FrameFinder, textBlockOf } from '../../native/drivers/sdt/frame.ts';
import { SdtLink } from '../../native/drivers/sdt/link.ts';
import { IdReaderSimulator } from '../../native/simulators/id-reader.ts';
import { encodeTextBlock } from '../../native/simulators/text-block.ts';

import { MemoryLine } from './memory-line.ts';
import { PERSON } from './reader-bench.ts';
import { VirtualClock } from './virtual-clock.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** The person of the protocol's full example. */
const EXAMPLE = simulatedPerson.parse({ ...PERSON, address: '测试省测试市样例路1号' });

/** A simulated reader and everything that it said. */
class Wire {
  readonly clock = new VirtualClock();
  #said: Uint8Array[] = [];
  readonly reader = new IdReaderSimulator(this.clock, (said) => this.#said.push(said));

  /** What comes back to these bytes. */
  async say(text: string): Promise<string> {
    this.#said = [];
    this.reader.receive(bytes(text));
    await this.clock.runUntil(() => false, 1000);
    return hex(Buffer.concat(this.#said));
  }

  /** Find and select, which each reading needs before it. */
  async select(): Promise<void> {
    expect(await this.say(FIND)).toBe(FOUND);
    expect(await this.say(SELECT)).toBe(SELECTED);
  }
}

const FIND = 'AAAAAA96690003200122';
const SELECT = 'AAAAAA96690003200221';
const READ = 'AAAAAA96690003300132';
const READ_ADDRESS = 'AAAAAA96690003300330';
const READ_FINGERPRINT = 'AAAAAA96690003301023';
const FOUND = 'AAAAAA9669000800009F0000000097';
const SELECTED = 'AAAAAA9669000C00009000000000000000009C';
const OK = 'AAAAAA9669000400009094';
const NO_CARD = 'AAAAAA9669000400008084';
const SELECT_FAILED = 'AAAAAA9669000400008185';
const READ_FAILED = 'AAAAAA9669000400004145';
const MODULE_REFUSES = 'AAAAAA9669000400003236';
const NO_SUCH_ITEM = 'AAAAAA9669000400009195';
const BAD_CHECKSUM = 'AAAAAA9669000400001014';
const BAD_LENGTH = 'AAAAAA9669000400001115';
const BAD_COMMAND = 'AAAAAA9669000400002125';

describe('the simulated reader answers the vectors of the protocol', () => {
  test('commands that need no card', async () => {
    const wire = new Wire();
    expect(await wire.say('AAAAAA9669000310FFEC')).toBe(OK);
    expect(await wire.say('AAAAAA9669000311FFED')).toBe(OK);
    expect(await wire.say('AAAAAA9669000461FF50CA')).toBe(OK);
    const moduleId = await wire.say('AAAAAA9669000312FFEE');
    expect(moduleId).toBe(`AAAAAA96690014000090050001002A7A330140E20100F1FB0900${moduleId.slice(-2)}`);
    expect(new FrameFinder(3).push(bytes(moduleId))).toMatchObject([{ kind: 'frame' }]);
    expect(await wire.say(FIND)).toBe(NO_CARD);
    expect(await wire.say(SELECT)).toBe(SELECT_FAILED);
    expect(await wire.say(READ)).toBe(READ_FAILED);
    expect(await wire.say(READ_FINGERPRINT)).toBe(READ_FAILED);
  });

  test.each(['00 63', '01 62', '02 61', '03 60', '04 67'])('line speed 60 %s', async (tail) => {
    expect(await new Wire().say(`AAAAAA9669000360 ${tail}`)).toBe(OK);
  });

  test('what is no command of theirs: a speed that no reader has, another parameter, another length', async () => {
    const wire = new Wire();
    for (const command of [
      'AAAAAA9669000360 05 66',
      'AAAAAA9669000461 00 50 35',
      'AAAAAA9669000361 FF 9D',
      'AAAAAA96690003 20 03 20',
    ])
      expect([command, await wire.say(command)]).toEqual([command, BAD_COMMAND]);
  });

  test('the two public samples with a wrong checksum, any damaged command, and a length that no command has', async () => {
    const wire = new Wire();
    wire.reader.layCard(PERSON);
    expect(await wire.say('AAAAAA9669 0003 2001 21')).toBe(BAD_CHECKSUM);
    expect(await wire.say('AAAAAA9669 0003 2000 22')).toBe(BAD_CHECKSUM);
    for (const command of [FIND, SELECT, READ, READ_ADDRESS, READ_FINGERPRINT]) {
      for (let at = 7; at < 10; at += 1) {
        const bent = bytes(command).map((byte, index) => (index === at ? byte ^ 0x04 : byte));
        expect(await wire.say(hex(bent))).toBe(BAD_CHECKSUM);
      }
    }
    expect(await wire.say('AAAAAA9669 0B00')).toBe(BAD_LENGTH);
    // The next one is heard.
    expect(await wire.say(FIND)).toBe(FOUND);
  });

  test('a card: found, selected, read, its newest address', async () => {
    const wire = new Wire();
    wire.reader.layCard(EXAMPLE);
    await wire.select();
    const read = bytes(await wire.say(READ));
    expect(read.length).toBe(1295);
    expect(hex(read.subarray(0, 14))).toBe('AAAAAA9669050800009001000400');
    expect(createHash('sha256').update(read).digest('hex')).toBe(
      '0d64889478ccf327be9df24691f6e48574c08c0f0aad1402b7869c4e213c0f84',
    );
    expect(await wire.say(READ_ADDRESS)).toBe(NO_SUCH_ITEM);
    wire.reader.layCard(PERSON, { newestAddress: '测试市样例路9号' });
    const address = bytes(await wire.say(READ_ADDRESS));
    expect(hex(address.subarray(0, 10))).toBe('AAAAAA9669004A000090');
    expect(Buffer.from(address.subarray(10, -1)).toString('utf16le').trimEnd()).toBe('测试市样例路9号');
    // Read without being found and selected before.
    expect(await wire.say(READ)).toBe(READ_FAILED);
  });

  test.each<[string, unknown, string]>([
    [
      'J',
      {
        kind: 'hkMoTwPermit',
        name: '测试乙',
        birthDate: '1990-01-01',
        address: '测试省测试市样例路2号',
        number: '830000199001010039',
        validTo: '2024-12-31',
      },
      'F9',
    ],
    [
      'I',
      {
        kind: 'foreignerPermit2017',
        latinName: 'SPECIMEN, TEST',
        chineseName: '样例丙',
        number: 'UTO110090010111',
        nationality: 'UTO',
        birthDate: '1990-01-01',
        validTo: '2027-12-31',
      },
      '2D',
    ],
    [
      'Y',
      {
        kind: 'foreignerPermit2023',
        latinName: 'SPECIMEN, TEST',
        chineseName: '样例丙',
        number: '91112419900101001X',
        nationality: 'CAN',
        birthDate: '1990-01-01',
        validTo: '2033-12-31',
      },
      '20',
    ],
  ])('the card of layout %s has the checksum of the protocol', async (_layout, person, checksum) => {
    const wire = new Wire();
    wire.reader.layCard(simulatedPerson.parse(person));
    await wire.select();
    const read = await wire.say(READ);
    expect([read.length, read.slice(-2)]).toEqual([2 * 1295, checksum]);
  });

  test('what a card can fail with', async () => {
    const wire = new Wire();
    wire.reader.layUnreadableCard(0x81);
    expect(await wire.say(FIND)).toBe(FOUND);
    expect(await wire.say(SELECT)).toBe(SELECT_FAILED);
    for (const [sw3, answer] of [
      [0x41, READ_FAILED],
      [0x32, MODULE_REFUSES],
    ] as const) {
      wire.reader.layUnreadableCard(sw3);
      await wire.select();
      expect(await wire.say(READ)).toBe(answer);
    }
  });
});

describe('text, photo and fingerprint in one answer', () => {
  const FILL = 'd75ca391e46b2f88c01937fa5d0e729b';

  test.each([
    [2, 2321, '090A', '0400'],
    [1, 1809, '070A', '0200'],
    [0, 1297, '050A', '0000'],
  ] as const)(
    '%i fingers: %i bytes, whose text the driver finds and of which nothing else is handed on',
    async (fingers, total, length, fingerBytes) => {
      const wire = new Wire();
      wire.reader.layCard(PERSON, { fingers, photoFill: FILL });
      await wire.select();
      const answer = bytes(await wire.say(READ_FINGERPRINT));
      expect(answer.length).toBe(total);
      expect(hex(answer.subarray(5, 16))).toBe(`${length}00009001000400${fingerBytes}`);
      expect(hex(answer)).toContain(FILL.toUpperCase());

      const given: Uint8Array[] = [];
      const line: MemoryLine = new MemoryLine(() => {
        given.push(line.fromDevice(answer));
        return 'written';
      });
      const result = await new SdtLink(line, wire.clock).ask('readWithFingerprint');
      if (result.kind !== 'answer') throw new Error(`no answer: ${result.kind}`);
      const { data } = result.answer;
      const whole = new Uint8Array(data.buffer, data.byteOffset - 3, data.length + 3);
      expect(hex(whole)).not.toContain(FILL.toUpperCase().slice(0, 8));
      expect(hex(whole.subarray(3 + 6 + 256))).toMatch(/^0*$/);
      expect(given.map((buffer) => hex(buffer).replaceAll('0', ''))).toEqual(['']);
      expect(textBlockOf(data, true)).toEqual(encodeTextBlock(PERSON));
    },
  );

  test('also of the answer without fingerprints nothing but the text is handed on', async () => {
    const wire = new Wire();
    wire.reader.layCard(PERSON, { photoFill: FILL });
    await wire.select();
    const answer = bytes(await wire.say(READ));
    const line: MemoryLine = new MemoryLine(() => {
      line.fromDevice(answer);
      return 'written';
    });
    const result = await new SdtLink(line, wire.clock).ask('readTextAndPhoto');
    if (result.kind !== 'answer') throw new Error(`no answer: ${result.kind}`);
    expect(hex(result.answer.data.subarray(4 + 256))).toMatch(/^0*$/);
    expect(textBlockOf(result.answer.data)).toEqual(encodeTextBlock(PERSON));
  });
});
