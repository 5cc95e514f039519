import * as XLSX from '@e965/xlsx';
import type { ManifestPage } from '../../contract/office.ts';

/** Words of categories on the list (ticketing rules 1.1.9). */
export const CATEGORY_WORDS: Readonly<Record<ManifestPage['rows'][number]['category'], string>> = {
  adult: '成人',
  child: '儿童',
  free: '免票',
  infant: '婴儿',
  vehicle: '车辆',
};

/** A list to board by is not the frozen one. */
export const EXPECTED_WORDS = '检票前打印,以停检后封存的名单为准';

const HEADINGS = ['序号', '姓名', '证件', '证件号码', '票种', '类别', '座位', '票号', '到站', '核对'];

/** `manifest-<line>-<date>-<time>-v1.xlsx`: what a carried file may be called. */
export function manifestFileName(page: ManifestPage, form: 'xlsx' | 'pdf'): string {
  const time = page.departLocal.replace(':', '');
  return `manifest-${page.date}-${time}-v${page.version}-${page.hash.slice(0, 8)}.${form}`;
}

/** What the sheet is called. */
export const titleOf = ({ expected }: ManifestPage): string => (expected ? '待检旅客名单(签字)' : '旅客名单');

/** `成人 3 人,儿童 1 人,免票 0 人,婴儿 0 人,共 4 人;车辆 1 辆`. */
export function countsLine({ counts }: ManifestPage): string {
  const { adults, children, free, infants, heads, vehicles } = counts;
  return `成人 ${adults} 人,儿童 ${children} 人,免票 ${free} 人,婴儿 ${infants} 人,共 ${heads} 人;车辆 ${vehicles} 辆`;
}

function headLines(page: ManifestPage): [string, string][] {
  const { stationName, lineName, vesselName, date, departLocal, version, hash, madeAt, clerkNumber } = page;
  return [
    ['车站', stationName],
    ['班次', `${lineName} ${date} ${departLocal}`],
    ['船(车)', vesselName],
    ['人数', countsLine(page)],
    ['名单', page.expected ? EXPECTED_WORDS : `第 ${version} 版 ${hash}`],
    ['出具', `${madeAt} 工号 ${clerkNumber}`],
  ];
}

const cells = ({
  n,
  name,
  documentKind,
  masked,
  ticketClass,
  category,
  seat,
  to,
  ticketNumber,
  check,
}: ManifestPage['rows'][number]) => [
  n,
  name,
  documentKind,
  masked,
  ticketClass,
  CATEGORY_WORDS[category],
  seat,
  ticketNumber,
  to,
  check,
];

/** The list as an Excel file. Every cell but the row's number is text: no name and no number becomes a formula or 3.3E+19. */
export function manifestWorkbook(page: ManifestPage): Uint8Array {
  const sheet = XLSX.utils.aoa_to_sheet([
    [titleOf(page)],
    ...headLines(page),
    [],
    HEADINGS,
    ...page.rows.map(cells),
  ]);
  for (const [address, cell] of Object.entries(sheet) as [string, XLSX.CellObject][]) {
    if (address.startsWith('!') || cell.t !== 's') continue;
    cell.z = '@';
  }
  sheet['!cols'] = [6, 16, 16, 22, 12, 8, 8, 24, 16, 10].map((wch) => ({ wch }));
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, '旅客名单');
  return new Uint8Array(XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
}

const escaped = (text: string | number): string =>
  String(text).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The list as an A4 page: a whole document that fetches nothing. */
export function manifestHtml(page: ManifestPage): string {
  const head = headLines(page)
    .map(([word, value]) => `<tr><th>${escaped(word)}</th><td>${escaped(value)}</td></tr>`)
    .join('');
  const rows = page.rows
    .map(
      (row) =>
        `<tr>${cells(row)
          .map((value) => `<td>${escaped(value)}</td>`)
          .join('')}</tr>`,
    )
    .join('');
  const headings = HEADINGS.map((word) => `<th>${escaped(word)}</th>`).join('');
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>旅客名单</title><style>
@page { size: A4; margin: 14mm 12mm; }
body { font: 10pt/1.45 "Noto Sans CJK SC", "Microsoft YaHei", "SimSun", sans-serif; margin: 0; color: #000; }
h1 { font-size: 16pt; text-align: center; margin: 0 0 6mm; }
table { border-collapse: collapse; width: 100%; }
.head th { text-align: left; width: 18mm; font-weight: 600; vertical-align: top; }
.head td { overflow-wrap: anywhere; }
.list { margin-top: 5mm; }
.list th, .list td { border: 0.3pt solid #555; padding: 1mm 1.5mm; text-align: left; }
.list thead { display: table-header-group; }
.list tr { break-inside: avoid; }
.list td:first-child { text-align: right; }
.sign { margin-top: 10mm; display: flex; justify-content: space-between; }
</style><h1>${titleOf(page)}</h1><table class="head">${head}</table>
<table class="list"><thead><tr>${headings}</tr></thead><tbody>${rows}</tbody></table>
<p class="sign"><span>港口经营人:____________</span><span>船长(驾驶员):____________</span><span>实有人数:________</span></p></html>`;
}
