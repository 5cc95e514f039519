import type { DeskContext } from './context.ts';
import { createGateDesk } from './gate.ts';
import { createGateTickets, type RelayedKeys } from './gate-tickets.ts';
import type { GlyphDesk } from './glyphs.ts';
import { createManifestPrints, type ListPrinterPort } from './manifest-prints.ts';
import { createManifests } from './manifests.ts';

/** Everything of the gate, joined: its methods, and where documents, codes and sheets come in. */
export function createGatePart(
  context: DeskContext,
  parts: {
    printer: ListPrinterPort;
    glyphs: GlyphDesk;
    /** A page of this session hears events. */
    listens: (session: string) => boolean;
    /** Opens identities that other windows sealed. */
    relayed: RelayedKeys;
    /** base64url of another window's raw public key, by its key id, where the station knows it. */
    publicKeyOf: (keyId: string) => string | undefined;
  },
) {
  const tickets = createGateTickets(context, parts.relayed);
  const manifests = createManifests(context, tickets);
  const prints = createManifestPrints(context, manifests, parts.printer, parts.glyphs);
  const gate = createGateDesk(context, tickets, manifests, parts);
  return {
    document: gate.document,
    code: gate.code,
    finished: prints.finished,
    desks: {
      'gate.departures': gate.departures,
      'gate.view': gate.view,
      'gate.open': gate.open,
      'gate.release': gate.release,
      'gate.attend': gate.attend,
      'gate.present': gate.present,
      'gate.unboard': gate.unboard,
      'gate.passengers': gate.passengers,
      'gate.stopSale': gate.stopSale,
      'gate.close': gate.close,
      'gate.reconcile': gate.reconcile,
      'gate.print': prints.print,
      'gate.page': manifests.page,
      'gate.export': manifests.export,
    },
  };
}
