/** Every status code of the reader's module, and what follows from it: counted in memory, shown over a real port. */
import { afterEach, describe, expect, test as plainTest } from 'vitest';
import type { ReaderCommand } from '../../contract/simulators.ts';
import type { DeskEvent } from '../../main/devices/device-desk.ts';
import { PERSON, ReaderBench } from './reader-bench.ts';
import { startRig, type Rig } from './rig.ts';

const ALWAYS = 100_000;

describe('a code that the module answers, with a card lying there', () => {
  let bench: ReaderBench;
  afterEach(() => bench.stop());

  /** Device protocols 1.5: `repeat once`, `restart from find` (three times more), `stop` and `suspect card` (not again). */
  plainTest.for([
    [0x10, 'readTextAndPhoto', 'garbled', { find: 4, select: 4, readTextAndPhoto: 8 }],
    [0x11, 'readTextAndPhoto', 'garbled', { find: 4, select: 4, readTextAndPhoto: 8 }],
    [0x21, 'readTextAndPhoto', 'readerRefuses', { find: 1, select: 1, readTextAndPhoto: 1 }],
    [0x23, 'readTextAndPhoto', 'readerRefuses', { find: 1, select: 1, readTextAndPhoto: 1 }],
    [0x23, 'select', 'readerRefuses', { find: 1, select: 1, readTextAndPhoto: 0 }],
    [0x24, 'readTextAndPhoto', 'readFailed', { find: 4, select: 4, readTextAndPhoto: 4 }],
    [0x31, 'readTextAndPhoto', 'cardRefusesReader', { find: 4, select: 4, readTextAndPhoto: 4 }],
    [0x32, 'readTextAndPhoto', 'suspectCard', { find: 1, select: 1, readTextAndPhoto: 1 }],
    [0x33, 'readTextAndPhoto', 'suspectCard', { find: 1, select: 1, readTextAndPhoto: 1 }],
    [0x40, 'select', 'notAnIdCard', { find: 1, select: 1, readTextAndPhoto: 0 }],
    [0x41, 'readTextAndPhoto', 'readFailed', { find: 4, select: 4, readTextAndPhoto: 4 }],
    [0x47, 'readTextAndPhoto', 'readFailed', { find: 4, select: 4, readTextAndPhoto: 4 }],
    [0x81, 'select', 'selectFailed', { find: 4, select: 4, readTextAndPhoto: 0 }],
  ] as const)('%i to %s: told as %s, asked so often', async ([sw3, failCommand, problem, asked]) => {
    bench = new ReaderBench({ failCommand, failSw3: sw3, failTimes: ALWAYS });
    await bench.run(() => bench.states().includes('ready'));
    bench.simulator.heard.clear();
    const told = await bench.toldOf(() => bench.simulator.layCard(PERSON));
    expect(told).toEqual({ event: 'card.unreadable', deviceId: 'reader', problem, sw3 });
    // A look that was under way when the card was laid found nothing and is not counted.
    const counts = Object.fromEntries(
      (Object.keys(asked) as ReaderCommand[]).map((command) => [command, bench.heard(command)]),
    );
    expect(counts).toEqual(asked);
    expect(bench.states()).toEqual(['starting', 'ready']);
  });

  plainTest.for([
    [0x60, 'readerSelfTest'],
    [0x66, 'readerNotAuthorised'],
  ] as const)(
    '%i is a fault of the reader, asked in vain once, and nothing of the card',
    async ([sw3, detail]) => {
      for (const failCommand of ['status', 'find', 'select', 'readTextAndPhoto'] as const) {
        bench = new ReaderBench();
        await bench.run(() => bench.states().includes('ready'));
        bench.faults({ failCommand, failSw3: sw3, failTimes: ALWAYS });
        bench.simulator.heard.clear();
        if (failCommand === 'status') {
          // Only a heartbeat asks for it: that of a paused reader, or one after a fault.
          bench.faults({ failCommand, failSw3: sw3, failTimes: ALWAYS });
          bench.simulator.setPower(false);
          await bench.run(() => bench.states().includes('absent noAnswer'));
          bench.simulator.setPower(true);
          await bench.run(() => bench.states().at(-1) === `fault ${detail}`);
        } else {
          expect(await bench.toldOf(() => bench.simulator.layCard(PERSON))).toMatchObject({
            state: 'fault',
            detail,
          });
          expect(bench.heard(failCommand)).toBe(1);
        }
        expect(bench.states().at(-1)).toBe(`fault ${detail}`);
        expect(bench.cards()).toEqual([]);
        // It stays a fault on screen, without a word in between, as long as it lasts; then the card is read.
        const before = bench.states().length;
        await bench.run(() => false, 20_000);
        expect(bench.states().slice(before)).toEqual([]);
        bench.faults({});
        if (failCommand === 'status') bench.simulator.layCard(PERSON);
        await bench.run(() => bench.cards().length > 0 && bench.states().at(-1) === 'ready');
        expect(bench.cards()).toMatchObject([{ event: 'card.read' }]);
        expect(bench.states().at(-1)).toBe('ready');
        bench.stop();
      }
    },
  );

  plainTest('80 to find is no error: it is looked for again and again, and nothing is told', async () => {
    bench = new ReaderBench();
    await bench.run(() => false, 5_000);
    expect(bench.heard('find')).toBeGreaterThan(15);
    expect(bench.states()).toEqual(['starting', 'ready']);
    expect(bench.cards()).toEqual([]);
  });

  plainTest('9F, 90 and 90 are a read card; 91 means that it has no newer address', async () => {
    bench = new ReaderBench();
    const plain = await bench.toldOf(() => bench.simulator.layCard(PERSON));
    expect(plain).toMatchObject({ event: 'card.read', document: { newerAddress: false } });
    expect(bench.heard('readNewestAddress')).toBe(1);
    bench.simulator.removeCard();
    await bench.run(() => bench.cards().at(-1)?.event === 'card.removed');
    const moved = await bench.toldOf(() =>
      bench.simulator.layCard(PERSON, { newestAddress: '测试市样例路99号' }),
    );
    expect(moved).toMatchObject({ event: 'card.read', document: { newerAddress: true } });
  });

  plainTest(
    '21 or 23 to find is the reader’s doing: no card is blamed, and it looks again later',
    async () => {
      for (const failSw3 of [0x21, 0x23]) {
        bench = new ReaderBench();
        await bench.run(() => bench.states().includes('ready'));
        bench.faults({ failCommand: 'find', failSw3, failTimes: 3 });
        await bench.run(() => false, 30_000);
        expect(bench.states()).toEqual(['starting', 'ready', 'fault readerRefuses', 'ready']);
        expect(bench.cards()).toEqual([]);
        bench.stop();
      }
    },
  );

  plainTest(
    'an error of the newest address costs the card nothing: nobody knows whether there is one',
    async () => {
      for (const failSw3 of [0x41, 0x24, 0x21]) {
        bench = new ReaderBench({ failCommand: 'readNewestAddress', failSw3, failTimes: ALWAYS });
        const told = await bench.toldOf(() => bench.simulator.layCard(PERSON));
        expect(told).toMatchObject({ event: 'card.read', document: { number: PERSON.number } });
        expect(JSON.stringify(told)).not.toContain('newerAddress');
        bench.stop();
      }
    },
  );
});

describe('a reader that rests', () => {
  plainTest(
    'is asked every three seconds how it is and for no card, and is missed when it is gone',
    async () => {
      const bench = new ReaderBench();
      await bench.run(() => bench.states().includes('ready'));
      bench.pause();
      await bench.run(() => bench.states().at(-1) === 'paused');
      bench.simulator.heard.clear();
      bench.simulator.layCard(PERSON);
      await bench.run(() => false, 30_000);
      expect(bench.heard('find')).toBe(0);
      expect(bench.heard('status')).toBeGreaterThanOrEqual(9);
      expect(bench.heard('status')).toBeLessThanOrEqual(11);
      expect(bench.cards()).toEqual([]);
      bench.simulator.setPower(false);
      await bench.run(() => bench.states().at(-1) === 'absent noAnswer', 20_000);
      expect(bench.states().at(-1)).toBe('absent noAnswer');
      bench.stop();
    },
  );
});

describe('how long the reader may take (device protocols 1.6)', () => {
  plainTest.for([
    [900, 'ready'],
    [1_100, 'absent noAnswer'],
  ] as const)('a second for find and select: %i ms is %s', async ([latencyMs, state]) => {
    const bench = new ReaderBench({ latencyMs });
    await bench.run(() => false, 20_000);
    expect(bench.states()).toEqual(['starting', state]);
    bench.stop();
  });

  plainTest.for([
    [3_900, { event: 'card.read', document: { number: '11010519491231002X' } }],
    [4_100, { event: 'card.unreadable', problem: 'noAnswer' }],
  ] as const)('four seconds for reading: after %i ms', async ([readLatencyMs, told]) => {
    const bench = new ReaderBench({ readLatencyMs });
    bench.simulator.layCard(PERSON);
    await bench.run(() => bench.cards().length > 0, 30_000);
    expect(bench.cards()).toMatchObject([told]);
    bench.stop();
  });

  plainTest(
    'it is asked about five times a second; after three commands without an answer its port is opened anew',
    async () => {
      const bench = new ReaderBench();
      await bench.run(() => bench.states().includes('ready'));
      const before = bench.sent;
      await bench.run(() => false, 10_000);
      expect(bench.sent - before).toBeGreaterThanOrEqual(33);
      expect(bench.sent - before).toBeLessThanOrEqual(51);
      bench.simulator.setPower(false);
      const sent = bench.sent;
      await bench.run(() => bench.opened.length > 1);
      expect(bench.opened).toEqual([0, sent + 3]);
      bench.stop();
    },
  );
});

describe('a command that the module heard garbled (10, 11)', () => {
  let bench: ReaderBench;
  afterEach(() => bench.stop());

  plainTest.for([0x10, 0x11])(
    '%i is said once more, and the reading goes on where it was',
    async (failSw3) => {
      for (const failCommand of ['find', 'select', 'readTextAndPhoto', 'readNewestAddress'] as const) {
        bench = new ReaderBench();
        await bench.run(() => bench.states().includes('ready'));
        bench.simulator.heard.clear();
        bench.faults({ failCommand, failSw3, failTimes: 1 });
        const told = await bench.toldOf(() =>
          bench.simulator.layCard(PERSON, { newestAddress: '测试市样例路99号' }),
        );
        expect(told).toMatchObject({ event: 'card.read', document: { newerAddress: true } });
        for (const command of ['find', 'select', 'readTextAndPhoto', 'readNewestAddress'] as const)
          expect(`${command} ${bench.heard(command)}`).toBe(`${command} ${command === failCommand ? 2 : 1}`);
        bench.stop();
      }
    },
  );

  plainTest('the first words as well: the reader is ready and has its number', async () => {
    for (const failCommand of ['status', 'moduleId'] as const) {
      bench = new ReaderBench({ failCommand, failSw3: 0x10, failTimes: 1 });
      await bench.run(() => bench.states().includes('ready'));
      expect(bench.heard(failCommand)).toBe(2);
      expect(bench.events.at(-1)).toMatchObject({ model: '05.01-20150826-000123456-000654321' });
      bench.stop();
    }
  });

  plainTest('a reader that keeps its number to itself is ready without one', async () => {
    bench = new ReaderBench({ failCommand: 'moduleId', failSw3: 0x21, failTimes: ALWAYS });
    await bench.run(() => bench.states().includes('ready'));
    expect(bench.events.at(-1)).toEqual(expect.not.objectContaining({ model: expect.anything() as string }));
  });
});

describe('cards that refuse the reader (31)', () => {
  let bench: ReaderBench;
  afterEach(() => bench.stop());

  /** Lays a card that refuses and takes it away again. */
  async function refuse(): Promise<void> {
    expect(await bench.toldOf(() => bench.simulator.layUnreadableCard(0x31))).toMatchObject({
      event: 'card.unreadable',
      problem: 'cardRefusesReader',
    });
    const removed = bench.cards().length;
    bench.simulator.removeCard();
    await bench.run(() => bench.cards().length > removed);
    await bench.run(() => false, 1_000);
  }

  plainTest(
    'once: it is put there again; a second time running: the reader is at fault until it reads one',
    async () => {
      bench = new ReaderBench();
      await bench.run(() => bench.states().includes('ready'));
      await refuse();
      expect(bench.states()).toEqual(['starting', 'ready']);
      await refuse();
      expect(bench.states()).toEqual(['starting', 'ready', 'fault cardsRefuseReader']);
      // It goes on looking, and a card that it reads clears it.
      expect(await bench.toldOf(() => bench.simulator.layCard(PERSON))).toMatchObject({ event: 'card.read' });
      await bench.run(() => bench.states().at(-1) === 'ready', 2_000);
      expect(bench.states().at(-1)).toBe('ready');
      bench.simulator.removeCard();
      await bench.run(() => bench.cards().at(-1)?.event === 'card.removed');
      await refuse();
      expect(bench.states().at(-1)).toBe('ready');
    },
  );

  plainTest('one card that is left lying and tried over and over is one refusal', async () => {
    bench = new ReaderBench();
    await bench.toldOf(() => bench.simulator.layUnreadableCard(0x31));
    await bench.run(() => false, 20_000);
    expect(bench.heard('readTextAndPhoto')).toBeGreaterThan(20);
    expect(bench.states()).toEqual(['starting', 'ready']);
  });

  plainTest('a reader that was switched off and on is given another chance', async () => {
    bench = new ReaderBench();
    await refuse();
    await refuse();
    expect(bench.states().at(-1)).toBe('fault cardsRefuseReader');
    bench.simulator.setPower(false);
    await bench.run(() => bench.states().at(-1) === 'absent noAnswer');
    bench.simulator.setPower(true);
    await bench.run(() => bench.states().at(-1) === 'ready', 3_000);
    expect(bench.states().at(-1)).toBe('ready');
  });
});

/** Each test has a window of its own, so that they can wait side by side. */
const PATIENT = { timeout: 60_000 };
const test = plainTest.extend<{ rig: Rig }>({
  // oxlint-disable-next-line no-empty-pattern
  rig: async ({}, use) => {
    const rig = await startRig({ devices: ['reader'] });
    await rig.until('reader', 'ready');
    await use(rig);
    await rig.stop();
  },
});
const lay = { command: 'layCard', person: PERSON } as const;
const isCard = ({ event }: DeskEvent): boolean => event.startsWith('card.');

describe.concurrent('over the wire', PATIENT, () => {
  /** Takes the card away and waits until that was noticed. */
  async function clear(rig: Rig): Promise<void> {
    const removed = rig.events.next('removal', ({ event }) => event === 'card.removed');
    await rig.simulators.tell({ command: 'removeCard' });
    await removed;
  }

  test('a card at which the module gives up is told by what is wrong', async ({ rig }) => {
    for (const [sw3, problem] of [
      [0x21, 'readerRefuses'],
      [0x23, 'readerRefuses'],
      [0x24, 'readFailed'],
      [0x33, 'suspectCard'],
      [0x47, 'readFailed'],
    ] as const) {
      const told = rig.events.next(`card with ${sw3}`, isCard);
      await rig.simulators.tell({ command: 'layUnreadableCard', sw3 });
      expect(await told).toEqual({ event: 'card.unreadable', deviceId: 'reader', problem, sw3 });
      await clear(rig);
    }
  });

  test('a fault of the reader is said on screen with what to do, and over with the first card', async ({
    rig,
  }) => {
    for (const [failSw3, failCommand, words] of [
      [0x60, 'readTextAndPhoto', ['自检失败', '断电后重新通电']],
      [0x66, 'select', ['未授权', '更换读卡器']],
      [0x23, 'find', ['拒绝了命令', '断电后重新通电']],
    ] as const) {
      await rig.simulators.readerFaults({ failCommand, failSw3, failTimes: ALWAYS });
      await rig.simulators.tell(lay);
      const { text } = await rig.until('reader', 'fault');
      for (const word of words) expect(text).toContain(word);
      const read = rig.events.next('the card', isCard);
      await rig.simulators.readerFaults({});
      expect(await read).toMatchObject({ event: 'card.read' });
      await rig.until('reader', 'ready');
      await clear(rig);
    }
  });

  test('two cards running that refuse the reader: it is said on screen, and gone when a card is read', async ({
    rig,
  }) => {
    for (const isLast of [false, true]) {
      const refused = rig.events.next('refused', isCard);
      await rig.simulators.tell({ command: 'layUnreadableCard', sw3: 0x31 });
      expect(await refused).toMatchObject({ problem: 'cardRefusesReader' });
      if (!isLast) await clear(rig);
    }
    expect((await rig.until('reader', 'fault')).text).toMatch(/接连被证件拒绝.*换一张证件.*更换读卡器/);
    const read = rig.events.next('read', ({ event }) => event === 'card.read');
    await rig.simulators.tell(lay);
    await read;
    await rig.until('reader', 'ready');
  });

  test('10 and 11 to any command are noticed by nobody', async ({ rig }) => {
    const [settings] = rig.settings;
    if (settings?.kind !== 'id-reader') throw new Error('no reader');
    rig.desk.configure([{ ...settings, newestAddress: true }]);
    for (const failCommand of ['find', 'select', 'readTextAndPhoto', 'readNewestAddress'] as const) {
      const failSw3 = failCommand === 'select' ? 0x11 : 0x10;
      await rig.simulators.readerFaults({ failCommand, failSw3, failTimes: 1 });
      const read = rig.events.next(`a card after ${failCommand}`, isCard);
      await rig.simulators.tell({ ...lay, newestAddress: '测试市样例路99号' });
      expect(await read).toMatchObject({ event: 'card.read', document: { newerAddress: true } });
      await clear(rig);
    }
  });
});
