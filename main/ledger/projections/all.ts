import { isKnownKind } from '../../../contract/entries.ts';
import type { Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import { projectAfterSale } from './after-sale.ts';
import { projectBoardingDoubles } from './boarding-doubles.ts';
import { projectContingency } from './contingency.ts';
import { projectDataChanges } from './data-changes.ts';
import { projectLatest } from './latest.ts';
import { projectLeases } from './leases.ts';
import { projectLostLedgers } from './lost-ledgers.ts';
import { projectNameKeys } from './name-keys.ts';
import { projectPools } from './pools.ts';
import { projectPrints } from './prints.ts';
import { projectedFrom, type MakeProjection, type ProjectedEntry } from './projection.ts';
import { projectReserves } from './reserves.ts';
import { projectShifts } from './shifts.ts';
import { projectStation } from './station.ts';
import { projectStationWindows } from './station-windows.ts';
import { projectTickets } from './tickets.ts';
import { projectVehicleLeases } from './vehicle-leases.ts';
import { projectVehiclePools } from './vehicle-pools.ts';

/** In the order in which an entry meets them: a ticket's shift and lease stand before the ticket. */
const ALL: readonly MakeProjection[] = [
  projectShifts,
  projectPools,
  projectVehiclePools,
  projectStationWindows,
  projectLostLedgers,
  projectNameKeys,
  projectLeases,
  projectVehicleLeases,
  projectTickets,
  projectPrints,
  projectStation,
  projectBoardingDoubles,
  projectLatest,
  projectDataChanges,
  projectContingency,
  projectAfterSale,
  projectReserves,
];

const PAGE_ROWS = 500;

export interface Projections {
  apply(entry: ProjectedEntry): void;
  /** Empties all and fills them from the journal. Runs inside the caller's transaction. */
  refill(): void;
  /** Their tables, with the condition on rows that are no projection of this journal. */
  readonly tables: readonly { name: string; keeps?: string }[];
}

export function createProjections(connection: Connection): Projections {
  const projections = ALL.map((make) => make(connection));
  const page = connection.prepare<[number, number], { seq: number; entry: string }>(
    'SELECT seq, entry FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const apply = (entry: ProjectedEntry): void => {
    for (const projection of projections) projection.apply(entry);
  };
  return {
    apply,
    tables: projections.flatMap(({ tables, keeps }) =>
      tables.map((name) => (keeps === undefined ? { name } : { name, keeps })),
    ),
    refill() {
      // Later ones refer to earlier ones, so they are emptied first.
      for (const { tables, keeps } of projections.toReversed())
        for (const table of tables)
          connection.exec(`DELETE FROM ${table}${keeps === undefined ? '' : ` WHERE NOT (${keeps})`}`);
      for (let after = 0; ;) {
        const rows = page.all(after, PAGE_ROWS);
        for (const { seq, entry } of rows) {
          const envelope = parseEnvelope(entry);
          if (isKnownKind(envelope.kind)) apply(projectedFrom(envelope));
          after = seq;
        }
        if (rows.length < PAGE_ROWS) return;
      }
    },
  };
}
