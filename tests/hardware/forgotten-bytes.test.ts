/**
 * Photo, fingerprint and address of a card are overwritten at once. Looked at here: every buffer that the driver was given or
 * made, and then the memory of the real device process.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DeviceEvent } from '../../contract/device.ts';
import { COMMANDS, encodeAnswer, encodeFrame, type CommandName } from '../../native/drivers/sdt/frame.ts';
import { startSdtReader } from '../../native/drivers/sdt/reader.ts';
import { readAnswerData } from '../../native/simulators/id-reader.ts';
import { encodeTextBlock } from '../../native/simulators/text-block.ts';
import { MemoryLine } from './memory-line.ts';
import { PERSON } from './reader-bench.ts';
import { startRig, type Rig } from './rig.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What photo and fingerprint are made of here, and what must be found nowhere. */
const FILL = 'd75ca391e46b2f88c01937fa5d0e729b';
const NEW_ADDRESS = '测试市新样例路九十九号';
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const NEEDLES: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['photo or fingerprint', Buffer.from(FILL, 'hex')],
  ['address', utf16('样例路1号')],
  ['authority', utf16('公安局样例分局')],
  ['newest address', utf16('新样例路九十九号')],
];
const found = (bytes: Uint8Array): string[] => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return NEEDLES.filter(([, needle]) => buffer.includes(needle)).map(([what]) => what);
};

const block = encodeTextBlock(PERSON);
const fill = Uint8Array.from(Buffer.from(FILL, 'hex'));
const READ = encodeAnswer(0x90, readAnswerData(block, false, fill));
const READ_WITH_FINGERPRINT = encodeAnswer(0x90, readAnswerData(block, true, fill));
const ADDRESS = encodeAnswer(0x90, utf16(NEW_ADDRESS.padEnd(35, ' ')));
const plain: Record<CommandName, Uint8Array> = {
  resetModule: encodeAnswer(0x90),
  status: encodeAnswer(0x90),
  moduleId: encodeAnswer(0x90, new Uint8Array(16)),
  find: encodeAnswer(0x9f, new Uint8Array(4)),
  select: encodeAnswer(0x90, new Uint8Array(8)),
  readTextAndPhoto: READ,
  readNewestAddress: ADDRESS,
  readWithFingerprint: READ_WITH_FINGERPRINT,
};
const bent = READ.map((byte, at) => (at === 1290 ? byte ^ 0x40 : byte));
const joined = (...frames: Uint8Array[]): Uint8Array => Uint8Array.from(frames.flatMap((each) => [...each]));
/** A card without name and number. */
const BLANK = encodeAnswer(0x90, readAnswerData(new Uint8Array(256).fill(0x20), false, fill));
/** As a module would that says "failed" and sends the card's data all the same. */
const FAILED_WITH_DATA = encodeFrame(Uint8Array.of(0, 0, 0x41, ...readAnswerData(block, false, fill)));

interface Script {
  /** Answers instead of the plain ones, once each; `pieces` bytes at a time. */
  say?: Partial<Record<CommandName, readonly Uint8Array[]>>;
  pieces?: number;
  /** Time that the driver has; then it is stopped, wherever it is. */
  forMs?: number;
}

/** Runs the driver against a reader that answers as told. Hands back what was told, and every buffer that saw a card. */
async function run({ say = {}, pieces = 4096, forMs = 3_000 }: Script): Promise<{
  told: DeviceEvent[];
  buffers: readonly Uint8Array[];
  left: string[];
}> {
  const buffers: Uint8Array[] = [];
  const queues = new Map(Object.entries(say).map(([name, frames]) => [name, [...frames]]));
  const clock = new VirtualClock();
  const told: DeviceEvent[] = [];
  const line: MemoryLine = new MemoryLine((bytes) => {
    const name = (Object.keys(COMMANDS) as CommandName[]).find(
      (each) => COMMANDS[each][0] === bytes[7] && COMMANDS[each][1] === bytes[8],
    );
    if (name === undefined) throw new Error('no command of a reader');
    const answer = queues.get(name)?.shift() ?? plain[name];
    for (let from = 0; from < answer.length; from += pieces)
      clock.after(1 + from / pieces, () => {
        buffers.push(line.fromDevice(answer.subarray(from, from + pieces)));
      });
    return 'written';
  });
  // Whatever the driver makes from here on is kept by reference; what was made above is of the plain kind.
  const Plain = Uint8Array;
  class Kept extends Plain {
    constructor(...parts: unknown[]) {
      super(...(parts as [number]));
      buffers.push(this);
    }
  }
  vi.stubGlobal('Uint8Array', Kept);
  try {
    const driver = startSdtReader(
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: 'memory', newestAddress: true },
      {
        clock,
        open: () => Promise.resolve({ ok: true, transport: line }),
        emit: (event) => told.push(event),
      },
    );
    await clock.runUntil(() => told.some(({ event }) => event.startsWith('card.')), forMs);
    void driver.stop();
    await clock.runUntil(() => false, 100);
  } finally {
    vi.unstubAllGlobals();
  }
  return {
    told: told.filter(({ event }) => event.startsWith('card.')),
    buffers,
    left: [...new Set(buffers.flatMap(found))],
  };
}

describe('no buffer of the driver still holds photo, fingerprint, address or authority', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const isRead = [{ event: 'card.read', document: { number: PERSON.number } }];

  test.each<[string, Script, unknown[]]>([
    ['after a card was read', {}, isRead],
    ['read byte by byte', { pieces: 1 }, isRead],
    ['when the answer has a wrong checksum', { say: { readTextAndPhoto: [bent] } }, isRead],
    [
      'when the reading comes too late, in the middle of another command',
      { say: { select: [joined(READ, plain.select)] } },
      isRead,
    ],
    [
      'when the reading comes too late and the other answer is missing',
      { say: { find: [READ, READ, READ] } },
      isRead,
    ],
    ['when a second reading hangs on the first', { say: { readTextAndPhoto: [joined(READ, READ)] } }, isRead],
    [
      'when a late newest address comes to a look for cards',
      { say: { find: [joined(ADDRESS, plain.find)] } },
      isRead,
    ],
    [
      'when the module says "failed" and sends the card all the same',
      { say: { readTextAndPhoto: [FAILED_WITH_DATA] } },
      isRead,
    ],
    [
      'when such a failure answers a look for cards',
      { say: { find: [FAILED_WITH_DATA], select: [FAILED_WITH_DATA] } },
      isRead,
    ],
    [
      'when fingerprints come that nobody asked for',
      { say: { readTextAndPhoto: [READ_WITH_FINGERPRINT] } },
      isRead,
    ],
    [
      'when the text block is none, four times over',
      { say: { readTextAndPhoto: [BLANK, BLANK, BLANK, BLANK] } },
      [{ event: 'card.unreadable', problem: 'badContent' }],
    ],
    [
      'when the answer breaks off in the middle of the photo',
      { say: { readTextAndPhoto: [READ.subarray(0, 900)] } },
      isRead,
    ],
    [
      'when the answer breaks off and the driver is stopped before it gives up',
      { say: { readTextAndPhoto: [READ.subarray(0, 900)] }, forMs: 100 },
      [],
    ],
  ])('%s', async (_what, script, expected) => {
    const { told, buffers, left } = await run(script);
    expect(told).toMatchObject(expected);
    expect(buffers.some(({ length }) => length > 800) || script.pieces === 1).toBe(true);
    expect(left).toEqual([]);
  });

  test('and a driver that overwrites nothing would be found out', async () => {
    vi.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function (this: Uint8Array) {
      return this;
    });
    const { told, left } = await run({});
    expect(told).toMatchObject(isRead);
    expect(left).toEqual(['photo or fingerprint', 'address', 'authority', 'newest address']);
  });
});

/** Which needles stand in the writable memory of a process, and whether `control`, which is there for certain, was met. */
function lookInto(pid: number, control: string): { left: string[]; isControlMet: boolean } {
  const left = new Set<string>();
  let isControlMet = false;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      if (from === '') continue;
      const start = Number.parseInt(from, 16);
      const bytes = Buffer.alloc(Number.parseInt(to, 16) - start);
      try {
        readSync(memory, bytes, 0, bytes.length, start);
      } catch {
        // Pages of a device or of the kernel cannot be read by anybody, nor those that were given back meanwhile.
        continue;
      }
      for (const what of found(bytes)) left.add(what);
      isControlMet ||= bytes.includes(control);
    }
  } finally {
    closeSync(memory);
  }
  return { left: [...left], isControlMet };
}

describe('the memory of the device process', () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  test('holds neither photo nor address once cards were read, though one answer came garbled', async () => {
    rig = await startRig({ devices: ['reader'] });
    const [settings] = rig.settings;
    if (settings?.kind !== 'id-reader') throw new Error('no reader');
    rig.desk.configure([{ ...settings, newestAddress: true }]);
    await rig.until('reader', 'ready');
    const lay = { command: 'layCard', person: PERSON, newestAddress: NEW_ADDRESS, photoFill: FILL } as const;
    for (let round = 0; round < 2; round += 1) {
      const read = rig.events.next('the card', ({ event }) => event === 'card.read');
      // In pieces, and the second time one answer is garbled.
      await rig.simulators.readerFaults({ burstBytes: 200, badChecksums: round });
      await rig.simulators.tell(lay);
      expect(await read).toMatchObject({ document: { newerAddress: true } });
      const removed = rig.events.next('removal', ({ event }) => event === 'card.removed');
      await rig.simulators.tell({ command: 'removeCard' });
      await removed;
    }
    expect(rig.pids).toHaveLength(1);
    expect(lookInto(rig.pids[0] ?? 0, rig.links.reader)).toEqual({ left: [], isControlMet: true });
  });

  test('would show them if they were there: the simulators’ process, which has the card, does', async () => {
    rig = await startRig({ devices: ['reader'] });
    await rig.until('reader', 'ready');
    await rig.simulators.tell({ command: 'layCard', person: PERSON, photoFill: FILL });
    await rig.events.next('the card', ({ event }) => event === 'card.read', { since: 0 });
    expect(lookInto(rig.simulators.child.pid ?? 0, rig.links.reader)).toEqual({
      left: expect.arrayContaining(['photo or fingerprint', 'address', 'authority']) as string[],
      isControlMet: true,
    });
  });
});
