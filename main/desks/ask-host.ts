import { officeMethods, type OfficeInput, type OfficeOutput } from '../../contract/office.ts';
import { refused, type Outcome } from '../../contract/refusals.ts';
import type { DeskContext, Query } from './context.ts';
import { hostWord } from './host-word.ts';

/** What the host answers for the whole station, whichever office asks. Nothing of it names a passenger. */
const WHOLE = ['plans.report', 'plans.exportReport', 'plans.preview', 'plans.suggest'] as const;
type Whole = (typeof WHOLE)[number];
type Own = { readonly [M in Whole]: (input: OfficeInput<M>) => Outcome<OfficeOutput<M>> };

/** A page is not kept waiting longer by a host that is slow; then it is told what this window knows. */
const MOST_WAIT_MS = 2_000;

/**
 * The same questions at every office: the host answers them of the whole station, a window in contact asks it, and out of contact a window
 * answers of itself alone, which the answer says. Who may ask is checked where the page is.
 */
export function askHost(
  context: Pick<DeskContext, 'station' | 'runtime'>,
  own: Own,
): { [M in Whole]: Query<OfficeInput<M>, OfficeOutput<M>> } {
  const { station } = context;
  if (station.kind === 'host')
    for (const method of WHOLE)
      station.answers(method, (params) => {
        const input = officeMethods[method].input.safeParse(params);
        return input.success ? own[method](input.data as never) : refused('host.rubbish', { detail: method });
      });

  /** Own where the host does not know the order yet, is of an older program, or the line was cut just now. */
  async function asked<M extends Whole>(method: M, input: OfficeInput<M>): Promise<Outcome<OfficeOutput<M>>> {
    const schema = officeMethods[method].output;
    const told = await hostWord(context, {
      subject: method,
      params: input,
      schema,
      mostWaitMs: MOST_WAIT_MS,
    });
    return told === undefined ? own[method](input) : { ok: true, value: told as OfficeOutput<M> };
  }

  const query =
    <M extends Whole>(method: M): Query<OfficeInput<M>, OfficeOutput<M>> =>
    (input) =>
      station.kind === 'window' ? asked(method, input) : own[method](input);
  return {
    'plans.report': query('plans.report'),
    'plans.exportReport': query('plans.exportReport'),
    'plans.preview': query('plans.preview'),
    'plans.suggest': query('plans.suggest'),
  };
}
