import { answerSchema, eventSchema } from '../../contract/envelope.ts';
import type { CommandId } from '../../contract/ids.ts';
import {
  officeEvents,
  officeMethods,
  type OfficeEvent,
  type OfficeEventData,
  type OfficeInput,
  type OfficeMethod,
  type OfficeOutput,
} from '../../contract/office.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { Clock } from '../clock.ts';
import { AnswerLost, type LinkState, type Transport } from './transport.ts';

/** A refusal of the office, or `client.*`: what the page itself has to say. Its words are in the page's catalogue. */
export type Problem =
  | Refusal
  | {
      code:
        | 'client.badAnswer'
        | 'client.badAnswerAfterCommand'
        | 'client.money'
        | 'client.nameMissing'
        | 'client.length';
      field?: string;
    };
export type Reply<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** What a form shows while its answer has been lost and is asked for again. */
export type CallState = 'asking' | 'askingAgain';

export interface OfficeClient {
  /**
   * Asks the office and checks the answer against the contract. A lost answer is asked for again as soon as there is a
   * link, with the same command id, until there is one: a command is never given up in doubt and never given twice.
   */
  call<M extends OfficeMethod>(
    method: M,
    params: OfficeInput<M>,
    commandId?: CommandId,
    onState?: (state: CallState) => void,
  ): Promise<Reply<OfficeOutput<M>>>;
  on<E extends OfficeEvent>(event: E, listener: (data: OfficeEventData<E>) => void): () => void;
  onLink(listener: (state: LinkState) => void): () => void;
  link(): LinkState;
  /** Whether this page itself has asked for this command: then it shows the answer itself, now or soon. */
  isOwn(commandId: CommandId): boolean;
}

/** Between two askings for the same answer while the link claims to be up. */
const AGAIN_AFTER_MS = 300;

export function officeClient(transport: Transport, clock: Clock): OfficeClient {
  const eventListeners = new Map<string, Set<(data: never) => void>>();
  const linkListeners = new Set<(state: LinkState) => void>();
  const own = new Set<CommandId>();
  let lastId = 0;

  transport.onEvent((message) => {
    const envelope = eventSchema.safeParse(message);
    if (!envelope.success) return;
    const { event, data } = envelope.data;
    if (!Object.hasOwn(officeEvents, event)) return;
    const checked = officeEvents[event as OfficeEvent].safeParse(data);
    // An event of another shape is left out: the next query shows the same truth.
    if (!checked.success) return;
    for (const listener of eventListeners.get(event) ?? [])
      (listener as (data: unknown) => void)(checked.data);
  });
  transport.onLink((state) => {
    for (const listener of linkListeners) listener(state);
  });

  const linkOrPause = (): Promise<void> =>
    new Promise((resolve) => {
      if (transport.link() === 'up') {
        clock.after(AGAIN_AFTER_MS, resolve);
        return;
      }
      const listener = (state: LinkState): void => {
        if (state !== 'up') return;
        linkListeners.delete(listener);
        resolve();
      };
      linkListeners.add(listener);
    });

  async function ask(
    method: OfficeMethod,
    params: unknown,
    commandId: CommandId | undefined,
    onState?: (state: CallState) => void,
  ): Promise<unknown> {
    for (;;) {
      try {
        lastId += 1;
        return await transport.call({
          id: lastId,
          method,
          params,
          ...(commandId === undefined ? {} : { commandId }),
        });
      } catch (error) {
        if (!(error instanceof AnswerLost)) throw error;
        onState?.('askingAgain');
        await linkOrPause();
      }
    }
  }

  return {
    async call(method, params, commandId, onState) {
      onState?.('asking');
      if (commandId !== undefined) own.add(commandId);
      const raw = await ask(method, params, commandId, onState);
      const bad: Reply<never> = {
        ok: false,
        problem: { code: commandId === undefined ? 'client.badAnswer' : 'client.badAnswerAfterCommand' },
      };
      const answer = answerSchema.safeParse(raw);
      if (!answer.success) return bad;
      if (!answer.data.ok) return { ok: false, problem: answer.data.refusal };
      const checked = officeMethods[method].output.safeParse(answer.data.result);
      return checked.success ? { ok: true, value: checked.data as OfficeOutput<typeof method> } : bad;
    },
    on(event, listener) {
      const listeners = eventListeners.get(event) ?? new Set();
      listeners.add(listener);
      eventListeners.set(event, listeners);
      return () => void listeners.delete(listener);
    },
    onLink(listener) {
      linkListeners.add(listener);
      return () => void linkListeners.delete(listener);
    },
    link: () => transport.link(),
    isOwn: (commandId) => own.has(commandId),
  };
}
