import type { OfficeInput } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { DeskContext } from './context.ts';

type Nothing = Record<string, never>;

/** What a trial station may do to its own simulated outside. The dispatcher hides these methods anywhere else. */
export function createTrialDesk(context: DeskContext) {
  const controls = () => {
    if (!context.trial) throw new Error('a trial method outside a trial');
    return context.trial;
  };
  return {
    'trial.people': () => accepted({ people: controls().people() }),
    async 'trial.layCard'(input: OfficeInput<'trial.layCard'>): Promise<Outcome<Nothing>> {
      const laid = await controls().layCard(input.person);
      return laid.ok ? accepted({}) : { ok: false, refusal: { ...laid.refusal, field: 'params.person' } };
    },
    async 'trial.removeCard'(): Promise<Outcome<Nothing>> {
      await controls().removeCard();
      return accepted({});
    },
    async 'trial.link'(input: OfficeInput<'trial.link'>): Promise<Outcome<Nothing>> {
      await controls().link(input.up);
      return accepted({});
    },
    async 'trial.readerPower'(input: OfficeInput<'trial.readerPower'>): Promise<Outcome<Nothing>> {
      await controls().readerPower(input.on);
      return accepted({});
    },
    async 'trial.paper'(input: OfficeInput<'trial.paper'>): Promise<Outcome<Nothing>> {
      await controls().paper(input.paper);
      return accepted({});
    },
  };
}
