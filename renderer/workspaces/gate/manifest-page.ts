import type { ManifestPage } from '../../../contract/office.ts';
import { t, type WordId } from '../../words/words.ts';

const COLUMNS = ['n', 'name', 'document', 'masked', 'class', 'seat', 'ticket', 'to', 'check'] as const;

/**
 * Prints a passenger list on A4: stands in the page only while the print dialog is open, and is gone after it. `page.css`
 * hides everything else on paper.
 */
export function printManifest(page: ManifestPage): void {
  const sheet = document.createElement('section');
  sheet.className = 'manifest-sheet';
  sheet.dataset['part'] = 'manifest-sheet';
  const add = (parent: HTMLElement, tag: string, text = ''): HTMLElement => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  add(sheet, 'h1', t(page.expected ? 'gate.expectedTitle' : 'gate.pageTitle'));
  for (const line of [
    page.stationName,
    `${page.lineName} ${page.date} ${page.departLocal} ${page.vesselName}`,
    t('gate.pageCounts', page.counts),
    page.expected
      ? t('gate.expectedWhat')
      : t('gate.page.version', { version: page.version, hash: page.hash }),
    t('gate.page.made', { at: page.madeAt, clerk: page.clerkNumber }),
    ...(page.unnamed > 0 ? [t('gate.unnamed', { count: page.unnamed })] : []),
  ])
    add(sheet, 'p', line);
  const table = add(sheet, 'table');
  const head = add(add(table, 'thead'), 'tr');
  for (const column of COLUMNS) add(head, 'th', t(`gate.page.${column}` satisfies WordId));
  const body = add(table, 'tbody');
  for (const row of page.rows) {
    const line = add(body, 'tr');
    for (const value of [
      String(row.n),
      row.name,
      row.documentKind,
      row.masked,
      row.ticketClass,
      row.seat,
      row.ticketNumber,
      row.to,
      row.check,
    ])
      add(line, 'td', value);
  }
  add(sheet, 'p', t('gate.page.sign'));
  document.body.append(sheet);
  window.addEventListener(
    'afterprint',
    () => {
      sheet.remove();
    },
    { once: true },
  );
  window.print();
}
