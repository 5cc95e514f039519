import type { DeviceEventOf, ListSheet } from '../../contract/device.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, yuan, type Outcome } from '../../contract/refusals.ts';
import { dateTimeLabel, windowLabel } from '../../domain/print-text.ts';
import { charactersOnSheet, profileOfPrinter } from '../devices/printer-font.ts';
import type { Caller, DeskContext } from './context.ts';
import type { GlyphDesk } from './glyphs.ts';
import type { ListPrinterPort } from './manifest-prints.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';

const STATE_WORDS = {
  sold: '有效',
  boarded: '已检',
  refunded: '已退票',
  voided: '已作废',
  replaced: '已换票',
} as const;

/**
 * Slips for passengers: what was done with their tickets. A slip is no ticket and no proof by itself, so it may be printed again
 * at will; what it says is read from the books each time.
 */
export function createSlips(
  context: DeskContext,
  facts: TicketFacts,
  printer: ListPrinterPort,
  glyphs: GlyphDesk,
) {
  const { config, ledger, runtime } = context;
  const onTheirWay = new Set<string>();

  function rowsOf(ticket: KnownTicket): string[] {
    const { sold, ticketNumber, owedFen, sale } = ticket;
    const departure = facts.departureOf(sale.body.departureId);
    const request = ledger.refundRequestOf(ticketNumber);
    const rows = [
      `票号 ${ticketNumber}`,
      `${departure?.line.name ?? sale.body.lineId} ${sold.departure.date} ${sold.departure.departLocal}`,
      ...(sale.body.toStop ? [`到站 ${sale.body.toStop.name}`] : []),
      `票价 ${yuan(sold.fareFen)} 元 ${STATE_WORDS[sold.state]}${sold.replacedBy === null ? '' : ` ${sold.replacedBy}`}`,
    ];
    const done = ledger.afterSaleOf(ticketNumber);
    if (done) rows.push(`手续费 ${yuan(done.feeFen)} 元 退 ${yuan(done.backFen)} 元`);
    if (owedFen > 0) rows.push(`待领 ${yuan(owedFen)} 元,凭原证件到窗口领取`);
    if (request && sold.state === 'sold') rows.push(`登记号 ${request.requestNumber},恢复联系后办理`);
    return rows;
  }

  return {
    print(input: OfficeInput<'tickets.slip'>, caller: Caller): Outcome<OfficeOutput<'tickets.slip'>> {
      const deviceId = printer.readyPrinter();
      if (deviceId === undefined) return refused('manifest.noPrinter');
      const tickets = input.ticketNumbers.map((number) => facts.local(number));
      if (tickets.some((ticket) => !ticket)) return refused('tickets.notFound', {}, 'ticketNumbers');
      const sheet: ListSheet = {
        kind: 'list',
        title: context.training ? '退改签凭证(样张)' : '退改签凭证',
        fields: [
          { label: '车站', value: config.station.name },
          { label: '窗口', value: `${windowLabel(config.window)} 工号 ${caller.person?.number ?? ''}` },
          { label: '时间', value: dateTimeLabel(runtime.clock.nowMs()) },
        ],
        rows: tickets.flatMap((ticket) => (ticket ? [...rowsOf(ticket), ''] : [])),
        foot: ['本凭证不能乘船(车)'],
      };
      const jobId = `slip-${runtime.random.id()}`;
      onTheirWay.add(jobId);
      const wanted = charactersOnSheet(profileOfPrinter(config.devices, deviceId), sheet);
      glyphs.wait(wanted, () => {
        printer.print({ jobId, deviceId, document: glyphs.onSheet(sheet, wanted) });
      });
      return accepted({ printed: true });
    },
    /** True when the sheet was one of these. */
    finished: ({ jobId }: DeviceEventOf<'print.finished'>): boolean => onTheirWay.delete(jobId),
  };
}
