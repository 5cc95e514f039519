import { expect, test } from 'vitest';
import { makeMachine } from '../../tests/support/machine.ts';
import { encodeFrame } from './frames.ts';
import { createPeer } from './peer.ts';

test('an event that the disk does not take ends the connection and nothing else: it is told again at the next contact', () => {
  const machine = makeMachine();
  const ends: string[] = [];
  let isClosed = false;
  const peer = createPeer(machine.runtime.timers, {
    onRequest: () => ({ ok: true, value: { result: {} } }),
    onEvent: () => {
      throw new Error('no disk');
    },
    onEnd: (why) => void ends.push(why),
  });
  peer.attach({ peerKey: '', from: '', send: () => undefined, close: () => void (isClosed = true) });
  expect(() => peer.events.onData(encodeFrame({ event: 'city.answer', data: {} }))).not.toThrow();
  expect(isClosed).toBe(true);
  expect(ends).toEqual([expect.stringContaining('no disk')]);
  machine.remove();
});
