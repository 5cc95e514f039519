import {
  gateClaimSchema,
  gateClaimsLeftSchema,
  gateClaimsSchema,
  GATE_SUBJECTS,
} from '../../contract/station-gate.ts';
import type { BoardingMethod } from '../../contract/entries/gate.ts';
import type { DepartureId, TicketNumber, WindowId } from '../../contract/ids.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { decideClaim, type Verdict } from '../../domain/boarding.ts';
import type { Departure } from '../../domain/types.ts';
import { Down } from '../citylink/down.ts';
import type { GateLink } from '../station/gate-link.ts';
import type { DeskContext } from './context.ts';
import type { GateChecks, Shown } from './gate-checks.ts';
import { aboardOf, boardingTicketHere } from './gate-tickets.ts';

/** A passenger does not wait longer for the host; then the gate goes by what it knows. */
const PATIENCE_MS = 1_200;
const TRIES = 3;
/** What the host said, or that it said nothing. */
type Word = { kind: 'yes' } | { kind: 'no'; refusal: Refusal } | { kind: 'silent' };

/** Refusals that another office's entries may lift: what is new is brought before they are said. */
const OF_OTHERS: ReadonlySet<Refusal['code']> = new Set([
  'boarding.unknown',
  'boarding.documentWithoutTicket',
  'boarding.aboard',
  'boarding.withAdult',
  'boarding.full',
  'boarding.refundPending',
] satisfies Refusal['code'][]);

/** A verdict as it stands before it is written. */
export interface Decided {
  shown: Shown;
  verdict: Verdict;
  /** Let aboard without the host's word. */
  isApart: boolean;
}

/**
 * A ticket admits once at all gates of the station: the host says yes to one gate, durably, before that gate opens. Where it cannot be
 * asked a gate goes by its own picture as last known and says so in the boarding; what that let through twice is found when journals meet.
 */
export function createGateLive(context: DeskContext, checks: GateChecks, link: GateLink) {
  const { ledger, runtime, station } = context;
  const { picture } = ledger;
  const { member } = station;
  const { departureOf, judge } = checks;

  /** The host's own look at what a gate of another office is about to let aboard. */
  function answerClaim(params: unknown, from: WindowId): Outcome<Record<string, never>> {
    const asked = gateClaimSchema.safeParse(params);
    if (!asked.success) return refused('host.rubbish', { detail: GATE_SUBJECTS.claim });
    const { ledgerId, departureId, gate, method, headSeq } = asked.data;
    const row = ledger.station.windows().find((one) => one.window === from && one.ledgerId === ledgerId);
    if (row?.state !== 'enrolled') return refused('host.notEnrolled');
    if (!ledger.station.mayGate(from)) return refused('gate.noRight');
    const departure = departureOf(departureId);
    if (!departure.ok) return departure;
    if (picture.gates(departureId).some(({ reconciled }) => reconciled)) return refused('gate.reconciled');
    const nowMs = runtime.clock.nowMs();
    // What the gate's own office sold a moment ago may not be here yet: that office answers for it.
    const known = asked.data.tickets.flatMap((ticketNumber) => picture.ticket(ticketNumber) ?? []);
    const tickets = known.map((ticket) => {
      const boardings = ticket.boardings.filter((one) => one.ledgerId !== ledgerId);
      return boardingTicketHere(context, { ...ticket, boardings });
    });
    const counts = picture.counts([departureId]).get(departureId);
    const { capacity, freeChildQuota, line } = departure.value;
    const refusal = decideClaim(
      {
        mode: line.mode,
        capacity,
        freeChildQuota,
        aboard: counts ? aboardOf(counts, line.mode) : { heads: 0, free: 0 },
      },
      tickets,
      nowMs,
    );
    if (refusal) return { ok: false, refusal };
    picture.claims.keep(
      asked.data.tickets.map((ticketNumber) => ({
        ticketNumber,
        window: from,
        ledgerId,
        departureId,
        gate,
        method,
        atMs: nowMs,
        afterSeq: headSeq,
      })),
    );
    return accepted({});
  }
  station.answers(GATE_SUBJECTS.claim, answerClaim);
  station.answers(GATE_SUBJECTS.claims, (params, from) => {
    const asked = gateClaimsSchema.safeParse(params);
    if (!asked.success) return refused('host.rubbish', { detail: GATE_SUBJECTS.claims });
    const { ledgerId, release } = asked.data;
    const own = picture.claims.of(ledgerId).filter(({ window }) => window === from);
    const ended = own.map(({ ticketNumber }) => ticketNumber).filter((one) => release.includes(one));
    if (ended.length > 0) picture.claims.release(ledgerId, ended);
    return accepted({
      open: own.map(({ ticketNumber }) => ticketNumber).filter((one) => !ended.includes(one)),
    });
  });

  async function askHost(
    departureId: DepartureId,
    method: BoardingMethod,
    tickets: readonly TicketNumber[],
    opens: string | null,
  ): Promise<Word> {
    if (!member) return { kind: 'yes' };
    const gate = opens ?? checks.ownGateOf(picture.gates(departureId))?.gate ?? checks.ownGate;
    const claim = {
      ledgerId: ledger.ledgerId,
      headSeq: ledger.head().seq,
      departureId,
      gate,
      method,
      tickets: [...tickets],
    };
    return new Promise((resolve, reject) => {
      const timer = runtime.timers.setTimeout(() => resolve({ kind: 'silent' }), PATIENCE_MS);
      const end = (word: Word): void => {
        runtime.timers.clearTimeout(timer);
        resolve(word);
      };
      member.ask(GATE_SUBJECTS.claim, claim).then(
        () => end({ kind: 'yes' }),
        (error: unknown) => {
          if (!(error instanceof Down)) return reject(error);
          const { refusal } = error;
          end(/^(?:boarding|gate)\./.test(refusal.code) ? { kind: 'no', refusal } : { kind: 'silent' });
        },
      );
    });
  }

  /** Judged here and, before somebody is let aboard, at the host. `look` finds again what was shown, for other entries may have come. */
  async function decide(
    departure: Departure,
    look: () => Shown,
    opens: string | null = null,
  ): Promise<Decided> {
    const again = (): Pick<Decided, 'shown' | 'verdict'> => {
      const shown = look();
      return { shown, verdict: judge(departure, shown, runtime.clock.nowMs(), opens) };
    };
    let now = again();
    if (!member) return { ...now, isApart: false };
    if (!now.verdict.admit && OF_OTHERS.has(now.verdict.refusal.code)) {
      if (await link.pull()) now = again();
      else if (now.verdict.refusal.code === 'boarding.unknown')
        return { ...now, verdict: { admit: false, refusal: refuse('boarding.unknownApart') }, isApart: true };
    }
    for (let tries = 0; tries < TRIES && now.verdict.admit; tries += 1) {
      const asked = now.verdict.tickets.map(({ ticketNumber }) => ticketNumber);
      const word = await askHost(departure.departureId, now.shown.method, asked, opens);
      if (word.kind === 'no') {
        // The host may not have heard yet that this office took a boarding back.
        const mayBeOld = tries === 0 && /^boarding\.(?:aboard|full)$/.test(word.refusal.code);
        if (!mayBeOld || !(await link.flush()))
          return { ...now, verdict: { admit: false, refusal: word.refusal }, isApart: false };
        await link.pull();
        now = again();
        continue;
      }
      now = again();
      const isAsked =
        !now.verdict.admit || now.verdict.tickets.every(({ ticketNumber }) => asked.includes(ticketNumber));
      if (isAsked) return { ...now, isApart: now.verdict.admit && word.kind === 'silent' };
    }
    if (!now.verdict.admit) return { ...now, isApart: false };
    return { ...now, verdict: { admit: false, refusal: refuse('boarding.refusedEarlier') }, isApart: false };
  }

  /** At each contact: claims that led to no boarding, because this office ended in between, are given up. */
  async function settleClaims(): Promise<void> {
    if (!member) return;
    const { ledgerId } = ledger;
    const answer = await member.ask(GATE_SUBJECTS.claims, { ledgerId, release: [] });
    const left = gateClaimsLeftSchema.safeParse(answer);
    const release = (left.success ? left.data.open : []).filter(
      (ticketNumber) => !picture.ticket(ticketNumber)?.boardings.some(({ own }) => own),
    );
    if (release.length > 0) await member.ask(GATE_SUBJECTS.claims, { ledgerId, release });
  }

  link.onContact(() => {
    settleClaims().catch((error: unknown) => {
      if (!(error instanceof Down))
        runtime.log.error(
          { why: error instanceof Error ? error.stack : String(error) },
          'claims are not settled',
        );
    });
  });

  return { decide, isAsking: member !== undefined };
}

export type GateLive = ReturnType<typeof createGateLive>;
