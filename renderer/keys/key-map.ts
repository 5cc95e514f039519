import { afterSaleKeys } from './after-sale-keys.ts';
import { dataKeys } from './data-keys.ts';
import type { WordId } from '../words/words.ts';
import { doubleKeys } from './double-keys.ts';
import { frameKeys } from './frame-keys.ts';
import { gateKeys } from './gate-keys.ts';
import { historyKeys } from './history-keys.ts';
import { machineKeys } from './machine-keys.ts';
import { noticeKeys } from './notice-keys.ts';
import { passengerKeys } from './passenger-keys.ts';
import { planKeys } from './plan-keys.ts';
import { soldKeys } from './sold-keys.ts';
import { stopKeys } from './stop-keys.ts';
import { windowKeys } from './window-keys.ts';

/**
 * Where a key counts. Several scopes are open at once, the innermost first: on the sale screen with the cash field
 * focused they are `money`, `sale`, `desk`, `everywhere`.
 */
export type Scope =
  | 'everywhere'
  | 'desk'
  | 'sale'
  | 'departures'
  | 'passengers'
  | 'entry'
  | 'vehicle'
  | 'money'
  | 'form'
  | 'sold'
  | 'afterSale'
  | 'afterFind'
  | 'afterPick'
  | 'trial'
  | 'help'
  | 'recovery'
  | 'carried'
  | 'result'
  | 'people'
  | 'report'
  | 'journal'
  | 'machine'
  | 'windows'
  | 'notices'
  | 'planReport'
  | 'reasonForm'
  | 'doubles'
  | 'reserves'
  | 'logs'
  | 'backups'
  | 'plans'
  | 'planForm'
  | 'planWork'
  | 'planPeople'
  | 'data'
  | 'dataImport'
  | 'dataChanges'
  | 'pages'
  | 'gate'
  | 'gateForm'
  | 'history'
  | 'gateList'
  | 'workspaces';

export type WorkspaceId = 'sale' | 'gate' | 'manager' | 'auditor' | 'technician';

export type ActionId =
  | 'help.open'
  | 'help.close'
  | 'trial.toggle'
  | 'trial.leave'
  | 'pane.departures'
  | 'pane.passengers'
  | 'sold.open'
  | 'queue.give'
  | 'shift.close'
  | 'order.clear'
  | 'departures.take'
  | 'departures.next'
  | 'departures.before'
  | 'date.next'
  | 'date.before'
  | 'place.all'
  | 'search.clear'
  | 'stop.next'
  | 'stop.before'
  | 'passengers.take'
  | 'passengers.next'
  | 'passengers.before'
  | 'passengers.class'
  | 'passengers.stop'
  | 'passengers.remove'
  | 'passengers.again'
  | 'passengers.type'
  | 'passengers.child'
  | 'passengers.vehicle'
  | 'entry.take'
  | 'entry.leave'
  | 'entry.kindNext'
  | 'entry.kindBefore'
  | 'vehicle.take'
  | 'vehicle.leave'
  | 'vehicle.plateOther'
  | 'money.sell'
  | 'money.back'
  | 'money.hundred'
  | 'money.fifty'
  | 'money.twenty'
  | 'form.submit'
  | 'form.leave'
  | 'shift.away'
  | 'result.done'
  | 'recovery.next'
  | 'recovery.before'
  | 'recovery.inHand'
  | 'recovery.printAgain'
  | 'recovery.spoil'
  | 'sold.next'
  | 'sold.before'
  | 'sold.inHand'
  | 'sold.printAgain'
  | 'sold.spoil'
  | `sold.${'older' | 'newer' | 'newest' | 'oldest'}`
  | 'sold.filter'
  | 'sold.leave'
  | `after.${'open' | 'search' | 'list' | 'leave' | 'findLeave' | 'next' | 'before' | 'mark' | 'find' | 'refund' | 'change' | 'void' | 'payOut' | 'reprint' | 'reissue' | 'request' | 'withdraw' | 'noShow' | 'slip' | 'pickNext' | 'pickBefore' | 'dateNext' | 'dateBefore' | 'take' | 'pickLeave'}`
  | 'report.before'
  | 'report.next'
  | 'report.sheet'
  | 'report.text'
  | 'journal.next'
  | 'journal.before'
  | 'journal.older'
  | 'journal.newer'
  | 'journal.kind'
  | 'journal.verify'
  | 'machine.test'
  | 'machine.next'
  | 'machine.before'
  | 'machine.verify'
  | 'machine.save'
  | `page.${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`
  | `windows.${'next' | 'before' | 'code' | 'replace' | 'recall' | 'gate' | 'writeOff' | 'readBack' | 'thaw' | 'drain' | 'retire'}`
  | `doubles.${'next' | 'before' | 'first' | 'second' | 'twice'}`
  | `reserves.${'next' | 'before' | 'dateNext' | 'dateBefore' | 'release'}`
  | `logs.${'again' | 'level' | 'save'}`
  | `backups.${'next' | 'before' | 'make' | 'verify'}`
  | `reason.${'go' | 'leave' | 'next' | 'before' | 'dateNext' | 'dateBefore' | 'proven' | 'gate'}`
  | `notices.${'publish' | 'feed' | 'draft' | 'takeDown'}`
  | `plans.${'next' | 'before' | 'start' | 'extend' | 'review' | 'narrow' | 'end' | 'undo' | 'state' | 'bulletin' | 'history' | 'work' | 'extra' | 'left' | 'sign'}`
  | `planWork.${'next' | 'before' | 'refund' | 'move' | 'people' | 'leave'}`
  | `planPeople.${'next' | 'before' | 'reached' | 'notReached' | 'waits' | 'declines' | 'leave'}`
  | `planForm.${'go' | 'leave'}`
  | `planReport.${'before' | 'next' | 'print' | 'csv' | 'json'}`
  | `history.${'open' | 'leave'}`
  | 'session.leave'
  | 'session.lock'
  | 'session.changePin'
  | 'signIn.training'
  | 'data.next'
  | 'data.before'
  | 'data.tableNext'
  | 'data.tableBefore'
  | 'data.add'
  | 'data.edit'
  | 'data.remove'
  | 'data.search'
  | 'data.import'
  | 'data.export'
  | 'data.template'
  | 'data.changes'
  | 'data.mode'
  | 'data.changesNext'
  | 'data.changesBefore'
  | 'data.undo'
  | 'people.next'
  | 'people.before'
  | 'people.add'
  | 'people.change'
  | 'people.resetPin'
  | 'people.turn'
  | 'people.unlock'
  | 'carried.open'
  | 'carried.export'
  | 'carried.import'
  | 'carried.leave'
  | `gate.${'next' | 'before' | 'enter' | 'clear' | 'departures' | 'list' | 'unboard' | 'eased' | 'check' | 'differs' | 'open' | 'release' | 'call' | 'close' | 'count' | 'manifest' | 'left' | 'history' | 'go' | 'leave' | 'receipt' | 'page' | 'excel' | 'pdf'}`
  | `workspace.${WorkspaceId}`;

export interface KeyRow {
  action: ActionId;
  scope: Scope;
  /** `KeyboardEvent.key` values; a single letter counts in both cases. Empty: the field itself reads it. */
  keys: readonly string[];
  /** Physical key with Alt, which gives other characters on some keyboards. */
  altCode?: string;
  /** What is printed beside the action. */
  cap: string;
  word: WordId;
  /** Shown in the footer of its screen. */
  footer?: boolean;
  /** In a trial station only. */
  trial?: boolean;
}

/** Every key of every screen. Screens, footer and help read it from here; nothing else listens for keys. */
export const keyMap: readonly KeyRow[] = [
  { action: 'help.open', scope: 'everywhere', keys: ['F1'], cap: 'F1', word: 'key.help', footer: true },
  { action: 'help.close', scope: 'help', keys: ['F1', 'Escape', 'Enter'], cap: 'Esc', word: 'key.helpClose' },
  { action: 'pane.departures', scope: 'desk', keys: ['F2'], cap: 'F2', word: 'key.departures', footer: true },
  { action: 'pane.passengers', scope: 'desk', keys: ['F3'], cap: 'F3', word: 'key.passengers', footer: true },
  { action: 'queue.give', scope: 'desk', keys: ['F6'], cap: 'F6', word: 'key.queue.give' },
  ...afterSaleKeys,
  { action: 'sold.open', scope: 'desk', keys: ['F9'], cap: 'F9', word: 'key.sold', footer: true },
  { action: 'shift.close', scope: 'desk', keys: ['F10'], cap: 'F10', word: 'key.closeShift', footer: true },
  {
    action: 'trial.toggle',
    scope: 'everywhere',
    keys: [],
    altCode: 'KeyT',
    cap: 'Alt+T',
    word: 'key.trial',
    footer: true,
    trial: true,
  },
  {
    action: 'trial.leave',
    scope: 'trial',
    keys: ['Escape'],
    cap: 'Esc',
    word: 'key.trialLeave',
    trial: true,
  },

  {
    action: 'departures.take',
    scope: 'departures',
    keys: ['Enter'],
    cap: 'Enter',
    word: 'key.takeDeparture',
  },
  {
    action: 'departures.next',
    scope: 'departures',
    keys: ['ArrowDown'],
    cap: '\u2193',
    word: 'key.nextDeparture',
  },
  {
    action: 'departures.before',
    scope: 'departures',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.departureBefore',
  },
  { action: 'place.all', scope: 'departures', keys: ['Backspace'], cap: '\u232B', word: 'key.allPlaces' },
  { action: 'search.clear', scope: 'departures', keys: ['Escape'], cap: 'Esc', word: 'key.clearSearch' },
  { action: 'date.next', scope: 'departures', keys: ['PageDown'], cap: 'PgDn', word: 'key.nextDate' },
  { action: 'date.before', scope: 'departures', keys: ['PageUp'], cap: 'PgUp', word: 'key.dateBefore' },

  { action: 'passengers.take', scope: 'passengers', keys: ['Enter'], cap: 'Enter', word: 'key.toMoney' },
  {
    action: 'passengers.next',
    scope: 'passengers',
    keys: ['ArrowDown'],
    cap: '\u2193',
    word: 'key.nextPassenger',
  },
  {
    action: 'passengers.before',
    scope: 'passengers',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.passengerBefore',
  },
  { action: 'passengers.class', scope: 'passengers', keys: ['T'], cap: 'T', word: 'key.ticketClass' },
  {
    action: 'passengers.remove',
    scope: 'passengers',
    keys: ['Delete'],
    cap: 'Del',
    word: 'key.removePassenger',
  },
  { action: 'passengers.again', scope: 'passengers', keys: ['R'], cap: 'R', word: 'key.readAgain' },
  {
    action: 'passengers.type',
    scope: 'passengers',
    keys: ['Insert', 'N'],
    cap: 'N',
    word: 'key.typeDocument',
  },

  { action: 'entry.take', scope: 'entry', keys: ['Enter'], cap: 'Enter', word: 'key.takeEntry' },
  {
    action: 'entry.leave',
    scope: 'entry',
    keys: ['Escape'],
    cap: 'Esc',
    word: 'key.leaveEntry',
    footer: true,
  },

  { action: 'money.sell', scope: 'money', keys: ['Enter'], cap: 'Enter', word: 'key.sell' },
  { action: 'money.hundred', scope: 'money', keys: [], cap: '+', word: 'key.hundred' },
  { action: 'money.fifty', scope: 'money', keys: [], cap: '/', word: 'key.fifty' },
  { action: 'money.twenty', scope: 'money', keys: [], cap: '*', word: 'key.twenty' },
  {
    action: 'money.back',
    scope: 'money',
    keys: ['Escape'],
    cap: 'Esc',
    word: 'key.backToPassengers',
    footer: true,
  },

  {
    action: 'order.clear',
    scope: 'sale',
    keys: ['Escape'],
    cap: 'Esc',
    word: 'key.clearOrder',
    footer: true,
  },

  ...soldKeys,

  { action: 'recovery.next', scope: 'recovery', keys: ['ArrowDown'], cap: '\u2193', word: 'key.nextTicket' },
  {
    action: 'recovery.before',
    scope: 'recovery',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.ticketBefore',
  },
  { action: 'recovery.inHand', scope: 'recovery', keys: ['Y'], cap: 'Y', word: 'key.inHand' },
  { action: 'recovery.printAgain', scope: 'recovery', keys: ['P'], cap: 'P', word: 'key.printAgain' },
  { action: 'recovery.spoil', scope: 'recovery', keys: ['Z'], cap: 'Z', word: 'key.spoil' },

  // Printed beside the state of the link, in the bar.
  {
    action: 'carried.open',
    scope: 'everywhere',
    keys: [],
    altCode: 'KeyU',
    cap: 'Alt+U',
    word: 'key.openCarried',
  },
  { action: 'carried.export', scope: 'carried', keys: ['Enter'], cap: 'Enter', word: 'key.writeCarried' },
  { action: 'carried.import', scope: 'carried', keys: ['F6'], cap: 'F6', word: 'key.takeCarried' },
  { action: 'carried.leave', scope: 'carried', keys: ['Escape'], cap: 'Esc', word: 'key.leaveCarried' },

  { action: 'form.submit', scope: 'form', keys: ['Enter'], cap: 'Enter', word: 'key.confirm' },
  { action: 'shift.away', scope: 'form', keys: ['F10'], cap: 'F10', word: 'key.away' },
  { action: 'form.leave', scope: 'form', keys: ['Escape'], cap: 'Esc', word: 'key.leaveForm' },
  { action: 'result.done', scope: 'result', keys: ['Enter', 'Escape'], cap: 'Enter', word: 'key.done' },

  ...dataKeys,

  { action: 'report.before', scope: 'report', keys: ['PageUp'], cap: 'PgUp', word: 'key.reportBefore' },
  { action: 'report.next', scope: 'report', keys: ['PageDown'], cap: 'PgDn', word: 'key.reportNext' },
  { action: 'report.sheet', scope: 'report', keys: ['E'], cap: 'E', word: 'key.reportSheet' },
  { action: 'report.text', scope: 'report', keys: ['T'], cap: 'T', word: 'key.reportText' },
  { action: 'journal.next', scope: 'journal', keys: ['ArrowDown'], cap: '\u2193', word: 'key.journalNext' },
  { action: 'journal.before', scope: 'journal', keys: ['ArrowUp'], cap: '\u2191', word: 'key.journalBefore' },
  { action: 'journal.older', scope: 'journal', keys: ['PageDown'], cap: 'PgDn', word: 'key.journalOlder' },
  { action: 'journal.newer', scope: 'journal', keys: ['PageUp'], cap: 'PgUp', word: 'key.journalNewer' },
  { action: 'journal.kind', scope: 'journal', keys: ['K'], cap: 'K', word: 'key.journalKind' },
  { action: 'journal.verify', scope: 'journal', keys: ['V'], cap: 'V', word: 'key.journalVerify' },
  ...passengerKeys,
  ...stopKeys,
  ...windowKeys,
  ...noticeKeys,
  ...doubleKeys,
  ...machineKeys,
  ...planKeys,
  ...gateKeys,
  ...historyKeys,
  ...frameKeys,
];

/** What of a keyboard event decides. */
export interface Press {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

function fits(row: KeyRow, press: Press): boolean {
  if (press.altKey) return row.altCode !== undefined && row.altCode === press.code;
  const key = press.key.length === 1 ? press.key.toUpperCase() : press.key;
  return row.keys.includes(key);
}

/**
 * What a press may mean in the open scopes, innermost first: the first that the screen can do now is done. Presses with
 * Ctrl or Meta belong to the machine.
 */
export function findKeys(press: Press, scopes: readonly Scope[]): KeyRow[] {
  if (press.ctrlKey || press.metaKey) return [];
  return scopes.flatMap((scope) => keyMap.filter((one) => one.scope === scope && fits(one, press)));
}

/** Browser functions that would tear the clerk out of the sale; kept from the browser whether or not they mean anything here. */
export function isBrowserKey(press: Press): boolean {
  if (press.ctrlKey || press.metaKey) return false;
  return /^F(?:[1-9]|10)$/.test(press.key) || (press.altKey && /^Arrow(?:Left|Right)$/.test(press.key));
}

/** The key printed beside an action. */
export function capOf(action: ActionId): string {
  const row = keyMap.find((one) => one.action === action);
  if (!row) throw new TypeError(`no key for ${action}`);
  return row.cap;
}
