import { toHex } from '../../contract/encoding/bytes.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { DeskContext } from './context.ts';

/** Between two pages of a verification the office does everything else that waits. */
const PAUSE_MS = 1;

/** The journal as auditors read it, and the reading of it from end to end. */
export function createJournalViewer(context: DeskContext, isOpen: () => boolean) {
  const { ledger, runtime } = context;
  let running: Promise<OfficeOutput<'journal.verify'>> | undefined;

  const breath = (): Promise<void> =>
    new Promise((resolve) => {
      runtime.timers.setTimeout(resolve, PAUSE_MS);
    });

  async function readThrough(): Promise<OfficeOutput<'journal.verify'>> {
    const begunMs = runtime.clock.monotonicMs();
    const steps = ledger.verifySteps();
    for (;;) {
      if (!isOpen()) {
        // Stopped in the middle: nothing is known of the rest.
        steps.return({ ok: false, seq: 0, why: 'the office is closing' });
        return answer({ ok: false, seq: 0, why: 'the office is closing' }, begunMs);
      }
      const step = steps.next();
      if (step.done) return answer(step.value, begunMs);
      await breath();
    }
  }

  function answer(
    result: { ok: true; count: number } | { ok: false; seq: number; why: string },
    begunMs: number,
  ): OfficeOutput<'journal.verify'> {
    const head = isOpen() ? ledger.head() : { seq: 1, hash: new Uint8Array(32) };
    return {
      ok: result.ok,
      count: result.ok ? result.count : Math.max(0, result.seq - 1),
      ledgerId: ledger.ledgerId,
      headSeq: head.seq,
      headHash: toHex(head.hash),
      tookMs: Math.round(runtime.clock.monotonicMs() - begunMs),
      ...(result.ok ? {} : { wrong: { seq: result.seq, why: result.why } }),
    };
  }

  return {
    page(input: OfficeInput<'journal.page'>): Outcome<OfficeOutput<'journal.page'>> {
      const { limit, before, kind, date, actor } = input;
      const { entries, next } = ledger.journalPage({
        limit,
        ...(before === undefined ? {} : { before }),
        ...(kind === undefined ? {} : { kind }),
        ...(date === undefined ? {} : { businessDate: date }),
        ...(actor === undefined ? {} : { actor }),
      });
      return accepted({
        entries: entries.map(({ envelope, hash }) => ({
          seq: envelope.seq,
          at: envelope.at,
          businessDate: envelope.businessDate,
          kind: envelope.kind,
          actor: envelope.actor,
          plans: envelope.plans,
          commandId: envelope.commandId,
          hasIdentity: envelope.identity !== undefined,
          hash: toHex(hash),
          body: envelope.body,
        })),
        next,
      });
    },
    async verify(): Promise<Outcome<OfficeOutput<'journal.verify'>>> {
      running ??= readThrough().finally(() => {
        running = undefined;
      });
      return accepted(await running);
    },
  };
}
