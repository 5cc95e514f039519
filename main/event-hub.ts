import type { EventMessage } from '../contract/envelope.ts';
import type { OfficeEvent, OfficeEventData } from '../contract/office.ts';
import type { Sessions } from './access/sessions.ts';

/** Events that name nobody and may reach a page before anyone has signed in on it. */
const PUBLIC_EVENTS: readonly OfficeEvent[] = ['status.changed', 'link.changed', 'device.changed', 'timetable.changed'];

/** Hands events to page sessions; names only where somebody is signed in. */
export interface EventHub {
  emit<E extends OfficeEvent>(event: E, data: OfficeEventData<E>): void;
  subscribe(session: string, listener: (event: EventMessage) => void): () => void;
  clear(): void;
}

export function createEventHub(sessions: Sessions): EventHub {
  const subscriptions = new Set<{ session: string; listener: (event: EventMessage) => void }>();
  return {
    emit(event, data) {
      const isPublic = PUBLIC_EVENTS.includes(event);
      for (const { session, listener } of subscriptions) {
        if (isPublic || sessions.person(session)) listener({ event, data });
      }
    },
    subscribe(session, listener) {
      const subscription = { session, listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    clear: () => subscriptions.clear(),
  };
}
