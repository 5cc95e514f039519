import type { VehicleFare, VehicleSpace } from '../contract/vehicles.ts';

type Row = Record<string, string>;

/** Room for vehicles by the vessel's name: lane where the table has it, else its slots, all below. */
export function vehicleSpaces(vessels: readonly Row[]): Map<string, VehicleSpace> {
  const spaces = new Map<string, VehicleSpace>();
  for (const vessel of vessels) {
    const name = vessel['name_zh'] ?? '';
    const laneCm = Number(vessel['vehicle_lane_cm']);
    const slots = Number(vessel['vehicle_slots']);
    if (laneCm > 0) spaces.set(name, { kind: 'lane', laneCm });
    else if (slots > 0) spaces.set(name, { kind: 'places', upper: 0, middle: 0, lower: slots });
  }
  return spaces;
}

/** Words of `lines.vessel_type`. */
const KINDS: Readonly<Record<string, string>> = {
  客滚船: 'carFerry',
  高速客船: 'highSpeed',
  快艇: 'speedboat',
  客渡船: 'regular',
};

/** Kind of the vessels on a line; none where the table's word is no vessel of ours. */
export function vesselKindOf(line: Row | undefined): string | undefined {
  return line?.['mode'] === 'road' ? 'coach' : KINDS[line?.['vessel_type'] ?? ''];
}

/** Rows of `vehicle_fares.csv`. An empty `up_to_cm` has no longest. */
export function vehicleFaresFrom(rows: readonly Row[], validFrom: string): unknown[] {
  return rows.map((row): Record<Exclude<keyof VehicleFare, 'toPlaceId'>, unknown> => ({
    lineId: row['line_id'],
    vehicleType: row['vehicle_type'],
    overCm: Number(row['over_cm']),
    upToCm: row['up_to_cm'] === '' ? null : Number(row['up_to_cm']),
    fareFen: Number(row['fare_fen']),
    places: Number(row['places']),
    ruleId: row['rule_id'],
    validFrom,
    validTo: null,
    mark: row['source_mark'],
  }));
}
