import { cardDocument } from '../../../contract/device.ts';
import type { SimulatedPerson } from '../../../contract/simulators.ts';
import { decodeTextBlock } from '../../../native/drivers/sdt/text-block.ts';
import {
  COMMANDS,
  encodeAnswer,
  encodeFrame,
  FrameFinder,
  MAX_LENGTH,
  moduleIdText,
  splitAnswer,
  textBlockOf,
  type CommandName,
  type Found,
} from '../../../native/drivers/sdt/frame.ts';
import { startSdtReader } from '../../../native/drivers/sdt/reader.ts';
import { SW3 } from '../../../native/drivers/sdt/status-codes.ts';
import { encodeTextBlock } from '../../../native/simulators/text-block.ts';
import { citizenNumber } from '../../support/people.ts';
import { must, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { mutateBytes } from '../mutate.ts';
import { surroundings, type Port } from './port.ts';

const common = { sex: '1', birthDate: '1990-01-01', validFrom: '2020-01-01', validTo: '2040-01-01' } as const;

const people: SimulatedPerson[] = [
  {
    ...common,
    kind: 'residentId',
    name: '测试甲',
    ethnicCode: '01',
    address: '样例路',
    authority: '样例局',
    number: citizenNumber('19900101', 1),
  },
  {
    ...common,
    kind: 'hkMoTwPermit',
    name: '样例乙',
    address: '样例路',
    authority: '样例局',
    travelPermit: 'H00000000',
    issueCount: '01',
    number: citizenNumber('19900101', 2),
  },
  {
    ...common,
    kind: 'foreignerPermit2017',
    latinName: 'SAMPLE, TEST',
    chineseName: '样例丙',
    nationality: 'XXA',
    version: '01',
    authorityCode: '0000',
    number: 'XXA330990010101',
  },
  {
    ...common,
    kind: 'foreignerPermit2023',
    latinName: 'SAMPLE, A VERY LONG NAME THAT NEEDS TWO PLACES',
    chineseName: '样例丁',
    nationality: 'XXA',
    reissueCount: '00',
    linkToOld: '',
    number: '911990199001010015',
  },
] as SimulatedPerson[];

function readData(block: Uint8Array, photoBytes = 1024): Uint8Array {
  const data = new Uint8Array(4 + 256 + photoBytes).fill(0xc3, 260);
  data.set([1, 0, photoBytes >> 8, photoBytes & 0xff]);
  data.set(block, 4);
  return data;
}

const moduleId = Uint8Array.from([5, 0, 1, 0, 0x6a, 0x28, 0x35, 1, 0x40, 0xe2, 1, 0, 0xf1, 0xfb, 9, 0]);
const blocks = people.map(encodeTextBlock);
const frames = [
  encodeAnswer(SW3.ok),
  encodeAnswer(SW3.found, new Uint8Array(4)),
  encodeAnswer(SW3.noCard),
  encodeAnswer(SW3.ok, new Uint8Array(8)),
  encodeAnswer(SW3.ok, moduleId),
  ...blocks.map((block) => encodeAnswer(SW3.ok, readData(block))),
];

// ---------------------------------------------------------------- frames

class TrustingFinder extends FrameFinder {
  override push(bytes: Uint8Array): Found[] {
    return super
      .push(bytes)
      .map((found) =>
        found.kind === 'badChecksum' ? { kind: 'frame', body: Uint8Array.of(0, 0, SW3.ok) } : found,
      );
  }
}

/** Longer than any frame, so that whatever was begun is over. */
const silence = new Uint8Array(MAX_LENGTH + 16);

export const frameFuzzer: Fuzzer = {
  name: 'sdt-frames',
  boundary: 'bytes of the ID reader: frames and text blocks',
  quickCases: 2_000,
  share: 60,
  casesPerRound: 1_000,
  reaches: ['frame', 'badChecksum', 'badLength', 'document', 'no document'],
  open: ({ planted, count }) => ({
    one(dice) {
      const parts = Array.from({ length: dice.between(1, 4) }, () => {
        const frame = dice.pick(frames);
        if (dice.once(4))
          return encodeFrame(mutateBytes(dice, frame.subarray(7, -1)).subarray(0, MAX_LENGTH - 1));
        return dice.once(3) ? frame : mutateBytes(dice, frame, frames);
      });
      const stream = new Uint8Array(Buffer.concat(parts));
      const finder = (): FrameFinder => (planted ? new TrustingFinder(3) : new FrameFinder(3));
      const whole = finder();
      const found = whole.push(stream.slice());
      const pieceWise = finder();
      mustEqual(
        dice.cut(stream).flatMap((piece) => pieceWise.push(piece)),
        found,
        'other frames when the bytes come in pieces',
      );
      const last = dice.pick(frames);
      const later = [...whole.push(silence.slice()), ...whole.push(last.slice())].at(-1);
      mustEqual(
        later,
        { kind: 'frame', body: last.slice(7, -1) },
        'a good frame after a silence is not found',
      );
      const bytes = Buffer.from(stream);
      for (const each of found) {
        count(each.kind);
        if (each.kind !== 'frame') continue;
        must(
          bytes.includes(Buffer.from(encodeFrame(each.body))),
          'a frame that was not in the bytes',
          each.body,
        );
        const { data } = splitAnswer(each.body);
        moduleIdText(data);
        const block = textBlockOf(data, dice.once(8)) ?? data.slice(0, 256);
        const document = decodeTextBlock(block);
        must(
          document === undefined || cardDocument.safeParse(document).success,
          'a document that does not fit the contract',
          document,
        );
        count(document === undefined ? 'no document' : 'document');
      }
    },
  }),
};

// ---------------------------------------------------------------- the whole driver

const CLEAN_WITHIN_MS = 60_000;

function nameOfCommand(bytes: Uint8Array): CommandName | undefined {
  return (Object.keys(COMMANDS) as CommandName[]).find(
    (name) => COMMANDS[name][0] === bytes[7] && COMMANDS[name][1] === bytes[8],
  );
}

export const readerFuzzer: Fuzzer = {
  name: 'reader',
  boundary: 'the ID reader as a whole, against a port that says anything',
  quickCases: 150,
  share: 25,
  casesPerRound: 50,
  reaches: ['card.read', 'card.unreadable', 'card.removed', 'cut', 'odd answer'],
  open: ({ planted, count }) => ({
    async one(dice) {
      const first = dice.pick(blocks);
      const second = dice.pick(blocks.filter((block) => block !== first));
      let card: Uint8Array | undefined = first;
      let faults = dice.between(1, 10);
      let isDeaf = false;
      let isTouched = false;
      const plain = (name: CommandName): Uint8Array => {
        if (name === 'find') return encodeAnswer(card ? SW3.found : SW3.noCard, new Uint8Array(card ? 4 : 0));
        if (name === 'select')
          return encodeAnswer(card ? SW3.ok : SW3.selectFailed, new Uint8Array(card ? 8 : 0));
        if (name === 'readTextAndPhoto')
          return card ? encodeAnswer(SW3.ok, readData(card)) : encodeAnswer(SW3.readFailed);
        return name === 'moduleId' ? encodeAnswer(SW3.ok, moduleId) : encodeAnswer(SW3.ok);
      };
      const odd = (name: CommandName, port: Port): Uint8Array => {
        count('odd answer');
        switch (dice.below(9)) {
          case 0:
            return new Uint8Array(0);
          case 1:
            return dice.pick(frames.slice(0, 5));
          case 2:
            return new Uint8Array(Buffer.concat([dice.bytes(dice.between(1, 40)), plain(name)]));
          case 3:
            count('cut');
            port.cut();
            return new Uint8Array(0);
          case 4:
            return encodeAnswer(dice.below(256), dice.bytes(dice.pick([0, 4, 8, 16, 260])));
          case 5:
            return plain(name).slice(0, -1);
          case 6:
            isTouched = true;
            return encodeAnswer(
              SW3.ok,
              readData(mutateBytes(dice, card ?? first).subarray(0, 256), dice.pick([0, 1024, 1023])),
            );
          case 7:
            isTouched = true;
            return encodeFrame(mutateBytes(dice, plain(name).subarray(7, -1)).subarray(0, MAX_LENGTH - 1));
          default:
            isTouched = true;
            return mutateBytes(dice, plain(name), frames);
        }
      };
      const { host, clock, events } = surroundings({
        opens: () => faults <= 0 || !dice.once(6),
        heard(bytes, port) {
          const name = nameOfCommand(bytes);
          must(name !== undefined, 'the driver says something that no reader knows', bytes);
          const isOdd = faults > 0 && dice.once(2);
          if (isOdd) faults -= 1;
          if (isOdd && dice.once(12)) return dice.pick(['never', 'timeout', 'closed']);
          const answer = isOdd ? odd(name, port) : plain(name);
          if (isOdd && planted) isDeaf = true;
          if (isDeaf) return 'written';
          let afterMs = 2;
          for (const piece of isOdd ? dice.cut(answer).slice(0, 60) : [answer]) {
            port.say(piece, afterMs);
            afterMs += isOdd && dice.once(8) ? dice.pick([1, 300, 600, 1500]) : 0;
          }
          return 'written';
        },
      });
      const reader = startSdtReader(
        { id: 'reader', kind: 'id-reader', driver: 'sdt', path: '/dev/fuzz' },
        host,
      );
      if (dice.once(6))
        clock.after(dice.below(2000), () => {
          if (faults > 0) reader.pause();
        });
      await clock.runUntil(() => faults <= 0, 30_000);
      faults = 0;
      reader.resume();
      card = undefined;
      await clock.runUntil(() => false, 3_000);
      const seen = events.length;
      card = second;
      const wanted = decodeTextBlock(second)?.number ?? '';
      const isRead = await clock.runUntil(
        () =>
          events.slice(seen).some((event) => event.event === 'card.read' && event.document.number === wanted),
        CLEAN_WITHIN_MS,
      );
      must(isRead, 'a card is not read although the reader is well again', events.slice(-6));
      const mine = [first, second].map((block) => decodeTextBlock(block)?.number);
      for (const event of events) {
        count(event.event);
        if (event.event === 'card.read')
          must(isTouched || mine.includes(event.document.number), 'somebody who was never there', event);
      }
      let isStopped = false;
      void reader.stop().then(() => (isStopped = true));
      const before = events.length;
      must(await clock.runUntil(() => isStopped, 10_000), 'the driver does not stop');
      must(events.length === before, 'an event after the stop', events.at(-1));
    },
  }),
};
