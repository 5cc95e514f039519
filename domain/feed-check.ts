import type { FareRow, FareRule, Feed } from '../contract/feed.ts';
import { documentKindsWith } from '../contract/document-kinds.ts';
import { defaultVehicleTypes, type VehicleFare } from '../contract/vehicles.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { stopWords, wrongCall, wrongStop } from './stops-check.ts';
import { isCalendarDate } from './time.ts';

/**
 * What the schema of a feed cannot say: everything referred to exists, nothing is there twice, versions of one fare or rule
 * do not overlap, every line that runs has a full fare, and a child fare says whom it is for. The refusal `feed.wrong` names
 * the first thing found; the feed in force then stays.
 */
export function checkFeed(feed: Feed): Outcome<Feed> {
  const detail =
    twice(feed) ??
    wrongLine(feed) ??
    wrongCall(feed) ??
    wrongDeparture(feed) ??
    wrongRule(feed) ??
    wrongFare(feed) ??
    wrongVehicleFare(feed) ??
    wrongStop(feed) ??
    wrongDocumentKind(feed);
  return detail === undefined ? accepted(feed) : refused('feed.wrong', { detail });
}

function firstRepeated(keys: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return keys.find((key) => seen.size === seen.add(key).size);
}

function twice(feed: Feed): string | undefined {
  const place = firstRepeated(feed.places.map((each) => each.id));
  if (place !== undefined) return `地点 ${place} 重复`;
  const line = firstRepeated(feed.lines.map((each) => each.id));
  if (line !== undefined) return `航线 ${line} 重复`;
  const departure = firstRepeated(
    feed.departures.map(
      ({ lineId, departLocal, extra, runs }) =>
        `${lineId} ${departLocal}${extra === 0 ? '' : `-${extra}`}${runs ? ` ${runs.weekdays} ${runs.validFrom}` : ''}`,
    ),
  );
  return departure === undefined ? undefined : `班次 ${departure} 重复`;
}

function wrongLine(feed: Feed): string | undefined {
  const places = new Set(feed.places.map((place) => place.id));
  for (const line of feed.lines) {
    for (const place of [line.fromPlaceId, line.toPlaceId]) {
      if (!places.has(place)) return `航线 ${line.id} 的地点 ${place} 不存在`;
    }
  }
  return undefined;
}

function wrongDeparture(feed: Feed): string | undefined {
  const lines = new Set(feed.lines.map((line) => line.id));
  const priced = new Set(
    feed.fares.flatMap(({ ticketClass, toPlaceId, lineId }) =>
      ticketClass === 'full' && toPlaceId === undefined ? [lineId] : [],
    ),
  );
  for (const { lineId, departLocal } of feed.departures) {
    if (!lines.has(lineId)) return `班次 ${lineId} ${departLocal} 的航线不存在`;
    if (!priced.has(lineId)) return `航线 ${lineId} 没有全票票价`;
  }
  return undefined;
}

function wrongRule(feed: Feed): string | undefined {
  for (const rule of feed.rules) {
    const name = `规则 ${rule.ruleId}`;
    if (!isInOrder(rule)) return `${name} 的有效期不对`;
    if (rule.ticketClass === 'child_half' && rule.maxAgeYears === null && rule.maxHeightCm === null) {
      return `${name} 没有年龄或身高条件`;
    }
  }
  return overlap(feed.rules, (rule) => `规则 ${rule.ruleId}`);
}

function wrongFare(feed: Feed): string | undefined {
  const lines = new Map(feed.lines.map((line) => [line.id, line]));
  const rules = Map.groupBy(feed.rules, (rule) => rule.ruleId);
  for (const fare of feed.fares) {
    const name = nameOf(fare);
    const line = lines.get(fare.lineId);
    if (!line) return `${name} 的航线不存在`;
    if (!isInOrder(fare)) return `${name} 的有效期不对`;
    const versions = rules.get(fare.ruleId);
    if (!versions) return `${name} 的规则 ${fare.ruleId} 不存在`;
    const fits = (rule: FareRule): boolean =>
      rule.ticketClass === fare.ticketClass && (rule.mode === 'both' || rule.mode === line.mode);
    if (!versions.every(fits)) return `${name} 的规则 ${fare.ruleId} 不适用`;
  }
  return overlap(feed.fares, nameOf);
}

/** Rows for vehicles: line and type exist, lengths run upwards, and no length has two fares on one day. */
function wrongVehicleFare(feed: Feed): string | undefined {
  const lines = new Set(feed.lines.map(({ id }) => id));
  const types = new Set((feed.vehicleTypes ?? defaultVehicleTypes).map(({ code }) => code));
  const rows = feed.vehicleFares ?? [];
  for (const row of rows) {
    const name = nameOfVehicleFare(row);
    if (!lines.has(row.lineId)) return `${name} 的航线不存在`;
    if (!types.has(row.vehicleType)) return `${name} 的车型不存在`;
    if (!isInOrder(row)) return `${name} 的有效期不对`;
    if (row.upToCm !== null && row.upToCm <= row.overCm) return `${name} 的车长范围不对`;
  }
  for (const [name, bands] of Map.groupBy(rows, nameOfVehicleFare)) {
    for (const [place, one] of bands.entries()) {
      const other = bands.slice(place + 1).find((two) => sharesLength(one, two) && sharesDay(one, two));
      if (other) return `${name} 的车长范围重叠`;
    }
  }
  return undefined;
}

function nameOfVehicleFare(row: VehicleFare): string {
  return `车票票价 ${row.lineId} ${row.vehicleType}${stopWords(row)}`;
}

function sharesLength(one: VehicleFare, two: VehicleFare): boolean {
  const end = ({ upToCm }: VehicleFare): number => upToCm ?? Number.POSITIVE_INFINITY;
  return one.overCm < end(two) && two.overCm < end(one);
}

function sharesDay(one: Validity, two: Validity): boolean {
  return (
    (two.validTo === null || one.validFrom <= two.validTo) &&
    (one.validTo === null || two.validFrom <= one.validTo)
  );
}

/** A kind that only this feed knows needs its name and format. */
function wrongDocumentKind(feed: Feed): string | undefined {
  const changes = feed.documentKinds ?? [];
  const again = firstRepeated(changes.map(({ code }) => code));
  if (again !== undefined) return `证件种类 ${again} 重复`;
  const known = new Set(documentKindsWith(changes).map(({ code }) => code));
  const bare = changes.find(({ code }) => !known.has(code));
  return bare && `证件种类 ${bare.code} 没有名称或格式`;
}

function nameOf(fare: FareRow): string {
  return `票价 ${fare.lineId} ${fare.ticketClass}${stopWords(fare)}`;
}

interface Validity {
  validFrom: string;
  validTo: string | null;
}

function isInOrder({ validFrom, validTo }: Validity): boolean {
  return isCalendarDate(validFrom) && (validTo === null || (isCalendarDate(validTo) && validFrom <= validTo));
}

/** The first name of which two rows are valid on one day. */
function overlap<R extends Validity>(rows: readonly R[], name: (row: R) => string): string | undefined {
  for (const [subject, versions] of Map.groupBy(rows, name)) {
    const inOrder = versions.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
    for (const [place, version] of inOrder.entries()) {
      const next = inOrder[place + 1];
      if (next && (version.validTo === null || next.validFrom <= version.validTo))
        return `${subject} 的有效期重叠`;
    }
  }
  return undefined;
}
