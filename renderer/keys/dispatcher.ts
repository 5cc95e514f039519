import { useEffect, useRef } from 'react';
import { ImeGuard } from './ime-guard.ts';
import { findKeys, isBrowserKey, type ActionId, type Scope } from './key-map.ts';

type Actions = Partial<Record<ActionId, () => void>>;

/** Screens that are drawn now, the newest last: the newest that knows an action does it. */
const drawn: { current: Actions }[] = [];

/** What a drawn screen does for its keys. */
export function useActions(actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
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

/** The scopes that are open while this screen is drawn, innermost first. */
export function useScopes(scopes: () => Scope[]): void {
  useEffect(() => {
    const entry = { current: scopes };
    scopeStack.push(entry);
    return () => {
      scopeStack.splice(scopeStack.indexOf(entry), 1);
    };
  }, [scopes]);
}

/** Scopes of the newest screen. */
export const openScopes = (): Scope[] => scopeStack.at(-1)?.current() ?? ['everywhere'];
export const formScopes = (): Scope[] => ['form', 'everywhere'];
export const resultScopes = (): Scope[] => ['result', 'everywhere'];
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
}

/** Listens to every key of the page, in one place. Returns the end of it. */
export function listenToKeys(rules: KeyRules): () => void {
  const guard = new ImeGuard();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (guard.belongsToInputMethod(event)) return;
    if (isBrowserKey(event)) event.preventDefault();
    const onButton = event.target instanceof Element && event.target.closest('button') !== null;
    if (onButton && (event.key === 'Enter' || event.key === ' ')) return;
    const rows = findKeys(event, rules.scopes()).filter((row) => !row.trial || rules.isTrial());
    for (const row of rows) {
      const able = drawn.findLast((one) => one.current[row.action]);
      if (!able) continue;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat || event.key.startsWith('Arrow')) able.current[row.action]?.();
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
