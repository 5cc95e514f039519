import { hash } from 'node:crypto';
import { toHex } from '../../contract/encoding/bytes.ts';
import { jcsBytes } from '../../contract/encoding/jcs.ts';
import type { EntryBody } from '../../contract/entries.ts';
import type { DepartureId } from '../../contract/ids.ts';
import type { ManifestPage, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { countsOf, manifestRow, manifestToHash, missingOf, type ManifestRow } from '../../domain/manifest.ts';
import { dateTimeLabel, documentKindLabel, seatLabel, ticketClassLabel } from '../../domain/print-text.ts';
import { settingInForce } from '../../domain/settings.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import type { PictureGate, PictureTicket } from '../ledger/types.ts';
import type { Caller, DeskContext } from './context.ts';
import { boardingTicket, easedOf, type GateTickets } from './gate-tickets.ts';
import { writeOfficeEntries } from './journal.ts';
import { manifestFileName, manifestHtml, manifestWorkbook } from './manifest-files.ts';

/** Beside each name of a list to board by. */
const SIGN_HERE = '________';

type Form = EntryBody<'manifest.exported'>['form'];

/**
 * Passenger lists (旅客名单): frozen by hash without a name, with names only when somebody asks and says why. Each copy is in
 * the journal before it is made; nothing of it stays in the data folder.
 */
export function createManifests(context: DeskContext, tickets: GateTickets) {
  const { config, ledger, runtime } = context;
  const { picture } = ledger;

  const rowOf = (ticket: PictureTicket): ManifestRow =>
    manifestRow(
      ticket,
      picture.digestOf(ticket),
      tickets.ageOf(ticket),
      settingInForce(context.timetable(), 'infantBelowAgeYears'),
      ticket.more.toStop?.placeId,
      easedOf(ticket),
    );

  const aboard = (departureId: DepartureId): PictureTicket[] =>
    picture
      .ticketsAt(departureId)
      .filter(({ boardings }) => boardings.some((boarding) => boarding.departureId === departureId));

  /** Who was not checked in full, and what their boardings left behind as far as this office wrote them. */
  function easedCounts(
    departureId: DepartureId,
    list: readonly PictureTicket[],
  ): EntryBody<'manifest.frozen'>['eased'] {
    const eased = list.filter((ticket) => easedOf(ticket) !== undefined);
    if (eased.length === 0) return undefined;
    return {
      list: eased.filter((ticket) => easedOf(ticket) === 'list').length,
      deferred: eased.filter((ticket) => easedOf(ticket) === 'deferred').length,
      evidence: picture.evidenceAt(departureId),
    };
  }

  /** The newest list of a departure, whichever gate froze it. */
  function newest(gates: readonly PictureGate[]): EntryBody<'manifest.frozen'> | null {
    return (
      gates
        .filter(({ manifest }) => manifest)
        .toSorted(
          (a, b) =>
            (b.manifest?.version ?? 0) - (a.manifest?.version ?? 0) ||
            (b.frozenAtMs ?? 0) - (a.frozenAtMs ?? 0),
        )[0]?.manifest ?? null
    );
  }

  /** The frozen list of a departure, or the refusal of one that has none. */
  function frozen(departureId: DepartureId): Outcome<EntryBody<'manifest.frozen'>> {
    const gates = picture.gates(departureId);
    const manifest = newest(gates);
    if (!manifest || gates.some(({ state }) => state === 'open'))
      return refused('manifest.none', {}, 'departureId');
    return accepted(manifest);
  }

  /** The list with its names. */
  function pageOf(
    departureId: DepartureId,
    manifest: Pick<EntryBody<'manifest.frozen'>, 'version' | 'hash' | 'counts'>,
    clerkNumber: string,
    expected?: readonly PictureTicket[],
  ): ManifestPage {
    const departure = context.timetable()?.departure(departureId);
    const list = expected ?? aboard(departureId);
    const departAtMs = departure?.departAt ?? list[0]?.departAtMs ?? 0;
    let unnamed = 0;
    const rows = list.map((ticket, index): ManifestPage['rows'][number] => {
      const shown = tickets.shown(ticket);
      if (!shown) unnamed += 1;
      return {
        n: index + 1,
        ticketNumber: ticket.ticketNumber,
        name: shown?.name ?? '—',
        documentKind: ticket.documentKind === 'plate' ? '车牌' : documentKindLabel(ticket.documentKind),
        masked: shown?.masked ?? '—',
        ticketClass: ticketClassLabel(ticket.ticketClass),
        seat: seatLabel(ticket.seatNumber),
        to: ticket.more.toStop?.name ?? departure?.toName ?? '—',
        ...(ticket.more.toStop ? { toStop: true as const } : {}),
        category: rowOf(ticket).category,
        check: expected ? SIGN_HERE : tickets.checkWords(ticket),
      };
    });
    return {
      stationName: config.station.name,
      lineName: departure?.line.name ?? departureId.split('/')[0] ?? '',
      vesselName: departure?.vesselName ?? '—',
      date: businessDateOf(departAtMs),
      departLocal: localTimeOf(departAtMs),
      version: manifest.version,
      hash: manifest.hash,
      counts: manifest.counts,
      rows,
      ...(expected ? { expected: true as const } : {}),
      unnamed,
      madeAt: dateTimeLabel(runtime.clock.nowMs()),
      clerkNumber,
    };
  }

  /** Everybody who holds a ticket and is not aboard, as a list to board by (ticketing rules 3.4); nothing is frozen by it. */
  function listBefore(departureId: DepartureId): Outcome<{
    manifest: Pick<EntryBody<'manifest.frozen'>, 'version' | 'hash' | 'counts'>;
    list: readonly PictureTicket[];
  }> {
    const gates = picture.gates(departureId);
    if (gates.length > 0 && gates.every(({ state }) => state === 'closed'))
      return refused('boarding.gateClosed', {}, 'departureId');
    const list = picture
      .ticketsAt(departureId)
      .filter(({ state, boardings }) => state === 'sold' && boardings.length === 0);
    const rows = list.map(rowOf);
    const hashed = toHex(hash('sha256', jcsBytes(manifestToHash(departureId, rows)), 'buffer'));
    const counts = countsOf(rows.map(({ category }) => category));
    return accepted({
      manifest: { version: (newest(gates)?.version ?? 0) + 1, hash: hashed, counts },
      list,
    });
  }

  /** Writes into the journal that a copy leaves, and gives it. */
  function copyFor(
    form: Form,
    {
      departureId,
      reason,
      expected,
    }: { departureId: DepartureId; reason: string; expected?: true | undefined },
    caller: Caller,
  ): Outcome<ManifestPage> {
    const before = expected === true ? listBefore(departureId) : undefined;
    if (before && !before.ok) return before;
    const manifest = before ? accepted(before.value.manifest) : frozen(departureId);
    if (!manifest.ok) return manifest;
    const clerkNumber = caller.person?.number ?? '';
    const page = pageOf(departureId, manifest.value, clerkNumber, before?.value.list);
    writeOfficeEntries(
      context,
      [
        {
          kind: 'manifest.exported',
          body: { departureId, hash: manifest.value.hash, form, clerkNumber, reason },
        },
      ],
      clerkNumber,
    );
    context.changed();
    return accepted(page);
  }

  return {
    copyFor,
    newest,

    /** The list as it stands now, frozen: its hash, its counts, who is missing. */
    freeze(
      departureId: DepartureId,
      before: EntryBody<'manifest.frozen'> | null,
    ): EntryBody<'manifest.frozen'> {
      const all = picture.ticketsAt(departureId);
      const list = aboard(departureId);
      const rows = list.map(rowOf);
      const eased = easedCounts(departureId, list);
      return {
        departureId,
        version: (before?.version ?? 0) + 1,
        hash: toHex(hash('sha256', jcsBytes(manifestToHash(departureId, rows)), 'buffer')),
        counts: countsOf(rows.map(({ category }) => category)),
        missing: missingOf(all.map(boardingTicket)).reduce((sum, { heads }) => sum + heads, 0),
        ...(eased ? { eased } : {}),
      };
    },

    page: (input: OfficeInput<'gate.page'>, caller: Caller): Outcome<ManifestPage> =>
      copyFor('page', input, caller),

    async export(
      input: OfficeInput<'gate.export'>,
      caller: Caller,
    ): Promise<Outcome<OfficeOutput<'gate.export'>>> {
      const { form, folder } = input;
      const known = input.expected === true ? listBefore(input.departureId) : frozen(input.departureId);
      if (!known.ok) return known;
      if (form === 'pdf' && !runtime.pdf) return refused('manifest.noPdf', {}, 'form');
      const carried = openOutside(folder);
      if (!carried.ok) return carried;
      const page = copyFor(form, input, caller);
      if (!page.ok) return page;
      const made = form === 'xlsx' ? accepted(manifestWorkbook(page.value)) : await pdfOf(page.value);
      if (!made.ok) return made;
      const name = manifestFileName(page.value, form);
      try {
        carried.value.write(name, made.value);
      } catch (error) {
        return folderRefusal(folder, diskCode(error));
      }
      return accepted({ folder: carried.value.path, name, bytes: made.value.length });
    },
  };

  async function pdfOf(page: ManifestPage): Promise<Outcome<Uint8Array>> {
    if (!runtime.pdf) return refused('manifest.noPdf', {}, 'form');
    try {
      return accepted(await runtime.pdf(manifestHtml(page)));
    } catch (error) {
      const detail = error instanceof Error ? error.message.slice(0, 80) : '';
      runtime.log.error({ detail }, 'no PDF came');
      return refused('manifest.pdfFailed', { detail }, 'form');
    }
  }

  /** A folder that a person named, outside the data folder: a list with names is never left in it. */
  function openOutside(folder: string) {
    if (!runtime.openFolder || !/^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(folder))
      return folderRefusal(folder, '不是完整路径');
    const parts = (path: string): string[] =>
      path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.');
    const own = parts(runtime.files.folder);
    const asked = parts(folder);
    if (asked.includes('..')) return folderRefusal(folder, '不是完整路径');
    if (own.every((part, index) => part === asked[index])) return folderRefusal(folder, '这是数据目录');
    try {
      return accepted(runtime.openFolder(folder, { make: false }));
    } catch (error) {
      return folderRefusal(folder, diskCode(error));
    }
  }
}

export type Manifests = ReturnType<typeof createManifests>;

function folderRefusal(folder: string, detail: string) {
  return refused('manifest.folder', { folder, detail }, 'folder');
}

/** What the file system said. @throws what is no word of a file system: a defect */
function diskCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^E[A-Z0-9]+$/.test(code)) throw error;
  return code;
}
