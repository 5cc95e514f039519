import type { KeyRow, WorkspaceId } from './key-map.ts';

/** Keys of the frame: sign-in, the locked screen, people, pages and workspaces. Rows of the one key map. */
export const frameKeys: readonly KeyRow[] = [
  {
    action: 'session.lock',
    scope: 'everywhere',
    keys: [],
    altCode: 'KeyL',
    cap: 'Alt+L',
    word: 'key.lockScreen',
  },
  {
    action: 'session.changePin',
    scope: 'everywhere',
    keys: [],
    altCode: 'KeyP',
    cap: 'Alt+P',
    word: 'key.changePin',
  },
  {
    action: 'signIn.training',
    scope: 'form',
    keys: [],
    altCode: 'KeyX',
    cap: 'Alt+X',
    word: 'key.training',
  },
  { action: 'people.next', scope: 'people', keys: ['ArrowDown'], cap: '\u2193', word: 'key.people.next' },
  { action: 'people.before', scope: 'people', keys: ['ArrowUp'], cap: '\u2191', word: 'key.people.before' },
  { action: 'people.add', scope: 'people', keys: ['N', 'Insert'], cap: 'N', word: 'key.people.add' },
  { action: 'people.change', scope: 'people', keys: ['Enter'], cap: 'Enter', word: 'key.people.change' },
  { action: 'people.resetPin', scope: 'people', keys: ['R'], cap: 'R', word: 'key.people.resetPin' },
  { action: 'people.turn', scope: 'people', keys: ['S'], cap: 'S', word: 'key.people.turn' },
  { action: 'people.unlock', scope: 'people', keys: ['U'], cap: 'U', word: 'key.people.unlock' },
  { action: 'page.1', scope: 'pages', keys: ['F2'], cap: 'F2', word: 'key.page1' },
  { action: 'page.2', scope: 'pages', keys: ['F3'], cap: 'F3', word: 'key.page2' },
  { action: 'page.3', scope: 'pages', keys: ['F4'], cap: 'F4', word: 'key.page3' },
  { action: 'page.4', scope: 'pages', keys: ['F5'], cap: 'F5', word: 'key.page4' },
  { action: 'page.5', scope: 'pages', keys: ['F6'], cap: 'F6', word: 'key.page5' },
  { action: 'page.6', scope: 'pages', keys: ['F7'], cap: 'F7', word: 'key.page6' },
  { action: 'page.7', scope: 'pages', keys: ['F8'], cap: 'F8', word: 'key.page7' },
  { action: 'page.8', scope: 'pages', keys: ['F9'], cap: 'F9', word: 'key.page8' },
  // F10 signs out, F11 and F12 belong to the browser.
  { action: 'page.9', scope: 'pages', keys: [], altCode: 'Digit9', cap: 'Alt+9', word: 'key.page9' },
  { action: 'page.10', scope: 'pages', keys: [], altCode: 'Digit0', cap: 'Alt+0', word: 'key.page10' },
  {
    action: 'session.leave',
    scope: 'pages',
    keys: ['F10'],
    cap: 'F10',
    word: 'shift.signOut',
    footer: true,
  },
  { ...workspaceKey('sale', 1), word: 'workspace.sale' },
  { ...workspaceKey('gate', 2), word: 'workspace.gate' },
  { ...workspaceKey('manager', 3), word: 'workspace.manager' },
  { ...workspaceKey('auditor', 4), word: 'workspace.auditor' },
  { ...workspaceKey('technician', 5), word: 'workspace.technician' },
];

/** The same key whoever is signed in; it counts where the roles open that workspace. */
function workspaceKey(id: WorkspaceId, digit: number): Omit<KeyRow, 'word'> {
  const cap = `Alt+${String(digit)}`;
  return { action: `workspace.${id}`, scope: 'workspaces', keys: [], altCode: `Digit${String(digit)}`, cap };
}
