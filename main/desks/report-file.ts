import { utils, write } from '@e965/xlsx';
import type { DayReport } from '../../contract/office/reports.ts';
import { ticketClassName } from '../../contract/ticket-classes.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';

type Cell = string | number;
type Sheet = { name: string; rows: Cell[][] };

const AFTER_WORDS = {
  refund: '退票',
  change: '改签',
  void: '作废',
  reissue: '补票',
  paid: '领退票款',
} as const;
/** The last word on a sheet of paper; a word of a newer program stands as it is. */
const SHEET_WORDS: Readonly<Record<string, string>> = {
  confirmed: '已出票',
  sent: '已发送',
  unknown: '不明',
  failed: '未出',
  spoiled: '作废',
  test: '测试页',
};
const yuan = (fen: number): number => fen / 100;
const when = (ms: number): string => `${businessDateOf(ms)} ${localTimeOf(ms)}`;

/** The tables of the day report; money in yuan, because people read it. */
function sheetsOf(report: DayReport): Sheet[] {
  return [
    {
      name: '按航线',
      rows: [
        ['航线', '张数', '金额(元)'],
        ...report.byLine.flatMap(({ lineName, tickets, fen, stops = [] }): Cell[][] => [
          [lineName, tickets, yuan(fen)],
          ...stops.map((stop) => [`其中到 ${stop.name}`, stop.tickets, yuan(stop.fen)]),
        ]),
        ['合计', report.total.tickets, yuan(report.total.fen)],
      ],
    },
    {
      name: '按班次',
      rows: [
        ['开航时间', '航线', '班次编号', '张数', '金额(元)'],
        ...report.byDeparture.map((row) => [
          row.departLocal,
          row.lineName,
          row.departureId,
          row.tickets,
          yuan(row.fen),
        ]),
      ],
    },
    {
      name: '按售票员',
      rows: [
        ['工号', '姓名', '张数', '金额(元)'],
        ...report.byClerk.map(({ clerkNumber, name, tickets, fen }) => [
          clerkNumber,
          name,
          tickets,
          yuan(fen),
        ]),
      ],
    },
    {
      name: '按票种',
      rows: [
        ['票种', '张数', '金额(元)'],
        ...report.byClass.map(({ ticketClass, tickets, fen }) => [
          ticketClassName(ticketClass),
          tickets,
          yuan(fen),
        ]),
      ],
    },
    {
      name: '按窗口',
      rows: [
        ['窗口', '张数', '金额(元)', '票纸'],
        ...report.byWindow.map(({ window, tickets, fen, sheets }) => [
          window,
          tickets,
          yuan(fen),
          Object.entries(sheets)
            .map(([outcome, count]) => `${SHEET_WORDS[outcome] ?? outcome} ${count}`)
            .join('; '),
        ]),
      ],
    },
    {
      name: '退改签',
      rows: [
        ['事项', '张数', '原票价(元)', '手续费(元)', '退(元)', '补(元)', '现金支出(元)'],
        ...report.after.map((row) => [
          AFTER_WORDS[row.what],
          row.tickets,
          yuan(row.fareFen),
          yuan(row.feeFen),
          yuan(row.backFen),
          yuan(row.moreFen),
          yuan(row.cashFen),
        ]),
        ['净售', report.net.tickets, yuan(report.net.fen)],
      ],
    },
    {
      name: '交接班',
      rows: [
        [
          '窗口',
          '工号',
          '姓名',
          '开班',
          '交班',
          '备用金(元)',
          '张数',
          '售票款(元)',
          '退改支出(元)',
          '应有(元)',
          '实点(元)',
          '长短款(元)',
        ],
        ...report.shifts.map((shift) => [
          shift.window,
          shift.clerkNumber,
          shift.name,
          when(shift.openedAt),
          shift.closed ? when(shift.closed.at) : '未交班',
          yuan(shift.floatFen),
          shift.tickets,
          yuan(shift.fen),
          yuan(shift.cashBackFen),
          shift.closed ? yuan(shift.closed.expectedFen) : '',
          shift.closed ? yuan(shift.closed.countedFen) : '',
          shift.closed ? yuan(shift.closed.differenceFen) : '',
        ]),
      ],
    },
  ];
}

/** A cell of comma-separated text; what a spreadsheet would take for a formula is kept a text. */
function csvCell(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The day report as a file. Comma-separated text has the tables one below the other, in UTF-8 with its mark for spreadsheets. */
export function dayReportFile(
  report: DayReport,
  format: 'xlsx' | 'csv',
): { fileName: string; mediaType: string; base64: string } {
  const sheets = sheetsOf(report);
  const fileName = `日报-${report.date}.${format}`;
  if (format === 'csv') {
    const lines = sheets.flatMap(({ name, rows }) => [[name], ...rows, []] as Cell[][]);
    const text = `\uFEFF${lines.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
    return { fileName, mediaType: 'text/csv', base64: Buffer.from(text).toString('base64') };
  }
  const book = utils.book_new();
  for (const { name, rows } of sheets) utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  const bytes = write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Uint8Array;
  return {
    fileName,
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    base64: Buffer.from(bytes).toString('base64'),
  };
}
