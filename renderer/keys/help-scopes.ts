import { keyMap, type KeyRow, type Scope } from './key-map.ts';

/** Every scope whose keys the help can show, in its order. What closes a dialog or a result stands on the dialog itself. */
export const helpScopes = [
  'everywhere',
  'desk',
  'departures',
  'passengers',
  'entry',
  'vehicle',
  'money',
  'sale',
  'sold',
  'afterFind',
  'afterSale',
  'afterPick',
  'form',
  'recovery',
  'carried',
  'gate',
  'gateList',
  'gateForm',
  'people',
  'report',
  'journal',
  'machine',
  'windows',
  'notices',
  'planReport',
  'doubles',
  'reasonForm',
  'reserves',
  'logs',
  'backups',
  'plans',
  'planForm',
  'planWork',
  'planPeople',
  'data',
  'dataImport',
  'dataChanges',
  'pages',
  'workspaces',
] as const satisfies Scope[];

export type HelpScope = (typeof helpScopes)[number];

const frame: ReadonlySet<Scope> = new Set(['everywhere', 'form', 'carried', 'pages', 'workspaces']);
const outermost: ReadonlySet<Scope> = new Set(['everywhere', 'pages', 'workspaces']);
const afterSale: ReadonlySet<Scope> = new Set(['afterFind', 'afterSale', 'afterPick']);
const ofSale: ReadonlySet<Scope> = new Set([
  'everywhere',
  'desk',
  'departures',
  'passengers',
  'entry',
  'vehicle',
  'money',
  'sale',
  'sold',
  ...afterSale,
  'form',
  'recovery',
  'carried',
]);

/**
 * What the help shows now: to whoever sells, the keys of the whole sale; on another page its own and the frame's. `open`: scopes of the
 * screen that is drawn, see `openScopes`; `isSeveral`: the person may change workspaces.
 */
export function scopesOfHelp(open: readonly Scope[], isSelling: boolean, isSeveral: boolean): HelpScope[] {
  const isAfterSale = open.some((scope) => afterSale.has(scope));
  return helpScopes.filter((scope) => {
    if (scope === 'workspaces') return isSeveral;
    if (isSelling) return ofSale.has(scope);
    return frame.has(scope) || open.includes(scope) || (isAfterSale && afterSale.has(scope));
  });
}

/** The keys that the help names under a scope: without those of the frame that the open page has taken for itself. */
export function rowsOfHelp(scope: HelpScope, open: readonly Scope[], isTrial: boolean): KeyRow[] {
  const rows = keyMap.filter((row) => row.scope === scope && (isTrial || !row.trial));
  if (!outermost.has(scope)) return rows;
  const taken = keyMap.filter((row) => open.includes(row.scope) && !outermost.has(row.scope));
  return rows.filter(
    ({ keys, altCode }) =>
      !taken.some(
        (one) =>
          (altCode !== undefined && one.altCode === altCode) || one.keys.some((key) => keys.includes(key)),
      ),
  );
}
