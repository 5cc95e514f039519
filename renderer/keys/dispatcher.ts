import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Clock } from '../clock.ts';
import { ImeGuard } from './ime-guard.ts';
import { findKeys, isBrowserKey, type ActionId, type Scope } from './key-map.ts';
import { FASTEST_TYPING_MS, WedgeDetector } from './wedge.ts';

type Actions = Partial<Record<ActionId, () => void>>;

/** Screens that are drawn now, the newest last: the newest that knows an action does it. */
const drawn: { current: Actions }[] = [];

/** What a drawn screen does for its keys. */
export function useActions(actions: Actions): void {
  const latest = useRef(actions);
  // With the document, not after it: a key that is pressed at what was just drawn must meet what was drawn with it.
  useLayoutEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    drawn.push(latest);
    return () => {
      drawn.splice(drawn.indexOf(latest), 1);
    };
  }, []);
}

const scopeStack: { current: () => Scope[] }[] = [];

/**
 * The scopes that are open while this screen is drawn, innermost first. `beneath`: a frame around screens, which comes before none of
 * them, whichever was drawn first.
 */
export function useScopes(scopes: () => Scope[], where: 'onTop' | 'beneath' = 'onTop'): void {
  useEffect(() => {
    const entry = { current: scopes };
    if (where === 'beneath') scopeStack.unshift(entry);
    else scopeStack.push(entry);
    return () => {
      scopeStack.splice(scopeStack.indexOf(entry), 1);
    };
  }, [scopes, where]);
}

/** Scopes of the newest screen. */
export const openScopes = (): Scope[] => scopeStack.at(-1)?.current() ?? ['everywhere'];
export const formScopes = (): Scope[] => ['form', 'everywhere'];
export const resultScopes = (): Scope[] => ['result', 'everywhere'];
export const carriedScopes = (): Scope[] => ['carried', 'everywhere'];
export const recoveryScopes = (): Scope[] => ['recovery', 'result', 'everywhere'];

/** Does an action as its key would; for buttons that say the same as a key. */
export function act(action: ActionId): void {
  drawn.findLast((one) => one.current[action])?.current[action]?.();
}

export interface KeyRules {
  /** Open scopes, innermost first. */
  scopes(): Scope[];
  isTrial(): boolean;
  /** A character that means nothing in the open scopes: may begin typing somewhere. Called before the browser acts on it. */
  onCharacter(): void;
  clock: Clock;
  /** Codes are taken: somebody is signed in. */
  canScan(): boolean;
  /** Before a key that may begin a code; the answer puts the page back as it was then. */
  beforeCode(): (typed: string) => void;
  /** A keyboard scanner typed this. */
  onCode(text: string): void;
}

/** Listens to every key of the page, in one place. Returns the end of it. */
export function listenToKeys(rules: KeyRules): () => void {
  const guard = new ImeGuard();
  const wedge = new WedgeDetector();
  let putBack: (typed: string) => void = () => undefined;
  /** A letter that is a command waits until no scanner can have typed it. */
  let held: { act: () => void; callOff: () => void } | undefined;
  const letGo = (does: boolean): void => {
    const waiting = held;
    held = undefined;
    waiting?.callOff();
    if (does) waiting?.act();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (guard.belongsToInputMethod(event)) {
      wedge.forget();
      return;
    }
    const scan = rules.canScan()
      ? wedge.key({
          key: event.key,
          atMs: event.timeStamp,
          isRepeat: event.repeat,
          ctrlKey: event.ctrlKey,
          altKey: event.altKey,
          metaKey: event.metaKey,
        })
      : undefined;
    letGo(scan?.kind === 'typing');
    if (scan?.kind === 'typing' && event.key.length === 1) putBack = rules.beforeCode();
    if (scan?.kind === 'code') {
      event.preventDefault();
      event.stopPropagation();
      putBack(scan.typed);
      rules.onCode(scan.text);
      return;
    }
    if (isBrowserKey(event)) event.preventDefault();
    const onButton = event.target instanceof Element && event.target.closest('button') !== null;
    if (onButton && (event.key === 'Enter' || event.key === ' ')) return;
    const rows = findKeys(event, rules.scopes()).filter((row) => !row.trial || rules.isTrial());
    for (const row of rows) {
      const able = drawn.findLast((one) => one.current[row.action]);
      if (!able) continue;
      event.preventDefault();
      event.stopPropagation();
      const does = (): void => able.current[row.action]?.();
      if (event.repeat && !event.key.startsWith('Arrow')) return;
      if (!scan || event.key.length > 1) does();
      else if (scan.kind === 'typing')
        held = {
          act: does,
          callOff: rules.clock.after(FASTEST_TYPING_MS, () => {
            letGo(true);
          }),
        };
      return;
    }
    if (rows.length > 0) return;
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) rules.onCharacter();
  };
  const onStart = (): void => {
    guard.compositionStart();
  };
  const onEnd = (event: CompositionEvent): void => {
    guard.compositionEnd(event.timeStamp);
  };
  const onUp = (): void => {
    guard.keyUp();
  };
  const onOut = (): void => {
    guard.reset();
  };
  const listeners = [
    ['keydown', onKeyDown],
    ['keyup', onUp],
    ['compositionstart', onStart],
    ['compositionend', onEnd],
    ['focusout', onOut],
  ] as const;
  for (const [name, listener] of listeners)
    document.addEventListener(name, listener as (event: Event) => void, true);
  return () => {
    for (const [name, listener] of listeners)
      document.removeEventListener(name, listener as (event: Event) => void, true);
  };
}
