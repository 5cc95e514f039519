import type { OfficeStatus } from '../../contract/office.ts';
import type { OfficeOptions } from '../office-types.ts';
import { createDepartureBook } from '../plans/departure-book.ts';
import { createPlanBook } from '../plans/book.ts';
import { followNotes } from '../plans/carried-notes.ts';
import { followOrders } from '../plans/carried-orders.ts';
import { createFeeBook } from '../plans/fee-book.ts';
import { createAuthorityPapers } from '../plans/authority-papers.ts';
import { createVouching, followPlans } from '../plans/carried-plans.ts';
import { createPlanLibrary } from '../plans/library.ts';
import { createShelf } from '../plans/shelf.ts';
import { createTrust } from '../plans/trust.ts';
import { createTroubleWatch } from '../plans/trouble-watch.ts';
import type { DataBook } from '../basic-data/book.ts';
import { LedgerWriteError, type Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { WindowId } from '../../contract/ids.ts';
import type { WindowSight } from '../../contract/window-sight.ts';
import { stationRole } from '../station/role.ts';
import { businessDateOf } from '../../domain/time.ts';
import { soldUnheard } from '../../domain/contingency/unheard.ts';
import type { Records } from '../station/records.ts';
import type { TrainingLoan } from '../training.ts';
import { askHost } from './ask-host.ts';
import type { DeskContext } from './context.ts';
import { createDepartureDesk } from './departures.ts';
import { writeOfficeEntries } from './journal.ts';
import { createNoticeDesk } from './notices.ts';
import { createPlanReportDesk } from './plan-report.ts';
import { createPlanViews } from './plan-views.ts';
import { createReviewDesk } from './plan-reviews.ts';
import { createPlanDesk } from './plans.ts';
import { createTimetableDesk } from './timetable.ts';

/** Plans, states of departures and what else is known of them: their books in memory, what every desk asks, and their own desks. */
export function createPlanPart(parts: {
  options: Pick<OfficeOptions, 'plans' | 'config'>;
  runtime: Pick<Runtime, 'clock' | 'log'>;
  books: { ledger: Ledger; vault: Vault; window: WindowId };
  records: Records;
  /** The station's own data: its fee tables are in them. */
  data: Pick<DataBook, 'at'>;
  context: () => DeskContext;
  /** Departures are other ones, or mean something else: pages ask again. */
  moved: () => void;
  /** In training: the real window's plans, in the place of own ones. */
  training: TrainingLoan | undefined;
}) {
  const { runtime } = parts;
  /** A training office that is practised in under these plans. */
  const followers = new Set<() => void>();
  function moved(): void {
    parts.moved();
    for (const told of followers) told();
  }
  const endFollowing = parts.training?.follow(moved);
  const { ledger, vault, window } = parts.books;
  const { plans: files = [], config } = parts.options;
  const { authority } = config;
  const role = stationRole(config);
  const library = createPlanLibrary({
    shelf: createShelf(files),
    ledger,
    vault,
    isSigner: role.kind !== 'window',
    trustOf: (authorities, signers) =>
      createTrust({ ledger, vault, records: parts.records, window, role, authorities, signers }),
  });
  const departures = createDepartureBook(ledger);
  const { leftAt } = departures;
  const fees = createFeeBook(library, (ms) => {
    const { data, number } = parts.data.at(ms);
    return { fees: data.fees, settings: data.settings, number };
  });
  const book = createPlanBook({
    ledger,
    runtime,
    library,
    window,
    leftAt,
    moved() {
      recallSeats();
      moved();
    },
  });

  /** Seats that a plan asks back leave this office, durably, whether or not the host can be told now; what is sold stays. */
  function recallSeats(): void {
    const { timetable, station } = parts.context();
    const today = businessDateOf(runtime.clock.nowMs());
    for (const departureId of new Set(ledger.unsoldLeases(today).map((lease) => lease.departureId))) {
      const departure = timetable()?.departure(departureId);
      if (!departure || book.rules(departure).leases !== 'recall') continue;
      station.member?.giveBack(departureId);
      station.grantor?.recallOwn(departureId, 0);
    }
  }
  const write = (entries: NewEntry[]): void => void writeOfficeEntries(parts.context(), entries);
  const changed = (): void => parts.context().changed();
  const { records } = parts;
  const vouch = createVouching({ isHost: role.kind === 'host', own: ledger.ledgerId, records, library });
  followPlans({ records, library, book, vouch, write, changed });
  followOrders({
    records: parts.records,
    book,
    vouch,
    isAuthority: library.trust.isAuthority,
    write,
    changed,
  });
  let hasLooked = false;
  let knownOf: ReturnType<typeof createPlanDesk>['known'] | undefined;
  const papers = createAuthorityPapers({
    authority,
    isRelayed: () => parts.context().station.relays(),
    library,
    book,
    known: (scope) => (parts.context().timetable() ? knownOf?.(scope) : undefined),
    write,
    changed,
    log: runtime.log,
  });

  /** Who the authority is by `station.json` stands in the journal: orders outlive another key. */
  function pin(): void {
    const last = library.authorities().at(-1);
    if (!authority || (last?.key === authority.key && last.name === authority.name)) return;
    write([{ kind: 'authority.pinned', body: authority }]);
    library.refresh();
  }

  /** A host signs what nobody signed before: its windows have no other plans. One that took over hears first what there was. */
  function signFirst(): void {
    const isFirst = role.kind === 'host' && !role.takesOver;
    const drafts = isFirst ? library.unsigned() : [];
    if (drafts.length > 0) {
      write(drafts.map((draft) => library.sign(draft)));
      book.refresh();
      changed();
    }
    for (const { what, refusal } of library.broken())
      runtime.log.warn({ what, code: refusal.code }, 'a plan does not count');
  }

  followNotes({
    records: parts.records,
    book: departures,
    write,
    changed() {
      moved();
      parts.context().changed();
    },
  });
  const troubles = createTroubleWatch();
  let lookAtReviews: ReturnType<typeof createReviewDesk>['look'] | undefined;
  /** The part that every desk asks. */
  const asked = {
    plans: book.inForce,
    rules: book.rules,
    soldUnheard: (sales) => soldUnheard(book.orders(), book.states(), sales),
    departures,
    fees,
    saleFees: (departure, nowMs) =>
      departure ? { feeSets: (subject) => fees.setsFor(departure, subject, nowMs) } : {},
    departuresMoved() {
      if (departures.refresh()) moved();
    },
    ...parts.training?.asked,
  } satisfies Partial<DeskContext>;

  return {
    book,
    library,
    papers,
    /**
     * The office as it is, for what it suggests and for reviews that are due; a window's host hears of it. The first time its plan files are looked at,
     * which no sale waits for.
     */
    look(status: OfficeStatus): void {
      troubles.look(status);
      lookAtReviews?.(status);
      parts.context().station.member?.tellSight();
      if (hasLooked || parts.context().training) return;
      hasLooked = true;
      unlessDiskFails(runtime.log, signFirst);
    },
    /** What this window lacks, as it tells its host. */
    sight: (): WindowSight => {
      const nowMs = runtime.clock.nowMs();
      return {
        headSeq: ledger.head().seq,
        staffed: parts.context().sessions.people().length > 0 || ledger.openShift() !== undefined,
        troubles: troubles
          .seen(nowMs)
          .map(({ what, since }) => ({ what, forMs: Math.max(0, nowMs - since) })),
      };
    },
    departures,
    asked,
    /** What training looks at, and hears of. */
    lent: {
      asked,
      follow(told: () => void) {
        followers.add(told);
        return () => void followers.delete(told);
      },
    } satisfies Pick<TrainingLoan, 'asked' | 'follow'>,
    endFollowing: () => endFollowing?.(),
    /** Its desks, and what the status bar says of orders in force. */
    desksOf(context: DeskContext) {
      const plans = createPlanDesk(context, book, library, papers);
      const reviews = createReviewDesk(context, book, departures.reviews);
      lookAtReviews = reviews.look;
      knownOf = plans.known;
      if (!context.training) pin();
      const views = createPlanViews(context, book, library, troubles);
      const reports = createPlanReportDesk(context, book);
      const desks = {
        ...plans.desks,
        ...reviews.desks,
        ...views,
        ...createDepartureDesk(context, book, departures),
        ...reports,
        // Of the whole station wherever the host can be asked.
        ...askHost(context, { ...reports, ...views, 'plans.preview': plans.desks['plans.preview'] }),
        ...createNoticeDesk(context, book, createTimetableDesk(context).departures),
      };
      return { inForce: parts.training?.inForce ?? plans.inForce, desks };
    },
  };
}

/** What is not written now is written at the next start. */
function unlessDiskFails(log: Runtime['log'], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    log.error({ code: error.message }, 'disk failed');
  }
}
