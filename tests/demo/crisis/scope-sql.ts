import type { Effect, Scope } from '../../../contract/contingency.ts';
import { readPlan } from '../../../main/plans/read-plan.ts';
import { findProgram, readPlanFiles } from '../../../main/shells/program.ts';

/** An effect of a shipped plan with the scopes that it has in the plan. */
interface ShippedEffect {
  plan: string;
  scopes: Scope[];
  state: string | null;
}

/** Effects of this name in the plans as shipped, read from their files and not from what an office made of them. */
export function shippedEffects(name: Effect['effect']): ShippedEffect[] {
  return readPlanFiles(findProgram()).flatMap(({ text }) => {
    const read = readPlan(text);
    if (!read.ok) return [];
    return read.value.effects
      .filter(({ effect }) => effect === name)
      .map((effect) => ({
        plan: read.value.id,
        scopes: [read.value.scope, effect.scope].filter((scope) => scope !== undefined),
        state: effect.effect === 'departureState' ? effect.state : null,
      }));
  });
}

/**
 * Condition: the scope (a jsonb expression) matches the departure of a ticket. What the city does not know of a departure, kind of
 * vessel and windows, counts as matching: the count is rather too strict than blind.
 */
const matches = (t: string, scope: string): string => `(
  (${scope} -> 'departures' is null or ${scope} -> 'departures' ? ${t}.departure_id)
  and (${scope} -> 'lines' is null or ${scope} -> 'lines' ? ${t}.line_id)
  and (${scope} -> 'fromPlaces' is null or ${scope} -> 'fromPlaces' ? ${t}.from_place_id)
  and (${scope} -> 'toPlaces' is null or ${scope} -> 'toPlaces' ? ${t}.to_place_id)
  and (${scope} -> 'dates' is null or split_part(${t}.departure_id, '/', 2) between ${scope} -> 'dates' ->> 'from' and ${scope} -> 'dates' ->> 'to')
  and coalesce(${LOCAL(t)} >= ${scope} -> 'departing' ->> 'from', true)
  and coalesce(${LOCAL(t)} < ${scope} -> 'departing' ->> 'to', true))`;

/** Local clock of a ticket's departure, `HH:MM`. */
function LOCAL(t: string): string {
  return `to_char(to_timestamp(${t}.depart_at / 1000) at time zone 'Asia/Shanghai', 'HH24:MI')`;
}

/** State changes, one row each, those taken back left out. */
const SET = `(select e.at, e.entry::jsonb -> 'body' as body from entries e where e.kind = 'departure.stateSet'
  and not exists (select 1 from entries u where u.kind = 'departure.stateUndone'
    and u.entry::jsonb -> 'body' -> 'undoes' = e.entry::jsonb -> 'body' -> 'key'))`;

/** Orders with the time of their end, null while they go on. */
const ORDERED = `(select e.at, r.record, (select min(n.at) from entries n where n.kind = 'plan.ended'
    and n.entry::jsonb -> 'body' -> 'signed' -> 'record' -> 'order' =
      jsonb_build_object('issuer', r.record -> 'issuer', 'n', r.record -> 'n')) as ended_at
  from entries e cross join lateral (select e.entry::jsonb -> 'body' -> 'signed' -> 'record' as record) r
  where e.kind = 'plan.ordered')`;

/** Condition: an order of a plan with one of the effects of `$param` matches the ticket's departure. */
const byEffect = (t: string, param: string, more: string): string => `exists (
  select 1 from ${ORDERED} o join jsonb_array_elements(${param}::jsonb) f (effect)
    on f.effect ->> 'plan' = o.record -> 'plan' ->> 'id'
  where ${matches(t, `(o.record -> 'scope')`)}
    and not exists (select 1 from jsonb_array_elements(f.effect -> 'scopes') s (scope) where not ${matches(t, '(s.scope)')})
    and ${more})`;

/**
 * Condition: the departure of ticket `t` does not go: a state says so at the end of the day, singly, by line, by time or for a whole
 * pier, or a plan said so when it should have left. `param` holds the `departureState` effects of the shipped plans.
 */
export const isCancelled = (t: string, param: string): string => `(exists (
    select 1 from ${SET} s where s.body ->> 'state' = 'cancelled' and ${matches(t, `(s.body -> 'scope')`)}
      and not exists (select 1 from ${SET} l where l.body -> 'supersedes' @> jsonb_build_array(s.body -> 'key')
        and ${matches(t, `(l.body -> 'scope')`)}))
  or ${byEffect(t, param, `f.effect ->> 'state' = 'cancelled' and o.at <= ${t}.depart_at and coalesce(o.ended_at > ${t}.depart_at, true)`)})`;

/** Condition: between sale of `t` and its end `a` the departure had a state of `param` that gives everything back. */
export const isFreeByState = (t: string, a: string, param: string): string => `exists (
  select 1 from (select e.at, e.entry::jsonb -> 'body' as body from entries e where e.kind = 'departure.stateSet') s
  where ${param}::jsonb ? (s.body ->> 'state') and ${matches(t, `(s.body -> 'scope')`)}
    and s.at >= ${t}.sold_at and s.at <= ${a}.at and s.at <= ${t}.depart_at)`;

/** Condition: an order with a free refund of `param` was in force for `t` between its sale and its end `a`. */
export const isFreeByOrder = (t: string, a: string, param: string): string =>
  byEffect(
    t,
    param,
    `coalesce(o.ended_at >= ${t}.sold_at, true) and o.at <= ${a}.at and o.at <= ${t}.depart_at`,
  );
