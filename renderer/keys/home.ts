import { useEffect } from 'react';
import type { Clock } from '../clock.ts';

/** Where the focus belongs on the screen that is drawn now; the newest screen decides. */
const homes: (() => HTMLElement | null)[] = [];

/** Tells where the focus belongs while this screen is drawn. `beneath`: a frame around screens, asked when none of them says. */
export function useHome(find: () => HTMLElement | null, where: 'onTop' | 'beneath' = 'onTop'): void {
  useEffect(() => {
    if (where === 'beneath') homes.unshift(find);
    else homes.push(find);
    return () => {
      homes.splice(homes.indexOf(find), 1);
    };
  }, [find, where]);
}

export function goHome(): void {
  homes.at(-1)?.()?.focus();
}

/**
 * Never lets the focus be lost: when what held it is gone, or somebody clicked on nothing, it goes where it belongs.
 * Returns the end of it.
 */
export function keepFocus(clock: Clock): () => void {
  const look = (): void => {
    clock.after(0, () => {
      const at = document.activeElement;
      if (document.hasFocus() && (at === null || at === document.body)) goHome();
    });
  };
  const onPointer = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('input, button, [tabindex], [role="dialog"]')) return;
    event.preventDefault();
  };
  document.addEventListener('focusout', look);
  document.addEventListener('mousedown', onPointer);
  window.addEventListener('focus', look);
  return () => {
    document.removeEventListener('focusout', look);
    document.removeEventListener('mousedown', onPointer);
    window.removeEventListener('focus', look);
  };
}
