import { useEffect } from 'react';
import { useOffice } from './office.ts';

/** The office is told at most this often that somebody is there. */
const TELL_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 5_000;

/**
 * Locks the screen after `minutes` without a key, a click or a card; 0 = never. What is on the form stays in the page. The office
 * is told now and then that somebody is there: a page that was closed instead is locked by the office itself.
 */
export function useIdleLock(minutes: number, isOpen: boolean): void {
  const { client, clock } = useOffice();
  useEffect(() => {
    if (!isOpen || minutes === 0) return;
    let lastMs = clock.monotonicMs();
    let toldMs = -Infinity;
    const there = (): void => {
      lastMs = clock.monotonicMs();
      if (lastMs - toldMs < TELL_EVERY_MS) return;
      toldMs = lastMs;
      void client.call('session.alive', {});
    };
    let callOff: () => void = () => undefined;
    const look = (): void => {
      if (clock.monotonicMs() - lastMs >= minutes * 60_000) void client.call('session.lock', { why: 'idle' });
      callOff = clock.after(LOOK_EVERY_MS, look);
    };
    there();
    look();
    const endCards = client.on('reader.card', there);
    document.addEventListener('keydown', there, true);
    document.addEventListener('pointerdown', there, true);
    return () => {
      callOff();
      endCards();
      document.removeEventListener('keydown', there, true);
      document.removeEventListener('pointerdown', there, true);
    };
  }, [client, clock, minutes, isOpen]);
}
