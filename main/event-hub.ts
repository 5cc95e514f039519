import type { EventMessage } from '../contract/envelope.ts';
import type { OfficeEvent, OfficeEventData } from '../contract/office.ts';
import { eventPermissions } from '../contract/permissions.ts';
import type { Sessions } from './access/sessions.ts';
import type { Log } from './runtime.ts';

/** Hands events to the page sessions that may hear them (`contract/permissions.ts`): names only where their role meets people. */
export interface EventHub {
  emit<E extends OfficeEvent>(event: E, data: OfficeEventData<E>): void;
  subscribe(session: string, listener: (event: EventMessage) => void): () => void;
  /** Whether a page of this session hears events now. */
  listens(session: string): boolean;
  clear(): void;
}

/** A page that cannot be told is logged: it must not undo what was told, nor keep it from the others. */
export function createEventHub(sessions: Sessions, log: Pick<Log, 'error'>): EventHub {
  const subscriptions = new Set<{ session: string; listener: (event: EventMessage) => void }>();
  return {
    emit(event, data) {
      for (const { session, listener } of subscriptions) {
        if (!sessions.may(session, eventPermissions[event])) continue;
        try {
          listener({ event, data });
        } catch (error) {
          log.error(
            { event, stack: error instanceof Error ? error.stack : String(error) },
            'a page cannot be told',
          );
        }
      }
    },
    subscribe(session, listener) {
      const subscription = { session, listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    listens: (session) => [...subscriptions].some((one) => one.session === session),
    clear: () => subscriptions.clear(),
  };
}
