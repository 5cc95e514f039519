/**
 * A sheet before it becomes bytes: what stands on it, line by line. The ticket on screen and the ticket on paper can be made
 * from the same list.
 */
import type { PrintDocument, SelfTestSheet, TicketSheet } from '../../../contract/device.ts';
import { columnsOfText } from './text.ts';

export type SheetPart =
  | { kind: 'line'; text: string; align: 'left' | 'centre'; size: 1 | 2; bold: boolean }
  | { kind: 'pair'; left: string; right: string }
  | { kind: 'rule' }
  | { kind: 'qr'; payload: string }
  | { kind: 'feed'; lines: number };

const line = (text: string): SheetPart => ({ kind: 'line', text, align: 'left', size: 1, bold: false });
const bold = (text: string): SheetPart => ({ kind: 'line', text, align: 'left', size: 1, bold: true });
const title = (text: string): SheetPart => ({ kind: 'line', text, align: 'centre', size: 2, bold: true });
const centred = (text: string): SheetPart => ({ kind: 'line', text, align: 'centre', size: 1, bold: false });
const pair = (left: string, right: string): SheetPart => ({ kind: 'pair', left, right });

/** Integer fen as `85.00元`. */
export function fareText(fareFen: number): string {
  const fen = String(fareFen).padStart(3, '0');
  return `${fen.slice(0, -2)}.${fen.slice(-2)}元`;
}

export function partsOf(document: PrintDocument, columns: number): SheetPart[] {
  return document.kind === 'ticket' ? ticketParts(document, columns) : selfTestParts(document, columns);
}

function ticketParts(ticket: TicketSheet, columns: number): SheetPart[] {
  const route = `${ticket.fromName} → ${ticket.toName}`;
  return [
    centred(ticket.stationName),
    ...(ticket.copyMark === undefined ? [] : [title(`【${ticket.copyMark}】`)]),
    {
      kind: 'line',
      text: route,
      align: 'centre',
      size: columnsOfText(route) * 2 <= columns ? 2 : 1,
      bold: true,
    },
    centred(ticket.lineName),
    { kind: 'rule' },
    bold(`开航 ${ticket.departureDate} ${ticket.departureTime}`),
    ...(ticket.vesselName === undefined || ticket.vesselName === ''
      ? []
      : [line(`船名 ${ticket.vesselName}`)]),
    pair(`座位 ${ticket.seatLabel}`, ticket.ticketClassLabel),
    bold(`票价 ${fareText(ticket.fareFen)}`),
    { kind: 'rule' },
    line(`旅客 ${ticket.holderName}`),
    line(`${ticket.documentKindLabel} ${ticket.maskedNumber}`),
    { kind: 'rule' },
    line(`票号 ${ticket.ticketNumber}`),
    ...(ticket.stockSerial === undefined ? [] : [line(`票据号 ${ticket.stockSerial}`)]),
    pair(ticket.windowLabel, `工号 ${ticket.clerkNumber}`),
    line(`售票 ${ticket.soldAt}`),
    { kind: 'qr', payload: ticket.qr },
    centred('请凭本票及本人有效证件检票'),
  ];
}

/** Shows the width, the alignment, the font and the QR of this printer. */
function selfTestParts(sheet: SelfTestSheet, columns: number): SheetPart[] {
  return [
    title(sheet.title ?? '打印机自检'),
    ...(sheet.printedAt === undefined ? [] : [centred(sheet.printedAt)]),
    { kind: 'rule' },
    line(`每行 ${columns} 个半角字符`),
    line('0123456789'.repeat(5).slice(0, columns)),
    pair('左对齐', '右对齐'),
    line('汉字:中文 舟山 朱家尖 蜈蚣峙'),
    line('金额:85.00元 ￥85.00 €1'),
    bold('粗体:普陀山'),
    line('生僻字:㐂 𠮷 (缺字时印〓)'),
    { kind: 'qr', payload: 'STATION-OFFICE SELF TEST' },
  ];
}
