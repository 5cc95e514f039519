import {
  defaultDocumentKinds,
  type DocumentFormat,
  type DocumentKindChange,
} from '../../contract/document-kinds.ts';
import type { DataSet, DocumentKindData } from '../../contract/basic-data/tables.ts';
import type { Feed } from '../../contract/feed.ts';
import { stopsNotSold } from './merge-stops.ts';
import { defaultVehicleTypes, type VehicleFare, type VehicleType } from '../../contract/vehicles.ts';

/**
 * What a window takes: kinds of documents and types of vehicles are the station's word, by code, the city's stand where the station
 * says nothing. Vehicle fares belong to whoever issues them for the line: the city's, where its feed has any for that line.
 */
export function mergeKinds(
  city: Feed | undefined,
  own: Pick<DataSet, 'vehicleTypes' | 'vehicleFares' | 'documentKinds' | 'calls' | 'lines'>,
): Pick<Feed, 'documentKinds' | 'vehicleTypes' | 'vehicleFares'> {
  const pricedByCity = new Set(city?.vehicleFares?.map(({ lineId }) => lineId));
  const cityLines = new Set(city?.lines.map(({ id }) => id));
  const notSold = stopsNotSold(own);
  // On a line of the city's the stops are the city's: an own fare to one of them would lead nowhere.
  const isUsed = (row: DataSet['vehicleFares'][number]): boolean =>
    !pricedByCity.has(row.lineId) &&
    !notSold(row) &&
    (row.toPlaceId === undefined || !cityLines.has(row.lineId));
  const fares = [...(city?.vehicleFares ?? []), ...own.vehicleFares.filter(isUsed).map(fareOf)];
  const kinds = [...byCode(city?.documentKinds ?? []).values(), ...own.documentKinds.map(kindOf)];
  const types: VehicleType[] = own.vehicleTypes.map(({ source: _source, ...type }) => type);
  return {
    ...(kinds.length > 0 ? { documentKinds: [...byCode(kinds).values()] } : {}),
    ...(types.length > 0
      ? { vehicleTypes: [...byCode([...(city?.vehicleTypes ?? defaultVehicleTypes), ...types]).values()] }
      : city?.vehicleTypes
        ? { vehicleTypes: city.vehicleTypes }
        : {}),
    ...(fares.length > 0 ? { vehicleFares: fares } : {}),
  };
}

/** Lines whose own vehicle fares wait unused. */
export function pricedByCity(city: Feed | undefined, own: Pick<DataSet, 'vehicleFares'>): string[] {
  const lines = new Set(city?.vehicleFares?.map(({ lineId }) => lineId));
  return [...new Set(own.vehicleFares.map(({ lineId }) => lineId))].filter((id) => lines.has(id));
}

/** The last of each code, at the place of its first. */
function byCode<R extends { code: string }>(rows: readonly R[]): Map<string, R> {
  const map = new Map<string, R>();
  for (const row of rows) map.set(row.code, row);
  return map;
}

function fareOf({ source: _source, ...fare }: DataSet['vehicleFares'][number]): VehicleFare {
  return fare;
}

/** A row as a change of the list that comes with the program. */
export function kindOf(row: DocumentKindData): DocumentKindChange {
  const { code, on, name, needsOffice, needsApproval, mark } = row;
  const format = formatOf(row);
  return {
    code,
    on,
    mark,
    ...(name === null ? {} : { name }),
    ...(format ? { format } : {}),
    ...(needsOffice === null ? {} : { needsOffice }),
    ...(needsApproval === null ? {} : { needsApproval }),
  };
}

function formatOf({ code, rule, masks, least, most }: DocumentKindData): DocumentFormat | undefined {
  switch (rule) {
    case null:
      return undefined;
    case 'masks':
      return { rule, masks };
    case 'text':
      return { rule, min: least ?? 1, max: most ?? 40 };
    case 'citizen':
    case 'passport':
    case 'foreignerPermanent': {
      // What a row cannot say of the same rule stays as the program has it: provinces of a card of its own.
      const known = defaultDocumentKinds.find((kind) => kind.code === code)?.format;
      return known?.rule === rule ? known : { rule };
    }
  }
}
