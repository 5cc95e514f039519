import { readdirSync, readFileSync } from 'node:fs';
import { decodeTicketQr } from '../../../contract/encoding/ticket-qr.ts';
import { decodeSheets } from '../../../native/simulators/sheet-decoder.ts';
import { newCommandId, type Json, type OfficeClient } from '../../support/office-client.ts';
import { isRefused } from './manager.ts';
import { PATIENCE_MS } from './offices.ts';

/** A passenger on the way to the gate. */
export interface Traveller {
  ticketNumber: string;
  /** How they show that they may: the card of a trial person, the code on the paper, the number typed. */
  shows: 'qr' | 'typed' | { card: string };
}

/** Codes on the paper that came out of printers, by ticket number as the code says it. */
export function codesOnPaper(files: readonly string[]): Map<string, string> {
  const codes = new Map<string, string>();
  for (const file of files)
    for (const sheet of decodeSheets(readFileSync(file))) {
      const [code] = sheet.qr;
      // Who signed it is for the gate to say.
      const decoded = code === undefined ? undefined : decodeTicketQr(code, () => true);
      if (code !== undefined && decoded?.ok) codes.set(decoded.payload.n, code);
    }
  return codes;
}

/**
 * Boards a departure: opens the gate, lets everybody in, refuses who comes twice, takes one back and lets them in again, closes,
 * freezes, exports and prints the list, counts heads. Gives how many heads were counted and the list's file.
 */
export async function board(
  gate: OfficeClient,
  departureId: string,
  travellers: readonly Traveller[],
  codes: ReadonlyMap<string, string>,
  papers: string,
): Promise<{ counted: number; list: string }> {
  await gate.call('gate.open', { departureId }, newCommandId());
  await gate.call('gate.attend', { departureId });
  const present = (text: string): Promise<Json> =>
    gate.call('gate.present', { departureId, text }, newCommandId());
  for (const { ticketNumber, shows } of travellers) {
    const verdict =
      shows === 'typed'
        ? await present(ticketNumber)
        : shows === 'qr'
          ? await present(codeOf(codes, ticketNumber))
          : await layAtGate(gate, shows.card);
    // A free child goes aboard with its adult, and is aboard already when its own ticket is shown.
    const isAboard = verdict.admit || verdict.refusal?.code === 'boarding.aboard';
    if (!isAboard) throw new Error(`${departureId}: not let aboard: ${JSON.stringify(verdict.refusal)}`);
  }
  const [first] = travellers;
  if (first) {
    const again = await present(first.ticketNumber);
    if (again.admit) throw new Error(`${first.ticketNumber} was let aboard twice`);
    const { ticketNumber } = first;
    await gate.call('gate.unboard', { departureId, ticketNumber, reason: '下船取行李' }, newCommandId());
    if (!(await present(ticketNumber)).admit) throw new Error(`${ticketNumber} was not let aboard again`);
  }
  await isRefused('closing a gate while the departure is sold', 'gate.stillSelling', () =>
    gate.call('gate.close', { departureId }, newCommandId()),
  );
  await gate.call('gate.stopSale', { departureId }, newCommandId());
  await gate.call('gate.close', { departureId }, newCommandId());
  const before = new Set(readdirSync(papers));
  const reason = '交船方';
  await gate.call('gate.export', { departureId, form: 'xlsx', folder: papers, reason });
  const list = readdirSync(papers).find((name) => !before.has(name));
  if (list === undefined) throw new Error(`${departureId}: no list was written`);
  const { jobId } = await gate.call('gate.print', { departureId, reason });
  const printed = await gate.event('gate.printed', (event) => event.jobId === jobId, PATIENCE_MS);
  if (printed.outcome !== 'confirmed')
    throw new Error(`${departureId}: the list did not come out: ${printed.outcome}`);
  // Heads that the crew counts: everybody who came, without their vehicles.
  const { tickets } = await gate.call('gate.passengers', { departureId, which: 'aboard' });
  const counted = tickets.filter(({ vehicle }: Json) => !vehicle).length;
  await gate.call('gate.reconcile', { departureId, counted }, newCommandId());
  await gate.call('gate.attend', { departureId: null });
  return { counted, list };
}

function codeOf(codes: ReadonlyMap<string, string>, ticketNumber: string): string {
  const code = codes.get(ticketNumber);
  if (code === undefined) throw new Error(`no paper with a code for ${ticketNumber}`);
  return code;
}

async function layAtGate(gate: OfficeClient, person: string): Promise<Json> {
  const verdict = gate.event('gate.verdict', ({ method }) => method === 'document', PATIENCE_MS);
  await gate.call('trial.layCard', { person });
  const told = await verdict;
  const removed = gate.event('reader.cardRemoved', () => true, PATIENCE_MS);
  await gate.call('trial.removeCard');
  await removed;
  return told;
}
