import type { Plan, Scope } from '../../contract/contingency.ts';
import type { DepartureId } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { recordId, type RecordKey, type Signer } from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { preview, type PreviewTicket } from '../../domain/contingency/preview.ts';
import type { OrderState } from '../../domain/contingency/orders.ts';
import type { RuleBook } from '../../domain/contingency/rules.ts';
import { checkScope, matcherOf, type KnownThings } from '../../domain/contingency/scope.ts';
import { decideState, decideUndo } from '../../domain/departures/decide-state.ts';
import type { Departure } from '../../domain/types.ts';
import type { PlanBook } from '../plans/book.ts';
import type { PlanLibrary } from '../plans/library.ts';
import type { PictureTicket } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';
import { rulesViews } from './rules-views.ts';
import { dataOf, windowData } from './window-data.ts';

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

  /** The rules as they would be after what is asked about, and for what; refused where it could never be. */
  function afterwards(input: OfficeInput<'plans.preview'>['of'], nowMs: number): Outcome<Asked> {
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
      const record = { record: 'order' as const, ...asked, by, plan: { id, version, hash }, scope, until };
      return accepted({
        rules: book.ruleBook({ records: [{ record, plan: unsigned }] }),
        scopes: [plan.scope, scope],
      });
    }
    if (input.what === 'end') {
      const standing = book.orders().order(recordId(input.order));
      if (!standing) return refused('order.unknown', { order: recordId(input.order) }, 'order');
      if (standing.endedAtMs !== null) return refused('order.ended', {}, 'order');
      const { by, countersignedBy } = standing.record;
      return accepted({
        rules: book.ruleBook({
          records: [{ record: { record: 'end', ...asked, by, countersignedBy, order: input.order } }],
        }),
        scopes: scopesOf(standing),
      });
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
      return accepted({
        rules: book.ruleBook({
          records: [
            { record: { record: 'end', ...asked, by, countersignedBy, order: input.order } },
            { record: { record: 'order', ...next, plan, scope, until }, plan: standing.plan },
          ],
        }),
        scopes: scopesOf(standing),
      });
    }
    if (input.what === 'setState') {
      const command = { scope: input.scope, state: input.state, reason: '-', orderedBy: null, by: '' };
      const decided = decideState(key, book.states(), known(input.scope), command, nowMs);
      if (!decided.ok) return decided;
      const { at, scope, state, supersedes } = decided.value.entry.body;
      const change = { what: 'set' as const, key, at, scope, state, supersedes };
      return accepted({ rules: book.ruleBook({ change }), scopes: [scope] });
    }
    const decided = decideUndo(key, book.states(), { undoes: input.undoes, reason: '-', by: '' }, nowMs);
    if (!decided.ok) return decided;
    const undone = { what: 'undone' as const, key, at: nowMs, undoes: input.undoes };
    const id = recordId(input.undoes);
    const set = book.changes().find((change) => change.what === 'set' && recordId(change.key) === id);
    return accepted({
      rules: book.ruleBook({ change: undone }),
      scopes: set?.what === 'set' ? [set.scope] : [],
    });
  }

  function look({ of: input }: OfficeInput<'plans.preview'>): Outcome<OfficeOutput<'plans.preview'>> {
    const nowMs = book.nowMs();
    const after = afterwards(input, nowMs);
    if (!after.ok) return after;
    const scope = 'scope' in input ? input.scope : {};
    const near = departures(previewDays(), scope);
    const held = ledger.heldByDeparture(near.map(({ departureId }) => departureId));
    const before = book.ruleBook();
    const { rules, scopes } = after.value;
    const matchers = scopes.map((one) => matcherOf(one));
    const inScope = near
      .map((departure) => factsOf(departure, context.departures.leftAt(departure.departureId)))
      .filter((facts) => matchers.every((matcher) => matcher.departure(facts, true)));
    const sold = near.map((departure) => ticketsOf(departure));
    const seen = preview(
      before,
      rules,
      near.map((departure) => ({
        facts: factsOf(departure),
        seatsLeft: held.get(departure.departureId)?.left ?? departure.capacity,
      })),
      sold.flatMap(({ tickets: of }) => of),
      window,
      nowMs,
    );
    const byId = new Map(near.map((departure) => [departure.departureId as string, departure]));
    const { rows, departures: count, tickets, passengers, vehicles, refundableFen } = seen;
    const changed = new Set(rows.map(({ departureId }) => departureId));
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
      of: dataOf(context),
      unread: sold
        .filter((_, n) => changed.has(near[n]?.departureId ?? ''))
        .reduce((sum, { unread }) => sum + unread, 0),
      data: windowData(context, nowMs),
      rules: rulesViews(before, rules, inScope.slice(0, MOST_ROWS), window, nowMs),
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
   * Tickets of a departure that hold and are not aboard: at the host of every window whose journal is in, with the fare at which each
   * was sold; anywhere else of this window alone.
   */
  function ticketsOf({ departureId, line, date }: Departure): {
    tickets: PreviewTicket[];
    /** Taken in by an older program: their own fare is not known. */
    unread: number;
  } {
    const timetable = context.timetable();
    const isStation = dataOf(context) === 'station';
    let unread = 0;
    const tickets = ledger.picture
      .ticketsOfDeparture(departureId)
      .filter(({ own, state, boardings }) => (own || isStation) && state === 'sold' && boardings.length === 0)
      .map((ticket): PreviewTicket => {
        const { heads, ticketClass, more } = ticket;
        const fareNow = timetable?.fareRow(line.id, ticketClass, date, more.toStop?.placeId)?.fareFen;
        const sale = saleOf(ticket);
        if (!sale) unread += 1;
        return {
          departureId,
          subject: heads === 0 ? 'vehicle' : 'passenger',
          fareFen: sale?.fareFen ?? fareNow ?? 0,
          heads,
          channel: 'window',
          soldAt: sale?.soldAt ?? 0,
        };
      });
    return { tickets, unread };
  }

  /** For how much and when it was sold: by this office's own entry, or that of the window that sold it. */
  function saleOf({
    own,
    ticketNumber,
    more,
  }: PictureTicket): { fareFen: number; soldAt: number } | undefined {
    if (own) {
      const row = ledger.ticket(ticketNumber);
      return row && { fareFen: row.body.fareFen, soldAt: row.atMs };
    }
    const fareFen = more.sale?.body['fareFen'];
    if (!more.sale || !Number.isSafeInteger(fareFen)) return undefined;
    return { fareFen: Number(fareFen), soldAt: more.sale.soldAtMs };
  }

  return { look };
}

/** The rules after something, and what it is said of. */
interface Asked {
  rules: RuleBook;
  scopes: readonly Scope[];
}

const scopesOf = ({ plan, record }: OrderState): Scope[] => [...(plan ? [plan.scope] : []), record.scope];
