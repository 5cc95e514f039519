import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { simulatedPerson } from '../../../contract/simulators.ts';
import { readAnswerData } from '../../simulators/id-reader.ts';
import { encodeTextBlock } from '../../simulators/text-block.ts';
import {
  encodeAnswer,
  encodeCommand,
  encodeFrame,
  encodeRadioFrameLimit,
  encodeSetBaudRate,
  FrameFinder,
  hasNewestAddress,
  moduleIdText,
  splitAnswer,
  textBlockOf,
  type CommandName,
} from './frame.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const personA = simulatedPerson.parse({
  kind: 'residentId',
  name: '测试甲',
  sex: '2',
  ethnicCode: '01',
  birthDate: '1949-12-31',
  address: '测试省测试市样例路1号',
  number: '11010519491231002X',
  authority: '测试市公安局样例分局',
  validFrom: '2020-01-01',
  validTo: 'longTerm',
});

describe('frames as the protocol has them', () => {
  test.each<[CommandName, string]>([
    ['resetModule', 'AAAAAA9669000310FFEC'],
    ['status', 'AAAAAA9669000311FFED'],
    ['moduleId', 'AAAAAA9669000312FFEE'],
    ['find', 'AAAAAA96690003200122'],
    ['select', 'AAAAAA96690003200221'],
    ['readTextAndPhoto', 'AAAAAA96690003300132'],
    ['readNewestAddress', 'AAAAAA96690003300330'],
    ['readWithFingerprint', 'AAAAAA96690003301023'],
  ])('command %s', (name, frame) => {
    expect(hex(encodeCommand(name))).toBe(frame);
  });

  test('commands with a parameter: line speed and radio frame', () => {
    expect(
      [115_200, 57_600, 38_400, 19_200, 9600].map((rate) => hex(encodeSetBaudRate(rate) ?? bytes(''))),
    ).toEqual([
      'AAAAAA96690003600063',
      'AAAAAA96690003600162',
      'AAAAAA96690003600261',
      'AAAAAA96690003600360',
      'AAAAAA96690003600467',
    ]);
    expect(encodeSetBaudRate(12_345)).toBeUndefined();
    expect(hex(encodeRadioFrameLimit(0x50))).toBe('AAAAAA9669000461FF50CA');
  });

  test('newest address: present, blank, none, and what is no such answer', () => {
    const answer = (sw3: number, data: Uint8Array) => splitAnswer(encodeAnswer(sw3, data).slice(7, -1));
    const address = new Uint8Array(70);
    for (let at = 0; at < 70; at += 2) address[at] = 0x20;
    expect(hasNewestAddress(answer(0x90, address))).toBe(false);
    address.set(Buffer.from('测试市样例路9号', 'utf16le'));
    expect(hasNewestAddress(answer(0x90, address))).toBe(true);
    expect(hasNewestAddress(answer(0x91, new Uint8Array()))).toBe(false);
    expect(hasNewestAddress(answer(0x41, new Uint8Array()))).toBeUndefined();
    expect(hasNewestAddress(answer(0x90, new Uint8Array(8)))).toBeUndefined();
  });

  test.each([
    ['card found', 0x9f, 4, 'AAAAAA9669000800009F0000000097'],
    ['no card', 0x80, 0, 'AAAAAA9669000400008084'],
    ['selected', 0x90, 8, 'AAAAAA9669000C00009000000000000000009C'],
    ['select failed', 0x81, 0, 'AAAAAA9669000400008185'],
    ['read failed', 0x41, 0, 'AAAAAA9669000400004145'],
    ['module refuses card', 0x32, 0, 'AAAAAA9669000400003236'],
    ['plain success', 0x90, 0, 'AAAAAA9669000400009094'],
    ['no such content', 0x91, 0, 'AAAAAA9669000400009195'],
  ])('answer: %s', (_name, sw3, dataBytes, frame) => {
    expect(hex(encodeAnswer(sw3, new Uint8Array(dataBytes)))).toBe(frame);
    expect(new FrameFinder(3).push(bytes(frame))).toEqual([{ kind: 'frame', body: encodeFrameBody(frame) }]);
  });

  test('the full answer for the example person is the published one, 1295 bytes', () => {
    const frame = encodeAnswer(0x90, readAnswerData(encodeTextBlock(personA), false));
    expect(frame.length).toBe(1295);
    expect(hex(frame.subarray(-1))).toBe('3B');
    expect(createHash('sha256').update(frame).digest('hex')).toBe(
      '0d64889478ccf327be9df24691f6e48574c08c0f0aad1402b7869c4e213c0f84',
    );
  });

  test('an answer with two fingerprints is 2321 bytes and its text block is found behind the longer header', () => {
    const block = encodeTextBlock(personA);
    const frame = encodeAnswer(0x90, readAnswerData(block, true));
    expect(frame.length).toBe(2321);
    const [found] = new FrameFinder(3).push(frame);
    if (found?.kind !== 'frame') throw new Error('no frame');
    expect(textBlockOf(splitAnswer(found.body).data, true)).toEqual(block);
    expect(textBlockOf(splitAnswer(found.body).data, false)).toBeUndefined();
  });

  test.each([0, 512])('an answer whose fingerprint has %i bytes is read as well', (fingerprintBytes) => {
    const data = new Uint8Array(6 + 256 + 1024 + fingerprintBytes);
    data.set([1, 0, 4, 0, fingerprintBytes >> 8, 0]);
    expect(textBlockOf(data, true)?.length).toBe(256);
    expect(textBlockOf(data.subarray(1), true)).toBeUndefined();
  });

  test('the module number is printed as on its label', () => {
    expect(moduleIdText(bytes('050001002A7A330140E20100F1FB0900'))).toBe(
      '05.01-20150826-000123456-000654321',
    );
    expect(moduleIdText(bytes('0500'))).toBeUndefined();
  });
});

function encodeFrameBody(frame: string): Uint8Array {
  return bytes(frame.slice(14, -2));
}

describe('finding frames in what the line brings', () => {
  const found = encodeAnswer(0x9f, new Uint8Array(4));

  test('the two public samples with a wrong checksum are not frames', () => {
    for (const sample of ['AAAAAA96690003200121', 'AAAAAA96690003200022']) {
      expect(new FrameFinder(2).push(bytes(sample))).toEqual([{ kind: 'badChecksum' }]);
    }
  });

  test('a length that no frame has is refused, and the frame behind it is found', () => {
    const wreck = bytes('AAAAAA96690B00');
    expect(new FrameFinder(3).push(Buffer.concat([wreck, found])).map(({ kind }) => kind)).toEqual([
      'badLength',
      'frame',
    ]);
    expect(new FrameFinder(3).push(bytes('AAAAAA96690003')).map(({ kind }) => kind)).toEqual(['badLength']);
  });

  test('however a stream is cut and whatever noise comes first, the frame is found once', () => {
    // Noise without AA cannot fake a preamble; four or more AA before a frame are part of the next test.
    const noise = fc
      .uint8Array({ maxLength: 40 })
      .map((array) => array.map((byte) => (byte === 0xaa ? 0 : byte)));
    fc.assert(
      fc.property(
        noise,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.uint8Array({ maxLength: 300 }),
        (before, cuts, data) => {
          const stream = Buffer.concat([before, encodeAnswer(0x90, data)]);
          const finder = new FrameFinder(3);
          const frames: Uint8Array[] = [];
          let at = 0;
          for (let turn = 0; at < stream.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            for (const item of finder.push(Uint8Array.from(stream.subarray(at, at + size)))) {
              if (item.kind === 'frame') frames.push(item.body);
            }
            at += size;
          }
          expect(frames).toEqual([Uint8Array.from([0, 0, 0x90, ...data])]);
        },
      ),
    );
  });

  test('extra synchronising bytes before the preamble do no harm', () => {
    expect(
      new FrameFinder(3).push(Buffer.concat([bytes('AAAAAAAA96AAAA'), found])).map(({ kind }) => kind),
    ).toEqual(['frame']);
  });

  test('any change of one byte behind the preamble is noticed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: found.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const bent = found.slice();
          bent[at] = (bent[at] ?? 0) ^ flip;
          const frames = new FrameFinder(3).push(bent).filter(({ kind }) => kind === 'frame');
          expect(frames).toEqual([]);
        },
      ),
    );
  });

  test('endless noise is not kept', () => {
    const finder = new FrameFinder(3);
    for (let turn = 0; turn < 1000; turn += 1) finder.push(new Uint8Array(1000).fill(turn & 0xff));
    expect(finder.push(found).at(-1)).toMatchObject({ kind: 'frame' });
  });

  test('a frame wraps its body and nothing else', () => {
    expect(hex(encodeFrame(bytes('61FF50')))).toBe('AAAAAA9669000461FF50CA');
  });
});
