import { documentKindsWith, type DocumentKindRow } from '../../contract/document-kinds.ts';
import { rowKey } from '../../contract/basic-data/columns.ts';
import type { AnyRow, DataRows, DataSet, SettingRow, TableName } from '../../contract/basic-data/tables.ts';
import type { Feed, FeedSettings } from '../../contract/feed.ts';
import { defaultVehicleTypes } from '../../contract/vehicles.ts';
import { feeSettings, laterSettings } from '../settings.ts';
import { settingsWithoutFeed, settingsOfFeed } from './merge.ts';

/** Who says a row that the station has no row of its own for. */
export type StandingFrom = 'city' | 'program';

export interface StandingRow<T extends TableName = TableName> {
  readonly from: StandingFrom;
  readonly row: DataRows[T];
}

/** What was not verified: a default that somebody has to look at (trade rules, marks). */
export function isUnproven(row: object): boolean {
  const mark = 'mark' in row ? row.mark : undefined;
  return mark === 'M0' || mark === 'EST';
}

/**
 * Rows in force that are not the station's own: the city's where its feed has them, else those that come with the program. Only of
 * tables in which the program has anything to say by itself; in all others what the station does not have is not there.
 */
export function standingRows(
  table: TableName,
  own: Pick<DataSet, 'documentKinds' | 'vehicleTypes' | 'settings'>,
  city: Feed | undefined,
): StandingRow[] {
  const rows = defaultsOf(table, city);
  if (rows.length === 0) return rows;
  const had = new Set(
    (own[table as 'settings'] as readonly AnyRow[]).map((row) => rowKey(table, row as never)),
  );
  return rows.filter(({ row }) => !had.has(rowKey(table, row as never)));
}

function defaultsOf(table: TableName, city: Feed | undefined): StandingRow[] {
  switch (table) {
    case 'documentKinds':
      return documentKinds(city);
    case 'vehicleTypes': {
      const types = city?.vehicleTypes;
      return (types ?? defaultVehicleTypes).map((type) => ({
        from: types ? 'city' : 'program',
        row: { ...type, source: sourceOf(types ? 'city' : 'program', city) },
      }));
    }
    case 'settings':
      return settings(city);
    default:
      return [];
  }
}

function documentKinds(city: Feed | undefined): StandingRow[] {
  const changed = new Set(city?.documentKinds?.map(({ code }) => code));
  return documentKindsWith(city?.documentKinds).map((kind) => {
    const from = changed.has(kind.code) ? 'city' : 'program';
    return { from, row: { ...kindRow(kind), source: sourceOf(from, city) } };
  });
}

/** A kind of the list in force as a row of the table. */
function kindRow(kind: DocumentKindRow): Omit<DataRows['documentKinds'], 'source'> {
  const { code, name, on, format, needsOffice, needsApproval, mark } = kind;
  return {
    code,
    name,
    on,
    rule: format.rule,
    masks: format.rule === 'masks' ? format.masks : [],
    least: format.rule === 'text' ? format.min : null,
    most: format.rule === 'text' ? format.max : null,
    needsOffice,
    needsApproval,
    mark,
  };
}

function settings(city: Feed | undefined): StandingRow<'settings'>[] {
  const program: FeedSettings = { ...laterSettings, ...settingsWithoutFeed };
  const ofFeed = settingsOfFeed.flatMap((name): StandingRow<'settings'>[] => {
    const said = city?.settings[name];
    const setting = said ?? program[name];
    if (!setting) return [];
    const from = said ? 'city' : 'program';
    const row: SettingRow = { name, lineId: null, ...setting, source: sourceOf(from, city) };
    return [{ from, row }];
  });
  // No feed speaks of the station's own fees.
  const ofFees = (Object.keys(feeSettings) as (keyof typeof feeSettings)[]).map(
    (name): StandingRow<'settings'> => ({
      from: 'program',
      row: { name, lineId: null, ...feeSettings[name], source: sourceOf('program', city) },
    }),
  );
  return [...ofFeed, ...ofFees];
}

/** As the column 出处 says it. */
function sourceOf(from: StandingFrom, city: Feed | undefined): string {
  return from === 'city' ? `城市资料第 ${city?.version ?? 0} 版` : '程序自带';
}

/** How many rows in force of each table nobody has verified: the station's own and those that stand where it has none. */
export function unprovenRows(table: TableName, own: DataSet, city: Feed | undefined): number {
  const all: readonly AnyRow[] = [...own[table], ...standingRows(table, own, city).map(({ row }) => row)];
  return all.filter(isUnproven).length;
}
