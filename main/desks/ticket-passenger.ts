import { toHex } from '../../contract/encoding/bytes.ts';
import type { IdentityPlain } from '../../contract/encoding/chain.ts';
import { checkDocumentNumber } from '../../domain/documents/document-number.ts';
import type { Departure, SalePassenger } from '../../domain/types.ts';
import type { DeskContext } from './context.ts';
import type { KnownTicket } from './ticket-facts.ts';

/** The holder of a ticket as the rules of a sale see them, for the ticket that takes its place. */
export function passengerOf(
  context: DeskContext,
  ticket: KnownTicket,
  identity: IdentityPlain,
  departure: Departure,
): SalePassenger {
  const { body } = ticket.sale as Extract<KnownTicket['sale'], { kind: 'ticket.sold' }>;
  const kind = context.timetable()?.documentKind(identity.kind);
  const number = kind && checkDocumentNumber(kind, identity.number, departure.date);
  const birthDate = number?.ok ? number.value.birthDate : null;
  const { childBasis, proof, documentOffice, documentKind, capture, ticketClass } = body;
  return {
    documentKind,
    birthDate,
    validTo: null,
    capture,
    ticketClass,
    samePersonKey: toHex(context.vault.lookupToken(identity.kind, identity.number)),
    // A birth date that the number does not tell was told when it was sold: the claim was checked then.
    ...(childBasis ? { childBasis: birthDate === null ? ('height' as const) : childBasis } : {}),
    ...(proof ? { proof } : {}),
    ...(documentOffice ? { documentOffice } : {}),
  };
}
