import type { Plan, Scope } from '../../contract/contingency.ts';
import type { DepartureId } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { recordId, type RecordKey, type Signer } from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { preview, type PreviewTicket } from '../../domain/contingency/preview.ts';
import { checkScope, type KnownThings } from '../../domain/contingency/scope.ts';
import { decideState, decideUndo } from '../../domain/departures/decide-state.ts';
import type { Departure } from '../../domain/types.ts';
import type { PlanBook } from '../plans/book.ts';
import type { PlanLibrary } from '../plans/library.ts';
import type { DeskContext } from './context.ts';

const MOST_ROWS = 300;

/** What a switch would do, asked before it is confirmed. Nothing is written. */
export function createPlanPreview(
  context: DeskContext,
  parts: {
    book: PlanBook;
    library: PlanLibrary;
    /** Departures from this station that have not left, of so many days. */
    departures: (days: number, scope: Scope) => Departure[];
    known: (scope: Scope) => KnownThings;
    nextKey: () => RecordKey;
  },
) {
  const { book, library, departures, known, nextKey } = parts;
  const { ledger, window } = context;

  /** A preview looks as far ahead as is sold now. */
  const previewDays = (): number => (context.timetable()?.settings.advanceSaleDays.value ?? 0) + 1;

  /** The rules as they would be after what is asked about; refused where it could never be. */
  function afterwards(
    input: OfficeInput<'plans.preview'>['of'],
    nowMs: number,
  ): Outcome<ReturnType<PlanBook['ruleBook']>> {
    const key = nextKey();
    const asked = {
      ...key,
      at: nowMs,
      window,
      countersignedBy: null,
      reason: '-',
      orderedBy: null,
      measured: null,
    };
    if (input.what === 'order') {
      const found = library.find(input.planId);
      if (!found.ok) return found;
      const { plan, hash } = found.value;
      const wrong = checkScope(input.scope, known(input.scope), [plan.scope]);
      if (wrong) return { ok: false, refusal: wrong };
      // Who signs does not change what an order does; a preview asks for no signature.
      const unsigned: Plan = { ...plan, authority: { ...plan.authority, countersign: [] } };
      const by: Signer = { number: '0000', role: plan.authority.switch[0] ?? 'manager' };
      const { id, version } = plan;
      const { scope, until } = input;
      return accepted(
        book.ruleBook({
          records: [
            {
              record: { record: 'order', ...asked, by, plan: { id, version, hash }, scope, until },
              plan: unsigned,
            },
          ],
        }),
      );
    }
    if (input.what === 'end') {
      const standing = book.orders().order(recordId(input.order));
      if (!standing) return refused('order.unknown', { order: recordId(input.order) }, 'order');
      if (standing.endedAtMs !== null) return refused('order.ended', {}, 'order');
      const { by, countersignedBy } = standing.record;
      return accepted(
        book.ruleBook({
          records: [{ record: { record: 'end', ...asked, by, countersignedBy, order: input.order } }],
        }),
      );
    }
    if (input.what === 'narrow') {
      const standing = book.orders().order(recordId(input.order));
      if (!standing?.plan) return refused('order.unknown', { order: recordId(input.order) }, 'order');
      if (standing.endedAtMs !== null) return refused('order.ended', {}, 'order');
      const wrong = checkScope(input.scope, known(input.scope), [standing.plan.scope]);
      if (wrong) return { ok: false, refusal: wrong };
      const { by, countersignedBy, plan } = standing.record;
      const { scope, until } = input;
      const next = { ...asked, n: asked.n + 1, by, countersignedBy };
      return accepted(
        book.ruleBook({
          records: [
            { record: { record: 'end', ...asked, by, countersignedBy, order: input.order } },
            { record: { record: 'order', ...next, plan, scope, until }, plan: standing.plan },
          ],
        }),
      );
    }
    if (input.what === 'setState') {
      const command = { scope: input.scope, state: input.state, reason: '-', orderedBy: null, by: '' };
      const decided = decideState(key, book.states(), known(input.scope), command, nowMs);
      if (!decided.ok) return decided;
      const { at, scope, state, supersedes } = decided.value.entry.body;
      return accepted(book.ruleBook({ change: { what: 'set', key, at, scope, state, supersedes } }));
    }
    const decided = decideUndo(key, book.states(), { undoes: input.undoes, reason: '-', by: '' }, nowMs);
    if (!decided.ok) return decided;
    return accepted(book.ruleBook({ change: { what: 'undone', key, at: nowMs, undoes: input.undoes } }));
  }

  function look({ of: input }: OfficeInput<'plans.preview'>): Outcome<OfficeOutput<'plans.preview'>> {
    const nowMs = book.nowMs();
    const after = afterwards(input, nowMs);
    if (!after.ok) return after;
    const scope = 'scope' in input ? input.scope : {};
    const near = departures(previewDays(), scope);
    const held = ledger.heldByDeparture(near.map(({ departureId }) => departureId));
    const seen = preview(
      book.ruleBook(),
      after.value,
      near.map((departure) => ({
        facts: factsOf(departure),
        seatsLeft: held.get(departure.departureId)?.left ?? departure.capacity,
      })),
      near.flatMap((departure) => ticketsOf(departure)),
      window,
      nowMs,
    );
    const byId = new Map(near.map((departure) => [departure.departureId as string, departure]));
    const { rows, departures: count, tickets, passengers, vehicles, refundableFen } = seen;
    return accepted({
      rows: rows.slice(0, MOST_ROWS).map((row) => ({
        departureId: row.departureId as DepartureId,
        lineName: byId.get(row.departureId)?.line.name ?? '',
        departLocal: byId.get(row.departureId)?.departLocal ?? '',
        before: row.before,
        after: row.after,
        sold: row.sold,
        tickets: row.tickets,
        passengers: row.passengers,
        vehicles: row.vehicles,
        elsewhere: row.elsewhere,
        refundableFen: row.refundableFen,
        insteadSeats: row.instead?.seatsLeft ?? 0,
        instead: (row.instead?.departureId ?? null) as DepartureId | null,
      })),
      departures: count,
      tickets,
      passengers,
      vehicles,
      refundableFen,
      ...unreached(rows.map(({ departureId }) => departureId)),
    });
  }

  /** Windows of this host that are not connected now, with what they hold of these departures. */
  function unreached(
    departureIds: readonly string[],
  ): Pick<OfficeOutput<'plans.preview'>, 'windows' | 'silent'> {
    const enrolled = ledger.station.windows().filter(({ state }) => state === 'enrolled');
    const live = new Map(context.station.server?.live().map((one) => [one.row.window, one]));
    const away = enrolled.filter(({ window: of }) => !live.has(of));
    const held = new Map<string, number>();
    if (away.length > 0)
      for (const departureId of departureIds)
        for (const { holder, heads } of ledger.station.grantsOf(departureId))
          held.set(holder, (held.get(holder) ?? 0) + heads);
    const heard = new Map(ledger.station.relayLedgers().map((one) => [one.ledgerId, one.heardAtMs]));
    return {
      windows: 1 + enrolled.length,
      silent: away.map(({ window: of, ledgerId }) => ({
        window: of,
        heardAt: heard.get(ledgerId) ?? null,
        held: held.get(of) ?? 0,
      })),
    };
  }

  /**
   * Tickets of a departure that hold and are not aboard, as far as the station's picture knows them. The picture has no fares: what
   * another window sold is counted at the fare of its class that is in force now.
   */
  function ticketsOf({ departureId, line, date }: Departure): PreviewTicket[] {
    const timetable = context.timetable();
    return ledger.picture
      .ticketsOfDeparture(departureId)
      .filter(({ state, boardings }) => state === 'sold' && boardings.length === 0)
      .map(({ ticketNumber, heads, ticketClass, more }) => {
        const row = ledger.ticket(ticketNumber);
        const fareNow = timetable?.fareRow(line.id, ticketClass, date, more.toStop?.placeId)?.fareFen;
        return {
          departureId,
          subject: heads === 0 ? ('vehicle' as const) : ('passenger' as const),
          fareFen: row?.body.fareFen ?? fareNow ?? 0,
          heads,
          channel: 'window' as const,
          soldAt: row?.atMs ?? 0,
        };
      });
  }

  return { look };
}
