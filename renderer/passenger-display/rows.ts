import type { DisplayView } from '../../contract/office.ts';
import { t } from '../words/words.ts';

/** One line of the display: what it is, for its look, and its parts from left to right. */
export interface DisplayRow {
  kind: 'welcome' | 'route' | 'departure' | 'fare' | 'total' | 'money' | 'change';
  parts: string[];
}

/** What the passengers' screen says, line by line. Of people it knows nothing. */
export function displayRows(station: string, view: DisplayView | undefined): DisplayRow[] {
  if (!view || view.state === 'idle')
    return [{ kind: 'welcome', parts: [t('display.welcome', { station })] }];
  const rows: DisplayRow[] = [];
  const { departure } = view;
  if (departure) {
    rows.push({ kind: 'route', parts: [departure.fromName, '→', departure.toName] });
    rows.push({
      kind: 'departure',
      parts: [
        t('display.departs', { date: departure.date, time: departure.departLocal }),
        departure.lineName,
        departure.vesselName,
      ].filter((part) => part !== ''),
    });
  }
  for (const { name, fareFen, count } of view.lines)
    rows.push({
      kind: 'fare',
      parts: [name, t('display.each', { yuan: yuan(fareFen), count })],
    });
  rows.push({ kind: 'total', parts: [t('display.total'), t('display.yuan', { yuan: yuan(view.totalFen) })] });
  if (view.tenderedFen !== null)
    rows.push({
      kind: 'money',
      parts: [t('display.tendered'), t('display.yuan', { yuan: yuan(view.tenderedFen) })],
    });
  if (view.changeFen !== null)
    rows.push({
      kind: 'change',
      parts: [t('display.change'), t('display.yuan', { yuan: yuan(view.changeFen) })],
    });
  return rows;
}

function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}
