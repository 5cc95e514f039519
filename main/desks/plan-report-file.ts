import type { OfficeOutput } from '../../contract/office.ts';
import type { PlanReport } from '../../contract/office/plan-report.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';

const yuan = (fen: number): string => (fen / 100).toFixed(2);
const when = (ms: number | null): string => (ms === null ? '' : `${businessDateOf(ms)} ${localTimeOf(ms)}`);

/** Same words as the page's. */
const DATA_WORDS: Record<PlanReport['windows'][number]['data'], string> = {
  here: '本机',
  current: '已到齐',
  behind: '还有未到的',
  away: '未连接,此后不明',
  never: '从未收到',
  retired: '已停用,到齐',
  writtenOff: '已注销,最后的可能缺',
  lost: '机器已失,最后的可能缺',
};

/** A cell of a CSV: what a table program might take for a formula begins with a quote. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The report as data: JSON whole, or as tables below each other in one CSV with a byte order mark, as Excel reads it. */
export function planReportFile(
  report: PlanReport,
  format: 'json' | 'csv',
): OfficeOutput<'plans.exportReport'> {
  const name = `plan-report-${businessDateOf(report.from)}-${localTimeOf(report.from).replace(':', '')}`;
  if (format === 'json')
    return {
      fileName: `${name}.json`,
      mediaType: 'application/json',
      base64: Buffer.from(`${JSON.stringify(report, null, 2)}\n`).toString('base64'),
    };
  const { totals } = report;
  const rows: (string | number)[][] = [
    ['预案', report.planName, '车站', report.station],
    ['起', when(report.from), '止', when(report.endedAt)],
    ['启用人', report.by, '复核人', report.countersignedBy ?? ''],
    ['下令单位', report.orderedBy?.organisation ?? '', '文号', report.orderedBy?.reference ?? ''],
    ['原因', report.reason],
    ['口径', report.of === 'station' ? '全站' : '只含本窗口'],
    ...report.measured.map(({ value, unit, source, at }) => ['实测', `${value}${unit}`, source, when(at)]),
    [],
    ['售票', totals.tickets, '金额(元)', yuan(totals.salesFen)],
    ['退票', totals.refunded, '退款(元)', yuan(totals.refundedFen)],
    ['改签', totals.moved, '手续费(元)', yuan(totals.feesFen)],
    ['已上船(车)', totals.boarded, '等候', totals.waiting],
    ['放客', totals.released, '单次最多', totals.mostReleasedAtOnce],
    ['二人核对录入', totals.identitiesTyped, '告示', totals.notices],
    ['复查', totals.reviews, '未接到通知售出', totals.soldUnheard],
    ['作废', totals.voided],
    ['净售', totals.netTickets, '净额(元)', yuan(totals.netFen)],
    [],
    ['窗口', '数据', '截至', '未到笔数', '售票', '金额(元)', '退票', '退款(元)'],
    ...report.windows.map(({ window, data, upTo, missing, tickets, salesFen, refunded, refundedFen }) => [
      window,
      DATA_WORDS[data],
      when(upTo),
      missing ?? '不明',
      tickets,
      yuan(salesFen),
      refunded,
      yuan(refundedFen),
    ]),
    [],
    ['日期', '时刻', '航线', '班次', '状态', '核定', '售出', '上船(车)', '退票', '改签'],
    ...report.departures.map((row) => [
      row.date,
      row.departLocal,
      row.lineName,
      row.departureId,
      row.words,
      row.capacity,
      row.sold,
      row.boarded,
      row.refunded,
      row.moved,
    ]),
    [],
    ['时间', '事项', '经办', '复核', '窗口'],
    ...report.events.map(({ at, text, by, countersignedBy, window }) => [
      when(at),
      text,
      by,
      countersignedBy ?? '',
      window ?? '',
    ]),
  ];
  const text = rows.map((row) => row.map(cell).join(',')).join('\r\n');
  return {
    fileName: `${name}.csv`,
    mediaType: 'text/csv',
    base64: Buffer.from(`\uFEFF${text}\r\n`).toString('base64'),
  };
}
