import { describe, expect, test as plainTest } from 'vitest';
import type { SimulatorCommandInput } from '../../contract/simulators.ts';
import type { DeskEvent } from '../../main/devices/device-desk.ts';
import { pause, startRig, type Rig } from './rig.ts';

const personA = {
  kind: 'residentId',
  name: '测试甲',
  sex: '2',
  birthDate: '1949-12-31',
  number: '11010519491231002X',
} as const;
const personB = {
  ...personA,
  name: '样例乙',
  birthDate: '1880-01-01',
  number: '440524188001010014',
} as const;
type LayCard = Extract<SimulatorCommandInput, { command: 'layCard' }>;
const lay = (person: LayCard['person'], beside = false): LayCard => ({ command: 'layCard', person, beside });

/** Each test has a window of its own, so that they can wait side by side. */
/** Tests wait side by side, so a busy machine lets each of them wait longer. */
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

const isRead = (e: DeskEvent): boolean => e.event === 'card.read';
const told = (rig: Rig): string[] =>
  rig.events.all.filter((e) => e.event.startsWith('card.')).map((e) => e.event);

describe.concurrent('a card on the reader', PATIENT, () => {
  test('is read, and brings the document without address, photo or fingerprint', async ({ rig }) => {
    await rig.simulators.tell(lay(personA));
    const event = await rig.events.next('a card', isRead, { since: 0 });
    expect(event).toEqual({
      event: 'card.read',
      deviceId: 'reader',
      document: {
        kind: 'residentId',
        name: '测试甲',
        number: '11010519491231002X',
        sex: 'female',
        birthDate: '1949-12-31',
        validFrom: '2020-01-01',
        validTo: 'longTerm',
      },
    });
  });

  test('is read by a reader whose module number is on the technician’s screen', async ({ rig }) => {
    expect(rig.desk.statuses()).toEqual([
      {
        deviceId: 'reader',
        kind: 'id-reader',
        state: 'ready',
        paper: 'unknown',
        text: '',
        model: '05.01-20150826-000123456-000654321',
      },
    ]);
  });

  test('of each of the other three kinds is read', async ({ rig }) => {
    const others = [
      { kind: 'hkMoTwPermit', name: '测试乙', birthDate: '1990-01-01', number: '830000199001010039' },
      {
        kind: 'foreignerPermit2017',
        latinName: 'SPECIMEN, TEST',
        number: 'UTO110090010111',
        nationality: 'UTO',
        birthDate: '1990-01-01',
      },
      {
        kind: 'foreignerPermit2023',
        latinName: 'SPECIMEN, TEST',
        number: '91112419900101001X',
        nationality: 'CAN',
        birthDate: '1990-01-01',
      },
    ] as const;
    for (const person of others) {
      const next = rig.events.next(person.kind, isRead);
      await rig.simulators.tell(lay(person));
      expect(await next).toMatchObject({ document: { kind: person.kind, number: person.number } });
      const removed = rig.events.next('removal', (e) => e.event === 'card.removed');
      await rig.simulators.tell({ command: 'removeCard' });
      await removed;
    }
  });

  test.for(['silent', 'insistent', 'alternating'] as const)(
    'left lying on a %s reader is read once; withdrawn and put back, again',
    async (afterRead, { rig }) => {
      await rig.simulators.readerFaults({ afterRead });
      await rig.simulators.tell(lay(personA));
      await rig.events.next('a card', isRead, { since: 0 });
      await pause(2500);
      expect(told(rig).filter((event) => event === 'card.read')).toHaveLength(1);
      await rig.simulators.tell({ command: 'removeCard' });
      await pause(1500);
      expect(told(rig)).toEqual(['card.read', 'card.removed']);
      await rig.simulators.tell(lay(personA));
      await rig.events.next('the card again', isRead, { since: rig.events.all.length - 1 });
    },
  );

  test('put in the place of another is told with the other gone first', async ({ rig }) => {
    await rig.simulators.readerFaults({ afterRead: 'insistent' });
    await rig.simulators.tell(lay(personA));
    await rig.events.next('the first', isRead, { since: 0 });
    await rig.simulators.tell({ command: 'removeCard' });
    await pause(500);
    const second = rig.events.next('the second', isRead);
    await rig.simulators.tell(lay(personB));
    expect(await second).toMatchObject({ document: { number: personB.number } });
    expect(told(rig)).toEqual(['card.read', 'card.removed', 'card.read']);
  });

  test('swapped for another between two looks, on a reader that goes on saying "found", is noticed within 1.5 s', async ({
    rig,
  }) => {
    await rig.simulators.readerFaults({ afterRead: 'insistent' });
    await rig.simulators.tell(lay(personA));
    await rig.events.next('the first', isRead, { since: 0 });
    // In the pause behind the look that has just been had.
    const swap = [{ command: 'removeCard' }, lay(personB)]
      .map((command) => JSON.stringify(command))
      .join('\n');
    const second = rig.events.next('the second', isRead, { timeoutMs: 1500 });
    rig.simulators.child.stdin?.write(`${swap}\n`);
    expect(await second).toMatchObject({ document: { number: personB.number } });
    expect(told(rig)).toEqual(['card.read', 'card.removed', 'card.read']);
  });

  test('carries a newer address: only that it does leaves the driver', async ({ rig }) => {
    const [settings] = rig.settings;
    if (settings?.kind !== 'id-reader') throw new Error('no reader');
    rig.desk.configure([{ ...settings, newestAddress: true }]);
    for (const newestAddress of ['测试市样例路99号', undefined]) {
      const next = rig.events.next('a card', isRead);
      await rig.simulators.tell({
        ...lay(personA),
        ...(newestAddress === undefined ? {} : { newestAddress }),
      });
      expect(await next).toMatchObject({ document: { newerAddress: newestAddress !== undefined } });
      const removed = rig.events.next('removal', (e) => e.event === 'card.removed');
      await rig.simulators.tell({ command: 'removeCard' });
      await removed;
    }
    expect(JSON.stringify([rig.events.all, rig.log])).not.toContain('样例路');
  });
});

describe.concurrent('two cards at once', PATIENT, () => {
  test('are told as such; when one is taken away, the other is read', async ({ rig }) => {
    await rig.simulators.tell(lay(personA, true));
    await rig.simulators.tell(lay(personB, true));
    const event = await rig.events.next('unreadable', (e) => e.event === 'card.unreadable', { since: 0 });
    expect(event).toMatchObject({ problem: 'selectFailed', sw3: 0x81 });
    expect(told(rig).filter((name) => name === 'card.unreadable')).toHaveLength(1);
    await rig.simulators.tell({ command: 'removeCard', which: 'last' });
    expect(await rig.events.next('a card', isRead, { timeoutMs: 3000 })).toMatchObject({
      document: { number: personA.number },
    });
  });

  test('one laid on the card that was read: the office no longer believes in the first', async ({ rig }) => {
    await rig.simulators.readerFaults({ afterRead: 'insistent' });
    await rig.simulators.tell(lay(personA));
    await rig.events.next('the first', isRead, { since: 0 });
    await rig.simulators.tell(lay(personB, true));
    await rig.events.next('unreadable', (e) => e.event === 'card.unreadable', { timeoutMs: 4000 });
    expect(told(rig)).toEqual(['card.read', 'card.removed', 'card.unreadable']);
  });
});

describe.concurrent('a card that cannot be read', PATIENT, () => {
  test.for([
    [0x41, 'readFailed'],
    [0x81, 'selectFailed'],
    [0x32, 'suspectCard'],
    [0x40, 'notAnIdCard'],
    [0x31, 'cardRefusesReader'],
  ] as const)('with status %i is told once, by what is wrong', async ([sw3, problem], { rig }) => {
    await rig.simulators.tell({ command: 'layUnreadableCard', sw3 });
    const event = await rig.events.next('unreadable', (e) => e.event === 'card.unreadable', { since: 0 });
    expect(event).toEqual({ event: 'card.unreadable', deviceId: 'reader', problem, sw3 });
    await pause(1500);
    expect(told(rig)).toEqual(['card.unreadable']);
  });

  test('at first, and then can, is read without a word of the failures', async ({ rig }) => {
    await rig.simulators.readerFaults({ failCommand: 'readTextAndPhoto', failSw3: 0x41, failTimes: 3 });
    await rig.simulators.tell(lay(personA));
    await rig.events.next('a card', isRead, { since: 0 });
    expect(told(rig)).toEqual(['card.read']);
  });

  test('because it was taken away too soon, asks for it again', async ({ rig }) => {
    await rig.simulators.readerFaults({ readLatencyMs: 600 });
    await rig.simulators.tell(lay(personA));
    await pause(500);
    await rig.simulators.tell({ command: 'removeCard' });
    const event = await rig.events.next('unreadable', (e) => e.event === 'card.unreadable', { since: 0 });
    expect(event).toMatchObject({ problem: 'withdrawn' });
  });
});

describe.concurrent('a bad line', PATIENT, () => {
  test.for([
    ['noise before each answer', { noiseBytes: 37 }],
    ['answers byte by byte', { burstBytes: 1 }],
    ['a wrong checksum now and then', { badChecksums: 1 }],
    ['a wrong length now and then', { badLengths: 1 }],
    ['a slow reader', { latencyMs: 300, readLatencyMs: 1500 }],
  ] as const)('%s: the card is read all the same', async ([, faults], { rig }) => {
    await rig.simulators.readerFaults({ ...faults });
    const since = rig.events.all.length;
    await rig.simulators.tell(lay(personA));
    expect(await rig.events.next('a card', isRead, { since, timeoutMs: 15_000 })).toMatchObject({
      document: { number: personA.number },
    });
  });

  test.for([
    ['silence in mid-reply', { silentAfterBytes: 5 }],
    ['endless babble', { babble: true, silentAfterBytes: 0 }],
    ['a reader set to half the speed', { lineSpeed: 57_600 }],
    ['a reader set to 9600', { lineSpeed: 9600 }],
  ] as const)('%s: said on screen, and back by itself when it is over', async ([, faults], { rig }) => {
    await rig.simulators.readerFaults({ ...faults });
    const status = await rig.until('reader', 'absent', 15_000);
    expect(status.text).toContain('应答');
    await rig.simulators.readerFaults({});
    await rig.until('reader', 'ready', 5000);
    await rig.simulators.tell(lay(personA));
    await rig.events.next('a card', isRead, { since: 0 });
  });
});

describe.concurrent('power and plug', PATIENT, () => {
  test('a reader without power is absent, and ready within two seconds of its return', async ({ rig }) => {
    await rig.simulators.tell({ command: 'power', device: 'reader', state: 'off' });
    expect((await rig.until('reader', 'absent')).text).toContain('没有应答');
    await rig.simulators.tell({ command: 'power', device: 'reader', state: 'on' });
    await rig.until('reader', 'ready', 2000);
  });

  test('a pulled plug is said in words, and the reader is ready within two seconds of its return', async ({
    rig,
  }) => {
    await rig.simulators.tell({ command: 'cable', device: 'reader', state: 'out' });
    expect((await rig.until('reader', 'absent')).text).toContain('没有接上');
    await rig.simulators.tell({ command: 'cable', device: 'reader', state: 'in' });
    await rig.until('reader', 'ready', 2000);
    await rig.simulators.tell(lay(personA));
    await rig.events.next('a card', isRead, { since: 0 });
  });

  test('a paused reader reads nothing; resumed, it reads the card that lies there', async ({ rig }) => {
    rig.desk.pauseReader('reader');
    await rig.until('reader', 'paused');
    await rig.simulators.tell(lay(personA));
    await pause(1000);
    expect(told(rig)).toEqual([]);
    rig.desk.resumeReader('reader');
    await rig.events.next('a card', isRead, { since: 0 });
  });
});
