import { expect, test } from 'vitest';
import type { HolderRef } from '../contract/ids.ts';
import type { PersonView } from '../contract/office.ts';
import { createSessions } from './access/sessions.ts';
import { createEventHub } from './event-hub.ts';

const clerk = { number: '0107', name: '测试丙', roles: ['clerk'] } satisfies PersonView;
const card = {
  holderRef: 'a'.repeat(32) as HolderRef,
  documentKind: '111',
  name: '测试甲',
  masked: '330999********0113',
  capture: 'chip',
  kindName: '居民身份证',
} as const;

function hub() {
  const sessions = createSessions();
  const logged: string[] = [];
  const events = createEventHub(sessions, { error: (_fields, message) => void logged.push(message) });
  const listen = (session: string): string[] => {
    const heard: string[] = [];
    events.subscribe(session, ({ event }) => void heard.push(event));
    return heard;
  };
  return { sessions, events, logged, listen };
}

test('who is on a card is told only to pages of somebody who meets passengers, and only while signed in and the screen is open', () => {
  const { sessions, events, listen } = hub();
  const [at, other] = [listen('at the window'), listen('nobody signed in')];
  events.emit('reader.card', card);
  sessions.signIn('at the window', clerk);
  events.emit('reader.card', card);
  sessions.signOut('at the window');
  events.emit('reader.card', card);
  sessions.signIn('at the window', { ...clerk, roles: ['auditor', 'technician'] });
  events.emit('reader.card', card);
  sessions.signIn('at the window', clerk);
  sessions.lock('at the window', 'idle');
  events.emit('reader.card', card);
  sessions.signOut('at the window');
  events.emit('timetable.changed', { feedVersion: 2 });
  expect(at).toEqual(['reader.card', 'timetable.changed']);
  expect(other).toEqual(['timetable.changed']);
});

test('a page that fails while it is told is logged, and the others hear it all the same', () => {
  const { events, logged, listen } = hub();
  events.subscribe('broken', () => {
    throw new Error('gone');
  });
  const heard = listen('whole');
  events.emit('timetable.changed', { feedVersion: 2 });
  expect(heard).toEqual(['timetable.changed']);
  expect(logged).toEqual(['a page cannot be told']);
});

test('a page that ends its subscription hears nothing more, also in the middle of an event', () => {
  const { events } = hub();
  const heard: string[] = [];
  const end = events.subscribe('page', ({ event }) => {
    heard.push(event);
    end();
  });
  events.emit('timetable.changed', { feedVersion: 2 });
  events.emit('timetable.changed', { feedVersion: 3 });
  expect(heard).toHaveLength(1);
});
