import type { DeviceEvent, PrinterProfile, PrintOutcome, TicketSheet } from '../../contract/device.ts';
import { columnsOf } from '../../contract/printer-profiles.ts';
import { layOutSheet } from '../../contract/ticket-layout.ts';
import { encodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import { queueLabel } from '../../contract/rolling.ts';
import { fareProofNames } from '../../contract/ticket-classes.ts';
import { deckNames, metres, PLATE_KIND, vehicleTypeName } from '../../contract/vehicles.ts';
import type { OfficeInput, OfficeOutput, PrintState } from '../../contract/office.ts';
import type { EntryBody } from '../../contract/entries.ts';
import type { TicketNumber } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { dateTimeLabel, documentKindLabel, seatLabel, windowLabel } from '../../domain/print-text.ts';
import { classWords } from '../../domain/fares.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import { charactersOnSheet, charactersToDraw, fontHas, profileOfPrinter } from '../devices/printer-font.ts';
import {
  LedgerWriteError,
  type EffectEnd,
  type EffectRow,
  type PrintRow,
  type TicketRow,
} from '../ledger/types.ts';
import type { TimerHandle } from '../runtime.ts';
import type { GlyphDesk } from './glyphs.ts';
import type { DeskContext, Mutation } from './context.ts';
import { writeOfficeEntries } from './journal.ts';
import { OFFICE_RESTARTED, printState, TICKET_ENDED } from './print-state.ts';

/** What the print desk needs of the devices: one printer, and whether it would take a sheet now. */
export interface PrinterPort {
  /** Id of the printer that can take a sheet now, or undefined. */
  readyPrinter(): string | undefined;
  print(job: { jobId: string; deviceId: string; document: TicketSheet; drawer: boolean }): void;
}

type PassengerRow = Extract<TicketRow, { kind: 'ticket.sold' }>;
/** What became of a sheet, and where it stands with it. */
interface Step {
  sheet: EffectRow;
  outcome: PrintOutcome;
  state: EffectEnd;
}
type Finished = Extract<DeviceEvent, { event: 'print.finished' }>;

/** Sheets of tickets that ended, cancelled in one write. */
const MOST_CANCELLED = 100;

/** A disk that did not take a sheet's step is asked again after so long. */
const DISK_RETRY_MS = 5_000;

/** A ticket in any other state has ended: a sheet of it would look like one that holds. */
const HOLDS: readonly string[] = ['sold', 'refundPending'];

/** A sheet that has had its try: it may lie there in pieces, or be smudged though its printer was content. */
const SPOILABLE: readonly string[] = ['unknown', 'failed', 'sent', 'settled', 'confirmed'];

/**
 * Durable first, then paper (architecture, idea 3). One sheet at a time: `sending` is committed before the sheet is handed
 * over, its outcome is journalled when the device process tells it, and nothing is ever sent again by itself. A failing disk
 * stops the paper and nothing else: the step that it did not take is tried again.
 * Characters that the printer's font lacks are drawn by a page first; a sheet waits for them, but never long.
 */
export function createPrintDesk(
  context: DeskContext,
  printer: PrinterPort,
  glyphs: GlyphDesk,
  showIdentity: (seq: number, documentKind: string) => { name: string; masked: string } | undefined,
) {
  const { ledger, runtime, vault } = context;
  /** The sheet on its way; with its outcome when that is known and not yet on the disk. */
  let current: { sheet: EffectRow; outcome?: Pick<Finished, 'outcome' | 'reason'> } | undefined;
  let retry: TimerHandle | undefined;
  let isStopped = false;
  /** Characters are being drawn for this sheet, or were when it began. */
  let drawing: { effectId: number; isOver: boolean } | undefined;

  const isHeldUp = (): boolean => current !== undefined || retry !== undefined || isStopped;

  /** Starts the next sheet when there is one, the printer is ready and nothing is on its way. */
  function pump(): void {
    if (isHeldUp() || !cancelEnded()) return;
    // What was told of the cancelled ones may have begun the next already.
    if (isHeldUp() || drawing?.isOver === false) return;
    const deviceId = printer.readyPrinter();
    if (deviceId === undefined) return;
    const next = ledger.queuedPrints(1)[0];
    if (!next) return;
    const ticket = ledger.ticket(next.ticketNumber);
    if (!ticket) throw new Error('a sheet without its ticket');
    const sheet = sheetOf(ticket, next.copy);
    const wanted = charactersOnSheet(profileFor(deviceId), sheet);
    if (drawing?.effectId !== next.effectId) {
      const begun = { effectId: next.effectId, isOver: false };
      drawing = begun;
      let isWaiting = false;
      glyphs.wait(wanted, () => {
        begun.isOver = true;
        if (isWaiting) pump();
      });
      isWaiting = true;
      if (!begun.isOver) return;
    }
    const document = glyphs.onSheet(sheet, wanted);
    if (!isTaken(() => ledger.markSending(next.effectId))) return;
    current = { sheet: next };
    tell(next.ticketNumber);
    printer.print({ jobId: next.sheetId, deviceId, document, drawer: opensDrawer(ticket, next) });
  }

  /**
   * Sheets not begun of tickets that have ended come out no more: whoever found one would hold what looks like a ticket. No paper
   * was used, so each is journalled as one that did not come out. False when the disk did not take it.
   */
  function cancelEnded(): boolean {
    const ended = ledger.endedPrints(MOST_CANCELLED);
    if (ended.length === 0) return true;
    const steps = ended.map((sheet) => ({ sheet, outcome: 'failed' as const, state: 'settled' as const }));
    if (!isTaken(() => settle(steps, TICKET_ENDED))) return false;
    for (const { ticketNumber } of ended) show(ticketNumber);
    context.changed();
    return cancelEnded();
  }

  /** Runs `write`; false when the disk did not take it, and then everything here is looked at again later. */
  function isTaken(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof LedgerWriteError)) throw error;
      runtime.log.error({ code: error.message }, 'disk failed while printing');
      retry ??= runtime.timers.setTimeout(() => {
        retry = undefined;
        if (current) conclude();
        else pump();
      }, DISK_RETRY_MS);
      return false;
    }
  }

  function conclude(): void {
    if (!current?.outcome) return;
    const { sheet, outcome } = current;
    if (!isTaken(() => settle([stepOf(sheet, outcome.outcome)], outcome.reason))) return;
    current = undefined;
    tell(sheet.ticketNumber);
    pump();
  }

  /** The first sheet of a cash sale opens the drawer, all sales are for cash; one asked for later takes none. */
  function opensDrawer(ticket: TicketRow, { copy, queuedAtMs }: EffectRow): boolean {
    if (copy > 1 || queuedAtMs !== ticket.atMs || context.training) return false;
    const first = ledger
      .entriesOf(ticket.commandId)
      .find(({ kind }) => kind === 'ticket.sold' || kind === 'vehicle.sold');
    return first?.seq === ticket.seq;
  }

  function sheetOf(ticket: TicketRow, copy: number): TicketSheet {
    const { body } = ticket;
    const departure = context.timetable()?.departure(body.departureId);
    const person = ticket.kind === 'vehicle.sold' ? driverOf(ticket.body.driverTicket) : ticket;
    const holder = person && showIdentity(person.seq, person.body.documentKind);
    const sheet: TicketSheet = {
      kind: 'ticket',
      stationName: context.config.station.name,
      lineName: departure?.line.name ?? body.lineId,
      fromName: departure?.fromName ?? body.fromPlaceId,
      toName: body.toStop?.name ?? departure?.toName ?? body.toPlaceId,
      ...(body.toStop ? { toStop: true as const } : {}),
      departureDate: businessDateOf(body.departAt),
      departureTime: localTimeOf(body.departAt),
      seatLabel: seatLabel(body.seatNumber),
      ...rollingOf(ticket),
      ticketClassLabel: classWords(context.timetable(), body),
      fareFen: body.fareFen,
      holderName: holder?.name ?? '—',
      maskedNumber: holder?.masked ?? '****',
      documentKindLabel: kindLabel(person?.body.documentKind ?? ''),
      ticketNumber: body.ticketNumber,
      qr: encodeTicketQr(
        { n: body.ticketNumber, d: body.departureId, c: body.ticketClass, k: vault.keyId },
        (bytes) => vault.sign(bytes),
      ),
      windowLabel: windowLabel(context.config.window),
      clerkNumber: clerkLabel(ticket.actor),
      soldAt: dateTimeLabel(ticket.atMs),
    };
    if (departure) sheet.vesselName = departure.vesselName;
    if (ticket.kind === 'vehicle.sold') {
      const { vehicleType, lengthCm, deck, driverTicket } = ticket.body;
      sheet.vehicle = {
        typeLabel:
          context
            .timetable()
            ?.vehicleTypes()
            .find(({ code }) => code === vehicleType)?.name ?? vehicleTypeName(vehicleType),
        length: metres(lengthCm),
        plate: showIdentity(ticket.seq, PLATE_KIND)?.name ?? '—',
        ...(deck === null ? {} : { deckLabel: deckNames[deck] }),
        driverTicket,
      };
    } else {
      const { carriedBy, proof } = ticket.body;
      if (carriedBy !== undefined) sheet.carriedBy = carriedBy;
      if (proof !== undefined) sheet.proofLabel = fareProofNames[proof];
    }
    if (copy > 1) sheet.copyMark = `补打 ${copy}`;
    return context.training ? asSample(sheet) : sheet;
  }

  function driverOf(ticketNumber: TicketNumber): PassengerRow | undefined {
    const row = ledger.ticket(ticketNumber);
    return row?.kind === 'ticket.sold' ? row : undefined;
  }

  /** Words of a kind as the feed in force has them; those of the program for what it no longer has. */
  function kindLabel(code: string): string {
    return context.timetable()?.documentKind(code)?.name ?? documentKindLabel(code);
  }

  /** Nothing on the sheet can be taken for a ticket: no number of ours, no sealed code. */
  function asSample(sheet: TicketSheet): TicketSheet {
    const { carriedBy: _adult, vehicle, ...rest } = sheet;
    return {
      ...rest,
      sample: true,
      ticketNumber: `样票 ${sheet.ticketNumber.slice(-6, -1)}`,
      qr: 'TRAINING',
      ...(vehicle ? { vehicle: { ...vehicle, driverTicket: '样票' } } : {}),
    };
  }

  /** The number, and the name that the person wants on tickets, if any. */
  function clerkLabel(number: string): string {
    const name = context.people.find(number)?.ticketName;
    return name === undefined ? number : `${number} ${name}`;
  }

  const profileFor = (deviceId: string | undefined): PrinterProfile =>
    profileOfPrinter(context.config.devices, deviceId);

  /** Every page that shows this ticket hears of its sheet, not only one that asked. */
  function show(ticketNumber: TicketNumber): PrintState {
    const print = printState(ledger.printOf(ticketNumber));
    context.emit('print.changed', { ticketNumber, print });
    return print;
  }

  function tell(ticketNumber: TicketNumber): void {
    show(ticketNumber);
    context.changed();
  }

  /** Journals outcomes and moves their sheets on, in one write. */
  function settle(steps: readonly Step[], reason: string | undefined): void {
    writeOfficeEntries(
      context,
      steps.map(({ sheet, outcome }) => outcomeOf(sheet, outcome, reason)),
      'office',
      { settleEffects: steps.map(({ sheet: { effectId }, state }) => ({ effectId, state })) },
    );
  }

  /** A sheet that came after this one and is not waste: with one more there would be two that look like the ticket. */
  function newerOf({ ticketNumber, copy }: Pick<PrintRow, 'ticketNumber' | 'copy'>): PrintRow | undefined {
    for (let newer = ledger.copies(ticketNumber); newer > copy; newer -= 1) {
      const print = ledger.printOf(ticketNumber, newer);
      if (print && print.state !== 'spoiled') return print;
    }
    return undefined;
  }

  const settleByClerk: Mutation<OfficeInput<'prints.settle'>, OfficeOutput<'prints.settle'>> = {
    decide(input) {
      const print = ledger.printOf(input.ticketNumber, input.copy);
      if (!print) return refused('print.unknownTicket', {}, 'ticketNumber');
      if (input.found === 'spoil') {
        if (!SPOILABLE.includes(print.state)) return refused('print.nothingToSpoil', {}, 'ticketNumber');
      } else if (!['unknown', 'failed', 'sent'].includes(print.state))
        return refused('print.notUnknown', {}, 'ticketNumber');
      const again = input.found === 'printAgain';
      if (again && !HOLDS.includes(ledger.picture.stateOf(input.ticketNumber)))
        return refused('print.ended', {}, 'ticketNumber');
      const newer = again ? newerOf(print) : undefined;
      if (newer) return refused('print.newerSheet', { copy: newer.copy }, 'ticketNumber');
      const outcome = input.found === 'inHand' ? ('confirmed' as const) : ('spoiled' as const);
      return accepted({
        entries: [outcomeOf({ ...print, ticketNumber: input.ticketNumber }, outcome, 'clerk')],
        settleEffects: [
          { effectId: print.effectId, state: outcome === 'spoiled' ? outcome : ('settled' as const) },
        ],
        ...(again
          ? {
              effects: [
                {
                  kind: 'print' as const,
                  ticketNumber: input.ticketNumber,
                  copy: ledger.copies(input.ticketNumber) + 1,
                },
              ],
            }
          : {}),
      });
    },
    answer(entries) {
      const entry = entries.find((each) => each.kind === 'print.outcome');
      if (entry?.kind !== 'print.outcome') throw new Error('a settled sheet without its entry');
      return { print: show(entry.body.ticketNumber) };
    },
  };

  return {
    settle: settleByClerk,
    pump,
    /** A sheet is on its way to paper. */
    isBusy: () => current !== undefined,

    /** What stands on a ticket's newest sheet, as the printer of this window has it. */
    async paper(input: OfficeInput<'sales.paper'>): Promise<Outcome<OfficeOutput<'sales.paper'>>> {
      const ticket = ledger.ticket(input.ticketNumber);
      if (!ticket) return refused('print.unknownTicket', {}, 'ticketNumber');
      const profile = profileFor(printer.readyPrinter());
      const sheet = sheetOf(ticket, ticket.print?.copy ?? 1);
      const wanted = charactersOnSheet(profile, sheet);
      await new Promise<void>((resolve) => glyphs.wait(wanted, resolve));
      const columns = columnsOf(profile);
      const isMissing = (character: string): boolean => !fontHas(profile.font, character);
      const parts = layOutSheet(glyphs.onSheet(sheet, wanted), { columns, isMissing, font: profile.font });
      return accepted({ paperWidthMm: profile.paperWidthMm, columns, parts });
    },

    /** A name came in that will be printed: what its characters need is drawn meanwhile. */
    prepare(name: string): void {
      glyphs.prepare(charactersToDraw(profileFor(printer.readyPrinter()).font, name));
    },

    /** Sheets that a run before left on their way: nobody knows, so it is said and never guessed. */
    recover(): number {
      const left = ledger.recoverSending();
      for (const sheet of left) settle([stepOf(sheet, 'unknown')], OFFICE_RESTARTED);
      return left.length;
    },

    finished(event: Finished): void {
      if (!current || current.outcome || event.jobId !== current.sheet.sheetId) {
        runtime.log.warn({ jobId: event.jobId }, 'a sheet finished that nobody waits for');
        return;
      }
      current.outcome =
        event.reason === undefined
          ? { outcome: event.outcome }
          : { outcome: event.outcome, reason: event.reason };
      conclude();
    },

    /** Begins nothing more. An outcome that still comes is written; one that the disk refuses is unknown after the restart. */
    stop(): void {
      isStopped = true;
      if (retry) runtime.timers.clearTimeout(retry);
    },
  };
}

const stepOf = (sheet: EffectRow, outcome: PrintOutcome): Step => ({
  sheet,
  outcome,
  state: outcome === 'sent' ? 'settled' : outcome,
});

const outcomeOf = (
  { ticketNumber, sheetId, copy }: Pick<EffectRow, 'ticketNumber' | 'sheetId' | 'copy'>,
  outcome: EntryBody<'print.outcome'>['outcome'],
  reason: string | undefined,
) => ({
  kind: 'print.outcome' as const,
  body: {
    ticketNumber,
    sheetId,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    copy,
    singleCopy: false,
  },
});

/** What stands on a ticket for the line and day instead of a time and a seat. */
function rollingOf(ticket: TicketRow): Pick<TicketSheet, 'rolling'> {
  const rolling = ticket.kind === 'ticket.sold' ? ticket.body.rolling : undefined;
  if (!rolling) return {};
  return { rolling: { queue: queueLabel(rolling.queueNumber), standby: rolling.standby === true } };
}
