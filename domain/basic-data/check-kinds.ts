import { defaultDocumentKinds } from '../../contract/document-kinds.ts';
import type { DataSet, VehicleFareRow } from '../../contract/basic-data/tables.ts';
import { defaultVehicleTypes, type VehicleType } from '../../contract/vehicles.ts';
import { stopName } from './check-stops.ts';
import type { Problems } from './problem.ts';

/** Types exist, lengths run upwards, and no length has two fares on one day. */
export function checkVehicleFares(
  data: DataSet,
  problems: Problems,
  cityTypes: readonly VehicleType[] | undefined,
): void {
  const types = new Set(
    [...data.vehicleTypes, ...(cityTypes ?? defaultVehicleTypes)].map((type) => type.code),
  );
  for (const row of data.vehicleFares) {
    if (!types.has(row.vehicleType))
      problems.error('vehicleFares', row, 'vehicleType', 'reference.vehicleType', { id: row.vehicleType });
    if (row.upToCm !== null && row.upToCm <= row.overCm)
      problems.error('vehicleFares', row, 'upToCm', 'vehicleFare.length');
  }
  for (const bands of Map.groupBy(
    data.vehicleFares,
    (row) => `${row.lineId} ${row.vehicleType}${stopName(row)}`,
  ).values()) {
    const inOrder = bands.toSorted((a, b) => a.overCm - b.overCm);
    for (const [at, row] of inOrder.entries()) {
      const other = inOrder.slice(0, at).find((one) => sharesLength(one, row) && sharesDay(one, row));
      if (other)
        problems.error('vehicleFares', row, 'overCm', 'vehicleFare.overlap', {
          over: other.overCm,
          other: other.validFrom,
        });
    }
  }
}

/** `one` begins at no greater length. */
const sharesLength = (one: VehicleFareRow, two: VehicleFareRow): boolean =>
  two.overCm < (one.upToCm ?? Number.POSITIVE_INFINITY);

const sharesDay = (one: VehicleFareRow, two: VehicleFareRow): boolean =>
  (two.validTo === null || one.validFrom <= two.validTo) &&
  (one.validTo === null || two.validFrom <= one.validTo);

/** A kind that the program does not know says everything about itself; a format has what belongs to it and nothing else. */
export function checkDocumentKinds(data: DataSet, problems: Problems): void {
  const known = new Set(defaultDocumentKinds.map(({ code }) => code));
  for (const row of data.documentKinds) {
    const { code, name, rule, masks, least, most } = row;
    if (!known.has(code) && (name === null || rule === null))
      problems.error('documentKinds', row, name === null ? 'name' : 'rule', 'kind.bare', { code });
    if ((rule === 'masks') !== masks.length > 0) problems.error('documentKinds', row, 'masks', 'kind.masks');
    const isRange = least !== null && most !== null && least <= most;
    if (rule === 'text' ? !isRange : least !== null || most !== null)
      problems.error('documentKinds', row, 'least', 'kind.range');
  }
}
