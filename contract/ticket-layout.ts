/**
 * A sheet of paper before it becomes bytes or a picture: what stands on it, line by line, each line known to fit. The printer's
 * driver and the screen lay out the same list, so the ticket on screen is the one that is printed.
 *
 * Long text is never cut. A large line that does not fit shrinks to normal size; what still does not fit is wrapped, at a space
 * where a Latin word would be torn, and goes on under its value, not under its label.
 */
import { z } from 'zod';
import type { ListSheet, PrintDocument, SelfTestSheet, TicketSheet } from './device.ts';
import type { PrinterProfile } from './printer-profiles.ts';

export const sheetPartSchema = z.discriminatedUnion('kind', [
  /** `size` 2 is twice as wide and high. The text takes at most the paper's columns at that size. */
  z.strictObject({
    kind: z.literal('line'),
    text: z.string(),
    align: z.enum(['left', 'centre']),
    size: z.literal([1, 2]),
    bold: z.boolean(),
  }),
  /** A line of hyphens from edge to edge. */
  z.strictObject({ kind: z.literal('rule') }),
  /** Model 2, error correction M, centred. */
  z.strictObject({ kind: z.literal('qr'), payload: z.string() }),
  /** Here the paper is cut, or torn where there is no cutter. */
  z.strictObject({ kind: z.literal('cut') }),
]);
export type SheetPart = z.infer<typeof sheetPartSchema>;
export type SheetLine = Extract<SheetPart, { kind: 'line' }>;

/** Stands for a character that neither the printer's font nor the office has. */
export const GETA = '〓';

export interface LayoutOptions {
  /** Characters of normal size in a line: 32 on 58 mm paper, 48 on 80 mm. */
  columns: number;
  /** Characters that will come out as {@link GETA}. None unless said; the driver puts GETA in by itself. */
  isMissing?: (character: string) => boolean;
  /** `raster`: the printer's large lines are pictures as well. Any other font leaves drawn characters at normal size. */
  font?: PrinterProfile['font'];
  /** Which characters are drawn; those of the document's `glyphs` unless said. */
  isDrawn?: (character: string) => boolean;
}

/**
 * Lays a document out. Its drawn characters (`glyphs`) keep the lines they stand on at normal size, because the printer's own ones beside
 * them cannot be drawn. Where the font is `raster` a large line is drawn whole, if all of it is drawn.
 */
export function layOutSheet(document: PrintDocument, options: LayoutOptions): SheetPart[] {
  const { glyphs = {} } = document;
  const page = new Page({ isDrawn: (character) => Object.hasOwn(glyphs, character), ...options });
  if (document.kind === 'ticket') layOutTicket(page, document);
  else if (document.kind === 'list') layOutList(page, document);
  else layOutSelfTest(page, document);
  return [...page.parts, { kind: 'cut' }];
}

/** Integer fen as `85.00元`. */
export function fareText(fareFen: number): string {
  const fen = String(fareFen).padStart(3, '0');
  return `${fen.slice(0, -2)}.${fen.slice(-2)}元`;
}

/** What a printer without a Chinese font has letters for. */
export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** A Chinese character takes two columns, an ASCII one takes one. */
export function columnsOfText(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

export function columnsOfCharacter(character: string): number {
  return (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
}

/**
 * Text as it can stand on paper: the half-width ¥ has no place in Chinese fonts and becomes ￥, Latin letters are composed, and
 * signs that only choose between shapes of one character are left out. Chinese characters stay what they are: normalising
 * them would turn some into others.
 */
export function printableText(text: string): string {
  return text
    .replaceAll(/[\p{Script=Latin}\p{M}]+/gu, (letters) => letters.normalize('NFC'))
    .replaceAll(/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu, '')
    .replaceAll('¥', '￥');
}

class Page {
  readonly parts: SheetPart[] = [];
  readonly #columns: number;
  readonly #isMissing: (character: string) => boolean;
  readonly #isDrawn: (character: string) => boolean;
  readonly #font: LayoutOptions['font'];

  constructor({ columns, isMissing = () => false, isDrawn = () => false, font }: LayoutOptions) {
    this.#columns = columns;
    this.#isMissing = isMissing;
    this.#isDrawn = isDrawn;
    this.#font = font;
  }

  get columns(): number {
    return this.#columns;
  }

  /** `label value`; further lines stand under the value. */
  field(label: string, value: string, style: { bold?: boolean } = {}): void {
    this.#put(`${this.#shown(label)} `, this.#shown(value), {
      align: 'left',
      size: 1,
      bold: style.bold ?? false,
    });
  }

  text(text: string): void {
    this.#put('', this.#shown(text), { align: 'left', size: 1, bold: false });
  }

  centred(text: string): void {
    this.#put('', this.#shown(text), { align: 'centre', size: 1, bold: false });
  }

  /** Large and bold; of normal size when it does not fit large or cannot be doubled. */
  title(text: string): void {
    const shown = this.#shown(text);
    const isLarge = columnsOfText(shown) * 2 <= this.#columns && this.#canDouble(shown);
    this.#put('', shown, { align: 'centre', size: isLarge ? 2 : 1, bold: true });
  }

  #canDouble(text: string): boolean {
    const characters = Array.from(text);
    if (this.#font !== 'raster') return !characters.some(this.#isDrawn);
    return isAscii(text) || characters.every((character) => character === ' ' || this.#isDrawn(character));
  }

  /** Both on one line, apart; one below the other when they do not fit. */
  pair(left: string, right: string): void {
    const [first, second] = [this.#shown(left), this.#shown(right)];
    const gap = this.#columns - columnsOfText(first) - columnsOfText(second);
    if (gap >= 1) return this.text(`${first}${' '.repeat(gap)}${second}`);
    this.text(first);
    this.text(' '.repeat(Math.max(0, this.#columns - columnsOfText(second))) + second);
  }

  rule(): void {
    this.parts.push({ kind: 'rule' });
  }

  qr(payload: string): void {
    this.parts.push({ kind: 'qr', payload });
  }

  #put(label: string, value: string, style: Omit<SheetLine, 'kind' | 'text'>): void {
    for (const text of wrap(label, value, Math.floor(this.#columns / style.size)))
      this.parts.push({ kind: 'line', text, ...style });
  }

  #shown(text: string): string {
    return Array.from(printableText(text), (character) =>
      this.#isMissing(character) && !this.#isDrawn(character) ? GETA : character,
    ).join('');
  }
}

/** Breaks `label` and `value` into lines of at most `columns`; every line but the first is indented by the label's width. */
function wrap(label: string, value: string, columns: number): string[] {
  const indent = ' '.repeat(Math.min(columnsOfText(label), columns >> 1));
  const lines: string[] = [];
  let head = label;
  let rest = '';
  for (const character of value) {
    if (columnsOfText(head + rest + character) <= columns) {
      rest += character;
      continue;
    }
    const space = rest.lastIndexOf(' ');
    const word = rest.slice(space + 1);
    const tearsWord = character !== ' ' && space > 0 && /^[!-~]*$/.test(word + character);
    lines.push((head + (tearsWord ? rest.slice(0, space) : rest)).trimEnd());
    head = indent;
    rest = (tearsWord ? word : '') + (character === ' ' ? '' : character);
  }
  return [...lines, head + rest];
}

function layOutTicket(page: Page, ticket: TicketSheet): void {
  if (ticket.sample) page.title('培训 样票');
  page.centred(ticket.stationName);
  if (ticket.copyMark !== undefined) page.title(`【${ticket.copyMark}】`);
  page.title(`${ticket.fromName} → ${ticket.toName}`);
  page.centred(ticket.lineName);
  // The line's name says its end: whoever reads only that would ride too far.
  if (ticket.toStop) page.field('到站', `${ticket.toName}(途中站)`, { bold: true });
  page.rule();
  const { rolling } = ticket;
  if (rolling) {
    page.field('日期', `${ticket.departureDate} 当日本线任一班次`, { bold: true });
    page.title(rolling.queue);
    page.centred(rolling.standby ? '候补票:不保证有位,检票时有空位方可成行' : '流水票:按流水号叫号检票');
  } else page.field('开航', `${ticket.departureDate} ${ticket.departureTime}`, { bold: true });
  if (!rolling && ticket.vesselName !== undefined && ticket.vesselName !== '')
    page.field('船名', ticket.vesselName);
  const { vehicle } = ticket;
  if (vehicle)
    page.pair(
      vehicle.deckLabel === undefined ? '车辆舱' : `舱位 ${vehicle.deckLabel}`,
      ticket.ticketClassLabel,
    );
  else page.pair(rolling ? '座位 不对号' : `座位 ${ticket.seatLabel}`, ticket.ticketClassLabel);
  page.field('票价', fareText(ticket.fareFen), { bold: true });
  page.rule();
  if (ticket.sample) page.title('培训 样票 无效');
  if (vehicle) {
    page.field('车牌', vehicle.plate, { bold: true });
    page.pair(`车型 ${vehicle.typeLabel}`, `车长 ${vehicle.length}米`);
  }
  page.field(vehicle ? '驾驶员' : '旅客', ticket.holderName);
  page.field(ticket.documentKindLabel, ticket.maskedNumber);
  if (vehicle) page.field('驾驶员票号', vehicle.driverTicket);
  if (ticket.proofLabel !== undefined) page.field('查验', ticket.proofLabel);
  if (ticket.carriedBy !== undefined) page.field('随行成人票号', ticket.carriedBy);
  page.rule();
  page.field('票号', ticket.ticketNumber);
  if (ticket.stockSerial !== undefined) page.field('票据号', ticket.stockSerial);
  page.pair(ticket.windowLabel, `工号 ${ticket.clerkNumber}`);
  page.field('售票', ticket.soldAt);
  if (ticket.sample) {
    page.rule();
    page.title('培训 样票');
    page.centred('仅供培训,不能乘船乘车');
    return;
  }
  page.qr(ticket.qr);
  page.centred(vehicle ? '请凭本票及行驶证登船' : '请凭本票及本人有效证件检票');
}

function layOutList(page: Page, list: ListSheet): void {
  page.title(list.title);
  for (const { label, value } of list.fields) page.field(label, value);
  page.rule();
  for (const row of list.rows) page.text(row);
  page.rule();
  for (const text of list.foot) page.text(text);
}

/** Shows the width, the alignment, the font and the QR of this printer. */
function layOutSelfTest(page: Page, sheet: SelfTestSheet): void {
  page.title(sheet.title ?? '打印机自检');
  if (sheet.printedAt !== undefined) page.centred(sheet.printedAt);
  page.rule();
  page.text(`每行 ${page.columns} 个半角字符`);
  page.text('0123456789'.repeat(5).slice(0, page.columns));
  page.pair('左对齐', '右对齐');
  page.text('汉字:中文 舟山 朱家尖 蜈蚣峙');
  page.text('金额:85.00元 ￥85.00 €1');
  page.field('粗体', '普陀山', { bold: true });
  page.text('生僻字:㐂 𠮷 (缺字时印〓)');
  page.qr('STATION-OFFICE SELF TEST');
  page.rule();
  page.title('测试页 作废');
  page.centred('不能乘船乘车');
}
