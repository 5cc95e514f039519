import { composeTicketNumber } from '../../contract/encoding/ticket-number.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { DepartureId, Fen, TicketNumber, WindowId } from '../../contract/ids.ts';
import type { Outcome } from '../../contract/refusals.ts';
import { businessDateOf, isoWeekOf } from '../../domain/time.ts';
import { inspectLedger } from '../../main/ledger/inspect.ts';
import { openLedger } from '../../main/ledger/ledger.ts';
import type { AppendCommand, AppendEntry, Appended, Ledger, LedgerOptions } from '../../main/ledger/types.ts';
import { fileKeyStore, openVault, type Vault } from '../../main/vault/vault.ts';
import { readMigrationFiles, type Machine } from './machine.ts';
import { adult } from './people.ts';

export const WINDOW = 'zhujiajian-wugongzhi/03' as WindowId;
export const STATION_CODE = '3309';

/** A window with ledger and vault but no desks: writes what the desks would write. */
export interface TestWindow {
  ledger: Ledger;
  vault: Vault;
  machine: Machine;
  /** Appends one command of the given entries now. */
  write(entries: readonly AppendEntry[], more?: Partial<AppendCommand>): Appended & { commandId: string };
  openShift(floatFen?: number): string;
  closeShift(shiftId: string): void;
  /** Gives and takes a lease of the whole departure, as one command. */
  takeLease(departureId: string, seats: { ranges: [number, number][] } | { count: number }): string;
  /** One sale for adults of a crowd, first free seats, tickets queued for print. */
  sell(departureId: string, people: readonly number[]): { ticketNumbers: TicketNumber[]; commandId: string };
  /** The sale's command without appending it: for benches and for planted faults. */
  saleCommand(departureId: string, people: readonly number[]): AppendCommand;
  close(): void;
}

export const departureOn = (date: string, hhmm: string): DepartureId =>
  `wugongzhi-putuoshan/${date}/${hhmm}` as DepartureId;

export async function tryWindow(
  machine: Machine,
  options: Partial<LedgerOptions> = {},
): Promise<Outcome<TestWindow>> {
  const { runtime } = machine;
  const migrations = options.migrations ?? readMigrationFiles();
  const window = options.window ?? WINDOW;
  const facts = inspectLedger({ runtime, window, migrations });
  if (!facts.ok) return facts;
  const { ledgerId, isNew } = facts.value;
  const vault = await openVault({
    runtime,
    keyStore: fileKeyStore(runtime.files),
    ledgerId,
    hasLedger: !isNew,
  });
  if (!vault.ok) return vault;
  const opened = openLedger({
    runtime,
    window,
    migrations,
    stationCode: STATION_CODE,
    windowNumber: 3,
    ordinal: 1,
    program: 'station-office test',
    signingKey: vault.value.publicKey,
    businessDateOf,
    ledgerId,
    ...options,
  });
  if (!opened.ok) return opened;
  return { ok: true, value: makeWindow(machine, opened.value, vault.value) };
}

export async function openWindow(
  machine: Machine,
  options: Partial<LedgerOptions> = {},
): Promise<TestWindow> {
  const opened = await tryWindow(machine, options);
  if (!opened.ok) throw new Error(`${opened.refusal.code}: ${opened.refusal.message}`);
  return opened.value;
}

function makeWindow(machine: Machine, ledger: Ledger, vault: Vault): TestWindow {
  const { clock, random } = machine.runtime;
  const compose = (entries: readonly AppendEntry[], more: Partial<AppendCommand> = {}): AppendCommand => {
    const atMs = clock.nowMs();
    return {
      commandId: random.id(),
      method: 'sales.sell',
      bodyMac: vault.commandMac('{}'),
      actor: '1001',
      atMs,
      businessDate: businessDateOf(atMs),
      plans: [],
      entries,
      ...more,
    };
  };
  const write: TestWindow['write'] = (entries, more) => {
    const command = compose(entries, more);
    return { ...ledger.append(command), commandId: command.commandId };
  };
  const sealPerson = (n: number): Required<AppendEntry>['identity'] => {
    const { name, number } = adult(n);
    return vault.seal({ kind: '111', name, number }, isoWeekOf(clock.nowMs()));
  };
  const saleCommand: TestWindow['saleCommand'] = (departureId, people) => {
    const shift = ledger.openShift();
    if (!shift) throw new Error('no shift is open');
    const businessDate = businessDateOf(clock.nowMs());
    const firstSerial = ledger.nextSerial(businessDate);
    const free = ledger.leasesOf(departureId).flatMap((lease): { leaseId: string; seat: number | null }[] =>
      lease.kind === 'free'
        ? Array.from({ length: Math.min(people.length, lease.total - lease.sold) }, () => ({
            leaseId: lease.leaseId,
            seat: null,
          }))
        : lease.freeRanges.flatMap(([from, to]) =>
            Array.from({ length: Math.min(people.length, to - from + 1) }, (_, i) => ({
              leaseId: lease.leaseId,
              seat: from + i,
            })),
          ),
    );
    const tickets = people.map((person, i): AppendEntry => {
      const place = free[i];
      if (!place) throw new Error(`no seat left on ${departureId}`);
      const serial = firstSerial + i;
      const parts = {
        stationCode: STATION_CODE,
        businessDate,
        window: Number(ledger.window.slice(-2)),
        ledgerOrdinal: ledger.ordinal,
        serial,
      };
      return {
        kind: 'ticket.sold',
        body: {
          ticketNumber: composeTicketNumber(parts),
          departureId: departureId as DepartureId,
          departAt: clock.nowMs() + 3_600_000,
          lineId: 'wugongzhi-putuoshan',
          fromPlaceId: 'zhujiajian-wugongzhi',
          toPlaceId: 'putuoshan',
          ticketClass: 'full',
          fareFen: 3_000 as Fen,
          fareRuleId: 'water-full',
          fareVersion: 1,
          capture: 'chip',
          documentKind: '111',
          leaseId: place.leaseId,
          seatNumber: place.seat,
          shiftId: shift.shiftId,
        },
        identity: sealPerson(person),
      };
    });
    const totalFen = (3_000 * people.length) as Fen;
    const money: NewEntry = {
      kind: 'sale.money',
      body: {
        shiftId: shift.shiftId,
        payment: 'cash',
        ticketCount: people.length,
        totalFen,
        tenderedFen: totalFen,
        changeFen: 0 as Fen,
      },
    };
    return compose([...tickets, money], {
      effects: tickets.map(({ body }) => ({
        kind: 'print',
        ticketNumber: (body as { ticketNumber: TicketNumber }).ticketNumber,
        copy: 1,
      })),
    });
  };

  return {
    ledger,
    vault,
    machine,
    write,
    saleCommand,
    openShift(floatFen = 20_000) {
      const shiftId = random.id();
      write([{ kind: 'shift.opened', body: { shiftId, clerkNumber: '1001', floatFen: floatFen as Fen } }], {
        method: 'shifts.open',
      });
      return shiftId;
    },
    closeShift(shiftId) {
      const shift = ledger.shift(shiftId);
      if (!shift) throw new Error(`no shift ${shiftId}`);
      const expectedFen = (shift.floatFen + shift.salesFen) as Fen;
      const { ticketCount, salesFen } = shift;
      const body = {
        shiftId,
        clerkNumber: '1001',
        countedFen: expectedFen,
        expectedFen,
        differenceFen: 0,
        ticketCount,
        salesFen,
      };
      write([{ kind: 'shift.closed', body }], { method: 'shifts.close' });
    },
    takeLease(departureId, asked) {
      const leaseId = random.id();
      const seats =
        'ranges' in asked ? ({ kind: 'numbered', ...asked } as const) : ({ kind: 'free', ...asked } as const);
      const lease = { leaseId, departureId: departureId as DepartureId, grantor: 'self', seats } as const;
      const capacity =
        'ranges' in asked ? asked.ranges.reduce((sum, [a, b]) => sum + b - a + 1, 0) : asked.count;
      write([
        { kind: 'lease.given', body: { ...lease, holder: WINDOW, capacity } },
        { kind: 'lease.taken', body: lease },
      ]);
      return leaseId;
    },
    sell(departureId, people) {
      const command = saleCommand(departureId, people);
      ledger.append(command);
      const ticketNumbers = (command.effects ?? []).map(({ ticketNumber }) => ticketNumber);
      return { ticketNumbers, commandId: command.commandId };
    },
    close: () => ledger.close(),
  };
}
