import type { NewEntry } from '../contract/entries.ts';
import type { DepartureId, WindowId } from '../contract/ids.ts';
import type { WindowSight } from '../contract/window-sight.ts';
import { readCityFile } from './citylink/city-file.ts';
import type { DeskContext } from './desks/context.ts';
import { writeOfficeEntries } from './desks/journal.ts';
import type { Ledger } from './ledger/types.ts';
import { noteFence } from './note-fence.ts';
import type { OfficeOptions } from './office-types.ts';
import type { TakenBatch } from './station/batch-intake.ts';
import { createPictureFeed } from './station/picture-feed.ts';
import { createRetirement, type Retirement } from './station/retirement.ts';
import { createStation, type Station } from './station/create.ts';
import type { Vault } from './vault/types.ts';

export interface StationOfficeParts {
  options: OfficeOptions;
  ledger: Ledger;
  vault: Vault;
  window: WindowId;
  context: () => DeskContext;
  /** Something was written outside a command: links, status bar and pages look again. */
  changed: () => void;
  /** The link to the city should ask where it stands. */
  lookAtCity: () => void;
  /** Another window's entries are in the station's picture, at the host. */
  pictureMoved: (entries: TakenBatch['entries']) => void;
  /** What this window is without, and how far its journal goes: told to its host. */
  sight: () => WindowSight;
  /** Seats of a departure moved. */
  seatsMoved: (departureId: DepartureId) => void;
}

/** This office's station link, joined to its ledger and its desks. */
export interface StationOffice {
  station: Station;
  readonly retirement: Retirement;
  /** The station's host has more of this ledger than this window. */
  isBehind(): boolean;
  /** Serves, or looks for the host; after it everything that came before is in the station's picture. */
  start(): void;
}

export function createStationOffice(parts: StationOfficeParts): StationOffice {
  const { options, ledger, vault, window, context, changed } = parts;
  const { runtime } = options;
  // Training has a ledger of its own and nothing to do with any other office.
  const { host, ...alone } = options.config;
  const config = options.training || !host ? alone : { ...alone, host };
  let isBehind = false;
  const pictureFeed = createPictureFeed({ ledger, vault, log: runtime.log });

  const retirement: Retirement = createRetirement({
    runtime,
    ledger,
    hostSeq: () => station.member?.hostSeq(),
    hasCity: config.city !== undefined,
  });

  const write = (entries: NewEntry[]): void => {
    writeOfficeEntries(context(), entries);
    station.nudge();
    changed();
  };

  const station = createStation({
    runtime,
    config,
    ledger,
    vault,
    window,
    timetable: () => context().timetable(),
    leases: (departure, holder) => context().rules(departure, holder).leases,
    citySealing: () =>
      config.city && readCityFile(runtime.files, runtime.log, config.city.url, window)?.keys.sealing,
    state: () => ({
      signedIn: context()
        .sessions.people()
        .map(({ number }) => number),
      shiftClerk: ledger.openShift()?.clerkNumber ?? null,
      backlog: ledger.uploadState().backlogEntries,
      draining: retirement.isDraining(),
      program: options.program,
    }),
    sight: parts.sight,
    write,
    onCityAnswer({ answer }) {
      const known = ledger.uploadState();
      const ackSeq = Math.min(ledger.head().seq, Math.max(known.ackSeq, answer.ackSeq));
      const verdicts = answer.verdicts.filter(({ seq }) => seq <= ackSeq);
      ledger.recordAnswer({ ackSeq, verdicts, weekKeys: answer.weekKeys });
      retirement.look();
      changed();
    },
    onVerdict(verdict, seq) {
      isBehind = verdict === 'behind';
      const isFence = verdict === 'fork' || verdict === 'writtenOff';
      if (isFence && noteFence(context(), verdict, Math.max(1, seq))) station.nudge();
      changed();
    },
    onCityRefused: parts.lookAtCity,
    onBatch(from, ofLedger, batch) {
      pictureFeed.take(from, ofLedger, batch);
      parts.pictureMoved(batch.entries);
    },
    onSeats: parts.seatsMoved,
    onChanged() {
      retirement.look();
      changed();
    },
  });

  return {
    station,
    retirement,
    isBehind: () => isBehind,
    start() {
      if (station.kind === 'host') pictureFeed.catchUp();
      station.start();
    },
  };
}
