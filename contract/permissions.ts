import type { OfficeEvent } from './office/events.ts';
import type { OfficeMethod } from './office.ts';
import { roles, type Role } from './roles.ts';

export { roles, roleSchema, type Role } from './roles.ts';

/** `public` needs no sign-in; else the roles of which the caller has at least one. */
export type Permission = 'public' | readonly Role[];

const anyone = 'public';
/** Whoever is signed in, whatever the role. */
const signedIn = roles;
/** Who sells, and who stands in for one who sells. */
const selling = ['clerk', 'shiftLeader'] as const;
/** Who sells, checks or leads: whoever may look at the timetable and at tickets, auditors too. */
const looking = ['clerk', 'gate', 'shiftLeader', 'manager', 'auditor'] as const;
const readingTickets = ['clerk', 'shiftLeader', 'manager', 'auditor'] as const;
/** Who looks after windows other than their own. */
const leading = ['shiftLeader', 'manager', 'auditor', 'technician'] as const;
/** Who has documents before them: the reader's card and scanned documents are theirs alone. */
const meetingPassengers = ['clerk', 'gate', 'shiftLeader'] as const;

/** Basic data: the manager keeps them, the auditor may read. */
const keepingData = ['manager'] as const;
const readingData = ['manager', 'auditor'] as const;
/** Who puts plans in force; which of the two, the plan itself says. */
const commanding = ['shiftLeader', 'manager'] as const;
/** Who stands at a gate, and who leads those that do. */
const atGate = ['gate', 'shiftLeader', 'manager'] as const;
const seeingGate = [...atGate, 'auditor'] as const;

/**
 * The one permission table: who may call which method of the office API. The dispatcher asks it before any desk is asked,
 * pages ask it for what they show, `docs/office-api.md` prints it. Every method of `officeMethods` stands here: a method
 * that does not, fails to compile with its name.
 */
export const permissions = {
  'session.info': anyone,
  'session.signIn': anyone,
  'session.signOut': signedIn,
  'session.lock': signedIn,
  'session.resume': signedIn,
  'session.alive': signedIn,
  'session.changePin': signedIn,
  'people.firstManager': anyone,
  'people.list': ['shiftLeader', 'manager', 'auditor'],
  'people.add': ['manager'],
  'people.change': ['manager'],
  'people.suspend': ['manager'],
  'people.restore': ['manager'],
  'people.resetPin': ['manager'],
  'people.unlock': ['manager'],
  'status.get': anyone,
  'display.current': anyone,

  'shifts.current': selling,
  'shifts.open': selling,
  'shifts.close': selling,
  'shifts.closeFor': ['shiftLeader', 'manager'],
  'timetable.places': looking,
  'timetable.departures': looking,
  'holders.type': meetingPassengers,
  'holders.drop': meetingPassengers,
  'holders.kinds': meetingPassengers,
  'vehicles.choices': selling,
  'sales.quote': selling,
  'sales.sell': selling,
  'sales.list': readingTickets,
  'sales.paper': readingTickets,
  'prints.glyphs': signedIn,
  'prints.settle': selling,
  'scanner.typed': meetingPassengers,
  'reader.again': meetingPassengers,
  'commands.open': signedIn,
  'commands.seen': signedIn,
  'recovery.summary': selling,
  'succession.confirm': ['clerk', 'shiftLeader', 'manager'],
  'link.export': ['clerk', 'shiftLeader', 'manager', 'technician'],
  'link.import': ['clerk', 'shiftLeader', 'manager', 'technician'],

  'data.overview': readingData,
  'data.rows': readingData,
  'data.check': keepingData,
  'data.change': keepingData,
  'data.undo': keepingData,
  'data.pinyin': readingData,
  'data.surplus': ['manager', 'auditor', 'shiftLeader'],
  'reserves.day': ['manager', 'auditor', 'shiftLeader'],
  'reserves.release': ['manager'],
  'data.importBegin': keepingData,
  'data.importPart': keepingData,
  'data.importRead': keepingData,
  'data.importPreview': keepingData,
  'data.importConfirm': keepingData,
  'data.importDrop': keepingData,
  'data.export': readingData,
  'data.exportPart': readingData,
  'gate.departures': seeingGate,
  'gate.view': seeingGate,
  'gate.open': atGate,
  'gate.release': atGate,
  'gate.attend': atGate,
  'gate.present': atGate,
  'gate.check': atGate,
  'gate.unchecked': seeingGate,
  'gate.unboard': atGate,
  'gate.passengers': atGate,
  'gate.stopSale': atGate,
  'gate.close': atGate,
  'gate.reconcile': atGate,
  'gate.doubles': seeingGate,
  'gate.print': atGate,
  'gate.page': atGate,
  'gate.export': atGate,
  'plans.list': ['shiftLeader', 'manager', 'auditor'],
  'plans.suggest': ['shiftLeader', 'manager', 'auditor'],
  'plans.history': ['shiftLeader', 'manager', 'auditor'],
  'plans.preview': commanding,
  'plans.sign': ['manager'],
  'plans.order': commanding,
  'plans.extend': commanding,
  'plans.end': commanding,
  'plans.narrow': commanding,
  'plans.review': commanding,
  'departures.setState': commanding,
  'departures.undoState': commanding,
  'board.current': anyone,
  'plans.report': ['shiftLeader', 'manager', 'auditor'],
  'plans.orders': ['shiftLeader', 'manager', 'auditor'],
  'plans.exportReport': ['shiftLeader', 'manager', 'auditor'],
  'notices.list': leading,
  'notices.draft': commanding,
  'notices.publish': commanding,
  'notices.withdraw': commanding,
  'notices.feed': leading,
  'queue.list': looking,
  'queue.give': looking.filter((role) => role !== 'auditor'),
  'queue.call': atGate,
  'departures.addExtra': commanding,
  'departures.leave': atGate,
  'departures.history': looking,
  'tickets.endedTwice': ['shiftLeader', 'manager', 'auditor'],
  'tickets.settleTwice': ['manager'],
  'tickets.find': readingTickets,
  'tickets.refund': selling,
  'tickets.payOut': selling,
  'tickets.void': selling,
  'tickets.reprint': selling,
  'tickets.reissue': selling,
  'tickets.noShow': ['clerk', 'gate', 'shiftLeader', 'manager'],
  'tickets.changeQuote': selling,
  'tickets.change': selling,
  'tickets.request': selling,
  'tickets.requests': readingTickets,
  'tickets.withdraw': selling,
  'tickets.slip': selling,
  'worklist.list': ['clerk', 'shiftLeader', 'manager', 'auditor'],
  'worklist.departure': ['clerk', 'shiftLeader', 'manager', 'auditor'],
  'worklist.refund': commanding,
  'worklist.move': commanding,
  'worklist.note': ['clerk', 'shiftLeader', 'manager'],
  'reports.day': ['shiftLeader', 'manager', 'auditor'],
  'reports.export': ['manager', 'auditor'],
  'journal.page': ['manager', 'auditor', 'technician'],
  'journal.verify': ['manager', 'auditor', 'technician'],
  'printer.testSheet': ['technician'],
  'logs.tail': ['technician'],
  'logs.file': ['technician'],
  'backups.list': ['technician', 'manager'],
  'backups.make': ['technician', 'manager'],
  'backups.verify': ['technician', 'manager'],
  'station.info': signedIn,
  'station.windows': leading,
  'windows.list': leading,
  'station.code': ['manager', 'technician'],
  'station.gateRight': ['manager'],
  'station.recall': ['shiftLeader', 'manager'],
  'station.writeOff': ['manager'],
  'station.thaw': ['manager'],
  'station.readBack': ['manager', 'technician'],
  'station.losses': leading,
  'window.drain': ['manager', 'technician'],
  'window.stopDrain': ['manager', 'technician'],
  'window.retire': ['manager', 'technician'],
  'window.retirement': signedIn,
  'station.conflicts': ['gate', 'shiftLeader', 'manager', 'auditor'],

  'trial.people': anyone,
  'trial.layCard': anyone,
  'trial.removeCard': anyone,
  'trial.link': anyone,
  'trial.paper': anyone,
  'trial.readerPower': anyone,
} as const satisfies Record<OfficeMethod, Permission>;

/**
 * Who may put a second signature under which method: another person than the caller, with their own PIN. Every method whose
 * params have `secondSignature` stands here, and no other; a test says so.
 */
export const secondSignatures = {
  'people.unlock': ['shiftLeader', 'manager'],
  'station.writeOff': ['shiftLeader', 'technician', 'manager'],
  'station.thaw': ['shiftLeader', 'technician', 'manager'],
  'shifts.closeFor': ['shiftLeader', 'manager'],
  /** Where a document needs a leader, or where whoever reads it aloud is to be recorded: then any colleague. */
  'sales.sell': ['clerk', 'gate', 'shiftLeader', 'manager'],
  /** From the station's limit on. */
  'tickets.refund': ['shiftLeader', 'manager'],
  'tickets.change': ['shiftLeader', 'manager'],
  'worklist.refund': commanding,
  'worklist.move': commanding,
  /** A ticket that was issued again before. */
  'tickets.reissue': ['shiftLeader', 'manager'],
  /** Where the plan names a second person; it also says in which role. */
  'plans.sign': commanding,
  'plans.order': commanding,
  'plans.extend': commanding,
  'plans.end': commanding,
  'plans.narrow': commanding,
} as const satisfies Partial<Record<OfficeMethod, Permission>>;

/** Who may switch training mode on, at sign-in: whoever sells or checks, and those who teach them. */
export const trainingRoles = ['clerk', 'gate', 'shiftLeader', 'manager'] as const satisfies readonly Role[];

/** What training practises: the sale with all that belongs to it. Whatever reaches beyond this window's own training ledger is not in it. */
const TRAINING_METHODS =
  /^(?:session\.(?!changePin)|status\.|display\.|shifts\.|timetable\.|holders\.|sales\.|prints\.|scanner\.|reader\.|commands\.|recovery\.|trial\.(?!link))/;

/** Whether a method may be called in training mode. */
export const trainingMethod = (method: string): boolean => TRAINING_METHODS.test(method);

/** Why a sign-in opens next to nothing: the screen is locked, or a one-time PIN has to be changed first. */
export type Limit = 'locked' | 'changePin';

/** What a limited session may call all the same, besides what is public. */
export const limitedMethods = {
  locked: ['session.resume', 'session.signOut'],
  changePin: ['session.changePin', 'session.signOut'],
} as const satisfies Record<Limit, readonly OfficeMethod[]>;

/**
 * Who hears which event: those that name nobody reach every page, also before sign-in; cards and codes reach those who
 * meet passengers, the rest whoever is signed in.
 */
export const eventPermissions = {
  'status.changed': anyone,
  'session.changed': anyone,
  'link.changed': anyone,
  'device.changed': anyone,
  'timetable.changed': anyone,
  'display.changed': anyone,
  'reader.card': meetingPassengers,
  'reader.cardRemoved': meetingPassengers,
  'reader.unreadable': meetingPassengers,
  'scanner.code': meetingPassengers,
  'print.changed': signedIn,
  'glyphs.wanted': signedIn,
  'departure.changed': signedIn,
  'plan.reviewDue': signedIn,
  'gate.verdict': atGate,
  'gate.changed': signedIn,
  'gate.doubled': signedIn,
  'gate.link': signedIn,
  'gate.printed': atGate,
  'printer.tested': ['technician'],
} as const satisfies Record<OfficeEvent, Permission>;

/** Whether somebody with these roles may; `null` = nobody is signed in. */
export function isAllowed(permission: Permission, has: readonly Role[] | null): boolean {
  if (permission === 'public') return true;
  return has !== null && has.some((role) => permission.includes(role));
}

/** Whether somebody with these roles may call a method. */
export function mayCall(method: OfficeMethod, has: readonly Role[] | null): boolean {
  return isAllowed(permissions[method], has);
}

/** Methods of the API that the table forgot, with what to do: none, or a test and the types fail. */
export function withoutPermission(methods: readonly string[]): string[] {
  return methods
    .filter((method) => !Object.hasOwn(permissions, method))
    .map((method) => `${method} has no row: add who may call it to contract/permissions.ts`);
}
