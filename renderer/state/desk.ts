import { refuse, type Refusal } from '../../contract/refusals.ts';
import type { Fen } from '../../contract/ids.ts';
import type {
  DepartureView,
  HolderView,
  OfficeOutput,
  SaleResult,
  ScannerCode,
} from '../../contract/office.ts';
import { openScopes } from '../keys/dispatcher.ts';
import type { SecondSignature } from '../../contract/office/people.ts';
import type { Problem } from '../client/office-client.ts';
import type { Office } from './office.ts';
import {
  afterSale,
  asksForChild,
  asPassengers,
  asVehicles,
  emptyOrder,
  withHolder,
  withNextClass,
  withoutSubject,
  withVehicle,
  type Notice,
  type Order,
  type Vehicle,
} from './order.ts';
import { nextEnd, stopAt } from './departures.ts';
import { goTo, setOrder, setView, view } from './store.ts';
import { newestTaker } from './takers.ts';
import { plainWidth } from '../text/digits.ts';
import { parseYuan } from '../text/money.ts';

/** What the sale screen sees at this moment, told by the screen each time it draws; the desk acts on what was seen. */
export interface Seen {
  date: string;
  departure: DepartureView | undefined;
  /** The stop on the way where the order gets off; undefined = the end of the line. */
  toStop: string | undefined;
  quote: OfficeOutput<'sales.quote'> | undefined;
}

/** What a clerk does at the sale screen. Each is one key's work. */
export interface Desk {
  /** Somebody signed in: another person's order is dropped, their own stands as they left it. */
  serve: (number: string) => void;
  /** Empties the form, with everybody on it. */
  forget: () => void;
  /** The next place on the departure's way to get off at; back with −1. */
  turnStop: (by: 1 | -1) => void;
  /** What the screen has just drawn. */
  see: (seen: Seen) => void;
  addHolder: (holder: HolderView) => void;
  removeSubject: () => void;
  nextClass: () => void;
  /** The next who comes onto the form rides free with the adult of the row; the fields for a document open. */
  addChild: () => void;
  /** The form for a vehicle of the row's person, where the departure takes any. */
  openVehicle: () => void;
  addVehicle: (vehicle: Vehicle) => void;
  /** Esc: asks once when somebody is on the form, clears the second time. */
  clear: () => void;
  /** Enter in the passengers' pane: to the money, when nothing stands in the way. */
  toMoney: () => void;
  /** `signature`: of a shift leader, where a document needs one; without it the form for it opens. Gives back what was refused. */
  sell: (signature?: SecondSignature) => Promise<Problem | undefined>;
  readAgain: () => Promise<void>;
  /** A keyboard scanner typed this; the office says what it is. */
  readCode: (text: string) => Promise<void>;
  /** A document's lines join the order like a card, a ticket's code opens the sold list, a refusal is said. */
  takeCode: (code: ScannerCode) => void;
}

/** Fields of a refused sale that belong to fields beside the cash. */
const CASH_FIELDS = new Set(['tenderedFen', 'totalFen', 'slipFrom']);

export function makeDesk({ client, clock, queries }: Office): Desk {
  let seen: Seen = { date: '', departure: undefined, toStop: undefined, quote: undefined };
  const say = (notice: Notice): void => {
    setOrder((order) => ({ ...order, notice }));
  };
  const problem = (refusal: Refusal): void => {
    say({ kind: 'problem', problem: refusal });
  };
  /** The first thing in the way of the order as it is seen, or undefined. */
  const obstacle = (quote: OfficeOutput<'sales.quote'>): Refusal | undefined =>
    [...quote.passengers, ...quote.vehicles].find((one) => one.refusal)?.refusal ?? quote.refusal;
  /** Says what is known to stand in the way; true = nothing is. */
  const isClear = (): boolean => {
    const { quote } = seen;
    const found = view().order.passengers.length === 0 ? refuse('sale.empty') : quote && obstacle(quote);
    if (found) problem(found);
    return !found;
  };
  const drop = (refs: HolderView['holderRef'][]): void => {
    if (refs.length > 0) void client.call('holders.drop', { holderRefs: refs });
  };

  let served: string | null = null;
  const desk: Desk = {
    serve(number) {
      if (served !== null && served !== number) desk.forget();
      served = number;
    },
    forget() {
      drop(view().order.passengers.map((one) => one.holder.holderRef));
      setView({
        order: emptyOrder(clock.commandId()),
        last: null,
        screen: 'sale',
        scanned: null,
        filtering: false,
      });
    },
    see(now) {
      seen = now;
    },
    turnStop(by) {
      const { departure, toStop } = seen;
      if (!departure?.stops || view().order.selling !== null) return;
      const next = nextEnd(departure, stopAt(departure, toStop ?? null), by);
      setOrder((order) => ({ ...order, toStop: next, atField: null }));
    },
    addHolder(holder) {
      const { date, departure } = seen;
      setOrder((order) => withHolder(order, holder, { date, departureId: departure?.departureId ?? null }));
    },
    removeSubject() {
      const before = view().order.passengers;
      setOrder(withoutSubject);
      const after = new Set(view().order.passengers.map((one) => one.holder.holderRef));
      drop(before.map((one) => one.holder.holderRef).filter((ref) => !after.has(ref)));
    },
    nextClass() {
      setOrder((order) => withNextClass(order, seen.quote?.classes));
    },
    addChild() {
      setOrder(asksForChild);
      if (view().order.childOf !== null) goTo('entry');
    },
    openVehicle() {
      if (view().order.passengers.length === 0) problem(refuse('vehicle.driverMissing'));
      else if (seen.departure?.vehicleRoom === null) problem(refuse('vehicle.none'));
      else goTo('vehicle');
    },
    addVehicle(vehicle) {
      setOrder((order) => withVehicle(order, vehicle, seen.quote?.classes ?? []));
    },
    clear() {
      const { order } = view();
      if (order.selling !== null) return;
      if (order.passengers.length > 0 && order.notice?.kind !== 'clearAsk') {
        say({ kind: 'clearAsk' });
        return;
      }
      drop(order.passengers.map((one) => one.holder.holderRef));
      setView({
        order: {
          ...emptyOrder(clock.commandId()),
          notice: order.passengers.length > 0 ? { kind: 'cleared' } : null,
        },
      });
      goTo('departures');
    },
    toMoney() {
      if (isClear()) {
        setOrder((order) => ({ ...order, atField: null }));
        goTo('money');
      } else goTo('passengers');
    },
    async sell(signature) {
      const { order } = view();
      if (order.selling !== null || !isClear()) return undefined;
      const { departure, toStop, quote } = seen;
      if (!departure || !quote) {
        say({ kind: 'pricing' });
        return undefined;
      }
      const tenderedFen = order.cash.trim() === '' ? quote.totalFen : parseYuan(order.cash);
      if (tenderedFen === null) {
        setOrder((now) => ({ ...now, atField: { code: 'client.money', field: 'tenderedFen' } }));
        return undefined;
      }
      if (signature === undefined && quote.passengers.some((one) => one.needsApproval || one.needsReader)) {
        setView({ signing: true });
        return undefined;
      }
      setOrder((now) => ({ ...now, selling: 'asking', atField: null }));
      const reply = await client.call(
        'sales.sell',
        {
          departureId: departure.departureId,
          ...(toStop === undefined ? {} : { toStop }),
          passengers: asPassengers(order),
          ...asVehicles(order),
          ...(signature === undefined ? {} : { secondSignature: signature }),
          payment: 'cash',
          totalFen: quote.totalFen,
          tenderedFen: tenderedFen as Fen,
          ...slipOf(order),
        },
        order.commandId,
        (state) => {
          setOrder((now) => ({ ...now, selling: state }));
        },
      );
      if (!reply.ok) {
        const refused = reply.problem;
        const atCash = refused.field !== undefined && CASH_FIELDS.has(refused.field.split('.')[0] ?? '');
        setOrder((now) => ({
          ...now,
          selling: null,
          ...(atCash
            ? { atField: refused, notice: null }
            : { notice: { kind: 'problem', problem: refused } }),
        }));
        if (refused.code === 'fare.changed') void queries.invalidateQueries({ queryKey: ['sales.quote'] });
        if (refused.code === 'seat.noneHeld')
          void queries.invalidateQueries({ queryKey: ['timetable.departures'] });
        return refused;
      }
      setView({
        signing: false,
        last: {
          result: reply.value,
          departLocal: soldFor(reply.value, departure),
          toName: reply.value.toStop?.name ?? departure.toName,
        },
        order: afterSale(view().order, clock.commandId()),
      });
      goTo('departures');
      void queries.invalidateQueries({ queryKey: ['sales.list'] });
      void client.call('commands.seen', { commandIds: [reply.value.commandId] });
      return undefined;
    },
    async readAgain() {
      const reply = await client.call('reader.again', {});
      if (!reply.ok) say({ kind: 'problem', problem: reply.problem, again: true });
    },
    async readCode(text) {
      const raw = newestTaker()?.raw;
      if (raw) {
        raw(text);
        return;
      }
      const reply = await client.call('scanner.typed', { text });
      if (!reply.ok) say({ kind: 'problem', problem: reply.problem });
      else if (reply.value.code) {
        const taker = newestTaker();
        if (taker) taker.code?.(reply.value.code);
        else desk.takeCode(reply.value.code);
      }
    },
    takeCode(code) {
      switch (code.kind) {
        case 'mrz':
          desk.addHolder(code.holder);
          return;
        case 'ticketQr':
          if (openScopes().includes('desk')) setView({ screen: 'sold', filtering: false, scanned: code });
          return;
        case 'refused':
          say({ kind: 'problem', problem: code.refusal });
          if (view().screen === 'sold') setView({ scanned: code });
          return;
        case 'text':
          say({ kind: 'scannedText', text: code.text });
      }
    },
  };
  return desk;
}

/** The number that was typed of the first slip; empty = the one after the last. */
function slipOf({ slip }: Order): { slipFrom?: number } {
  const typed = plainWidth(slip).trim();
  return /^\d{1,8}$/.test(typed) ? { slipFrom: Number(typed) } : {};
}

/** `HHMM` of the vessel that was sold: of a line that rolls it may be a later one than was chosen. */
function soldFor(
  { departureId }: SaleResult,
  chosen: Pick<DepartureView, 'departureId' | 'departLocal'>,
): string {
  const slot = departureId.split('/')[2];
  return departureId === chosen.departureId || slot === undefined
    ? chosen.departLocal
    : `${slot.slice(0, 2)}:${slot.slice(2, 4)}`;
}
