import { z } from 'zod';
import type { EntryKind, NewEntry } from '../../contract/entries.ts';
import { departureIdSchema, ticketNumberSchema, type DepartureId } from '../../contract/ids.ts';
import type { PicturePage } from '../../contract/station-gate.ts';
import type { TakenBatch } from '../station/batch-intake.ts';
import type { DeskContext } from './context.ts';
import { writeOfficeEntries } from './journal.ts';
import { createGateDesk } from './gate.ts';
import { createGateDoubles } from './gate-doubles.ts';
import { createGateTickets, type RelayedKeys } from './gate-tickets.ts';
import { createGateLink } from '../station/gate-link.ts';
import type { GlyphDesk } from './glyphs.ts';
import { createManifestPrints, type ListPrinterPort } from './manifest-prints.ts';
import { createManifests } from './manifests.ts';

/** Kinds of another office's journal that a gate's pages or the host itself act on. */
const OF_GATES: ReadonlySet<string> = new Set([
  'ticket.boarded',
  'ticket.unboarded',
  'gate.opened',
  'gate.closed',
  'manifest.frozen',
  'sailing.reconciled',
  'sale.stopped',
] satisfies EntryKind[]);
/** Pages look again at so many departures at once; more than that is a first reading. */
const MOST_TOLD = 30;
/** A newer program may write what this one cannot read: it is passed over. */
const gateBody = z.looseObject({
  body: z.looseObject({
    departureId: departureIdSchema.optional().catch(undefined),
    ticketNumber: ticketNumberSchema.optional().catch(undefined),
  }),
});

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
  const { ledger, runtime, station, vault } = context;
  const link = createGateLink({
    runtime,
    ledger,
    vault,
    station,
    write: (entries) => void writeOfficeEntries(context, entries),
    people: () => context.sessions.people().map(({ number }) => number),
    relayed: parts.relayed,
    isGate: context.config.gate !== undefined,
    onRows: heardRows,
    onState: () => context.emit('gate.link', link.state()),
    onWiped: () => context.emit('gate.link', link.state()),
  });
  const tickets = createGateTickets(context, parts.relayed);
  const manifests = createManifests(context, tickets);
  const prints = createManifestPrints(context, manifests, parts.printer, parts.glyphs);
  const gate = createGateDesk(context, tickets, manifests, { ...parts, link });
  const doubles = createGateDoubles(context, tickets);
  function tell(departureIds: Iterable<DepartureId>): void {
    for (const departureId of departureIds) context.emit('gate.changed', { departureId });
  }
  /** Tickets that stand aboard twice, as far as is known here. */
  const open = new Set<string>();
  /** Looks at these again; what the status bar says of them is told when it changed. */
  function recount(ticketNumbers: readonly string[]): void {
    if (ticketNumbers.length === 0) return;
    const before = open.size;
    for (const ticketNumber of ticketNumbers) open.delete(ticketNumber);
    for (const { ticketNumber } of ledger.picture.doubled(ticketNumbers)) open.add(ticketNumber);
    if (open.size !== before) context.changed();
  }
  /** Rows of the host's picture came to this gate. */
  function heardRows({ boardings, unboardings, gates, tickets: sold, stops }: PicturePage): void {
    recount([...boardings, ...unboardings].map(({ ticketNumber }) => ticketNumber));
    const departures = [...boardings, ...gates, ...stops, ...sold].map(({ departureId }) => departureId);
    tell([...new Set(departures)].slice(0, MOST_TOLD));
  }
  /** The host looks; the gates show what they see. */
  function findDoubles(ticketNumbers: readonly string[]): void {
    if (!station.server) return;
    recount(ticketNumbers);
    const departures = doubles.look(ticketNumbers);
    for (const departureId of departures) context.emit('gate.doubled', { departureId });
    if (departures.size > 0) context.changed();
  }
  /** A gate of another office stopped a departure's sale: the host gives nothing of it any more. */
  function stopLeases(departureIds: readonly DepartureId[]): void {
    const open = station.server ? departureIds.filter((id) => !ledger.station.isClosed(id)) : [];
    if (open.length === 0) return;
    writeOfficeEntries(
      context,
      open.map((departureId): NewEntry => ({ kind: 'departure.leasesClosed', body: { departureId } })),
    );
    for (const departureId of open) station.departureClosed(departureId);
  }
  return {
    /** What happened between stop and start. */
    start(): void {
      const standing = ledger.picture.conflicts().map(({ ticketNumber }) => ticketNumber);
      findDoubles(standing);
      recount(standing);
    },
    /** Tickets that went aboard twice and of which nobody has taken a boarding back. */
    doubled: (): number => open.size,
    /** Another office's journal came to this host. */
    heardEntries(entries: TakenBatch['entries']): void {
      const bodies = entries.flatMap(({ kind, entry }) =>
        kind !== undefined && OF_GATES.has(kind) ? [{ kind, ...gateBody.parse(JSON.parse(entry)).body }] : [],
      );
      findDoubles(
        bodies.flatMap(({ kind, ticketNumber }) =>
          (kind === 'ticket.boarded' || kind === 'ticket.unboarded') && ticketNumber !== undefined
            ? [ticketNumber]
            : [],
        ),
      );
      stopLeases(
        bodies.flatMap(({ kind, departureId }) =>
          kind === 'sale.stopped' && departureId !== undefined ? [departureId] : [],
        ),
      );
      tell(new Set(bodies.flatMap(({ departureId }) => departureId ?? [])));
      link.changed();
    },
    /** Something was written here: at the host, gates of other offices hear so. */
    changed(): void {
      recount([...open]);
      link.changed();
    },
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
      'gate.check': gate.check,
      'gate.unchecked': gate.unchecked,
      'gate.unboard': gate.unboard,
      'gate.passengers': gate.passengers,
      'gate.stopSale': gate.stopSale,
      'gate.close': gate.close,
      'gate.reconcile': gate.reconcile,
      'gate.doubles'() {
        const list = doubles.list();
        // The bar says no other number than the page.
        if (list.ok) recount(list.value.doubles.map(({ ticketNumber }) => ticketNumber));
        return list;
      },
      'gate.print': prints.print,
      'gate.page': manifests.page,
      'gate.export': manifests.export,
    },
  };
}
