import type { NewEntry } from '../../contract/entries.ts';
import type { WindowId } from '../../contract/ids.ts';
import type { PlanReport } from '../../contract/office/plan-report.ts';
import { recordId, type PlanRecord } from '../../contract/orders.ts';
import { queueLabel } from '../../contract/rolling.ts';
import { isOfAuthority } from '../../domain/contingency/signers.ts';
import { stateMeanings } from '../../domain/departures/states.ts';
import { noteOf } from '../plans/departure-book.ts';

export type ReportEvent = PlanReport['events'][number];
type Known = Omit<ReportEvent, 'window'>;

/** One line of a report's timeline, from an entry of this office or what it heard; undefined for what is none of the order's. */
export function reportEvent(
  entry: NewEntry,
  atMs: number,
  order: { id: string; departures: ReadonlySet<string> },
  own: WindowId,
): ReportEvent | undefined {
  const event = eventOf(entry, atMs, order.id, order.departures);
  if (!event) return undefined;
  const from = windowOf(entry);
  return { ...event, window: from === undefined ? own : from };
}

/** Who signed: a number of the station's, or the authority by the name under which it ordered. */
export const byOf = ({ by, orderedBy }: PlanRecord): string =>
  isOfAuthority({ by }) ? (orderedBy?.organisation ?? '审批机关') : by.number;

/** Office that wrote it; undefined: this one, null: none of the station's. */
function windowOf(entry: NewEntry): WindowId | null | undefined {
  if ('signed' in entry.body) {
    const { record } = entry.body.signed;
    return isOfAuthority(record) ? null : record.window;
  }
  if (entry.kind === 'departure.stateHeard' || entry.kind === 'departure.noteHeard') return entry.body.from;
  return undefined;
}

function eventOf(entry: NewEntry, atMs: number, id: string, ids: ReadonlySet<string>): Known | undefined {
  if ('signed' in entry.body) {
    const { record } = entry.body.signed;
    const of = record.record === 'order' ? recordId(record) : recordId(record.order);
    if (of !== id) return undefined;
    const who = { by: byOf(record), countersignedBy: record.countersignedBy?.number ?? null };
    const words = { order: '启用预案', extend: '延长', end: '解除预案' }[record.record];
    const what = ({ order: 'ordered', extend: 'extended', end: 'ended' } as const)[record.record];
    return { at: record.at, what, text: `${words}:${record.reason}`, ...who };
  }
  if (entry.kind === 'departure.stateSet' || entry.kind === 'departure.stateHeard') {
    const change =
      entry.kind === 'departure.stateSet' ? { what: 'set' as const, ...entry.body } : entry.body.change;
    // An older program did not pass on who it was.
    const by = change.by ?? '—';
    const why = change.reason === undefined ? '' : `:${change.reason}`;
    if (change.what === 'undone')
      return { at: change.at, what: 'stateUndone', text: `撤回班次状态${why}`, by, countersignedBy: null };
    const of = change.scope.departures?.filter((departure) => ids.has(departure));
    if (of?.length === 0) return undefined;
    const where = of ? of.map(timeOf).join('、') : '按范围';
    const words = stateMeanings[change.state].chinese;
    return {
      at: change.at,
      what: 'stateSet',
      text: `${where} 设为“${words}”${why}`,
      by,
      countersignedBy: null,
    };
  }
  if (entry.kind === 'departure.stateUndone')
    return {
      at: entry.body.at,
      what: 'stateUndone',
      text: `撤回班次状态:${entry.body.reason}`,
      by: entry.body.by,
      countersignedBy: null,
    };
  const note = noteOf(entry);
  if (!note) return undefined;
  const plain = (what: Known['what'], at: number, text: string): Known => {
    return { at, what, text, by: note.body.by, countersignedBy: null };
  };
  switch (note.what) {
    case 'extra': {
      const { departureId, vesselName, capacity } = note.body;
      if (!ids.has(departureId)) return undefined;
      return plain('extra', atMs, `加班 ${timeOf(departureId)} ${vesselName},核定 ${capacity} 人`);
    }
    case 'left':
      if (!ids.has(note.body.departureId)) return undefined;
      return plain('left', note.body.leftAt, `${timeOf(note.body.departureId)} 开出`);
    case 'release': {
      const { departureId, count, totalAboard, throughQueueNumber } = note.body;
      if (!ids.has(departureId)) return undefined;
      const through = throughQueueNumber === null ? '' : `,放至 ${queueLabel(throughQueueNumber)}`;
      return plain('release', atMs, `${timeOf(departureId)} 放客 ${count} 人,共 ${totalAboard} 人${through}`);
    }
    case 'notice':
      return plain(
        'notice',
        note.body.at,
        `发布告示:${note.body.board || note.body.text || note.body.broadcast}`,
      );
    case 'withdrawal':
      return plain('noticeWithdrawn', note.body.at, `撤下告示:${note.body.reason}`);
    case 'review': {
      const { order, at, note: seen } = note.body;
      return recordId(order) === id ? plain('reviewed', at, `复查:继续执行${seen && `,${seen}`}`) : undefined;
    }
    case 'queueCalled': {
      const { at, count, through } = note.body;
      return plain('queueCalled', at, `叫号 ${count} 人,至 ${queueLabel(through)}`);
    }
    case 'queueGiven':
    case 'checked':
      return undefined;
  }
}

/** `HH:MM` of a departure, from its id, with the number of an extra. */
function timeOf(departureId: string): string {
  const slot = departureId.split('/')[2] ?? '';
  return `${slot.slice(0, 2)}:${slot.slice(2, 4)}${slot.slice(4)}`;
}
