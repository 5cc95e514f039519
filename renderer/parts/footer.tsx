import { Button } from 'react-aria-components';
import { act } from '../keys/dispatcher.ts';
import { keyMap, type ActionId, type Scope } from '../keys/key-map.ts';
import { t, type WordId } from '../words/words.ts';

/** Their keys stand at the right end, Esc the last of all. */
const LAST: ReadonlySet<Scope> = new Set<Scope>(['sale', 'entry', 'vehicle', 'money', 'sold']);

/**
 * The keys of the screen, each beside what it does; a click does the same. `without`: one that means something else on this screen;
 * `unable`: those that do nothing now.
 */
export function Footer({
  scopes,
  isTrial,
  without,
  unable,
}: {
  scopes: Scope[];
  isTrial: boolean;
  without?: ActionId | undefined;
  unable?: (action: ActionId) => boolean;
}) {
  const rows = keyMap.filter(
    (row) => row.footer && row.action !== without && scopes.includes(row.scope) && (isTrial || !row.trial),
  );
  const isLast = (scope: Scope): boolean => LAST.has(scope);
  const button = (row: (typeof rows)[number]) => (
    <Button
      key={row.action}
      excludeFromTabOrder
      className="foot-key"
      isDisabled={unable?.(row.action) ?? false}
      onPress={() => act(row.action)}
    >
      <kbd>{row.cap}</kbd>
      {t(row.word satisfies WordId)}
    </Button>
  );
  return (
    <footer>
      {rows.filter((row) => !isLast(row.scope)).map(button)}
      <span className="spacer" />
      {rows.filter((row) => isLast(row.scope)).map(button)}
    </footer>
  );
}
