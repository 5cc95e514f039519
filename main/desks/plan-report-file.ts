import type { OfficeOutput } from '../../contract/office.ts';
import type { PlanReport } from '../../contract/office/plan-report.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';

const yuan = (fen: number): string => (fen / 100).toFixed(2);
const when = (ms: number | null): string => (ms === null ? '' : `${businessDateOf(ms)} ${localTimeOf(ms)}`);

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
    ...report.measured.map(({ value, unit, source, at }) => ['实测', `${value}${unit}`, source, when(at)]),
    [],
    ['售票', totals.tickets, '金额(元)', yuan(totals.salesFen)],
    ['退票', totals.refunded, '退款(元)', yuan(totals.refundedFen)],
    ['改签', totals.moved, '手续费(元)', yuan(totals.feesFen)],
    ['已上船(车)', totals.boarded, '等候', totals.waiting],
    ['放客', totals.released, '单次最多', totals.mostReleasedAtOnce],
    ['二人核对录入', totals.identitiesTyped, '告示', totals.notices],
    ['复查', totals.reviews, '未接到通知售出', totals.soldUnheard],
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
    ['时间', '事项', '经办', '复核'],
    ...report.events.map(({ at, text, by, countersignedBy }) => [when(at), text, by, countersignedBy ?? '']),
  ];
  const text = rows.map((row) => row.map(cell).join(',')).join('\r\n');
  return {
    fileName: `${name}.csv`,
    mediaType: 'text/csv',
    base64: Buffer.from(`\uFEFF${text}\r\n`).toString('base64'),
  };
}
