import type { z } from 'zod';
import { cityMethods, type CityInput, type CityMethod, type CityOutput } from '../contract/city.ts';
import { toHex } from '../contract/encoding/bytes.ts';
import { requestSchema, type Answer } from '../contract/envelope.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../contract/refusals.ts';
import { papersFor, putPaper } from './authorities.ts';
import { batchLimits } from './batch-limits.ts';
import { enrolWindow } from './enrolment.ts';
import { feedFor } from './feeds.ts';
import { ingestBatch } from './ingest/ingest.ts';
import { unsigned } from './ingest/signed.ts';
import { createTurns, type InTurn } from './ingest/turns.ts';
import { windowForks } from './forks.ts';
import { ledgerPosition, ledgerTotals, windowLedgers } from './ledgers.ts';
import { openBatch, openHead, unfitEntry } from './opened-batch.ts';
import { readLedger } from './read-ledger.ts';
import type { CityKeyRing } from './keys.ts';
import type { CityRuntime } from './runtime.ts';
import type { Store } from './store/store.ts';

export interface GatewayParts {
  store: Store;
  ring: CityKeyRing;
  runtime: CityRuntime;
  /** How the city calls itself in `city.hello`. */
  name: string;
}

/** The city as functions: what the server puts on the network, and what a simulation calls directly. */
export interface Gateway {
  /** One request of `POST /v1/rpc`, already parsed from JSON. */
  rpc(request: unknown): Promise<Answer>;
  /** One body of `POST /v1/batches`: gzip of JSON lines. The answer's id is `from-to` of the batch's head. */
  batch(gzip: Uint8Array): Promise<Answer>;
}

type Handlers = { [M in CityMethod]: (input: CityInput<M>) => Promise<Outcome<CityOutput<M>>> };

/** Every answer is an envelope; a defect becomes an incident number that the log knows. */
export function createGateway(parts: GatewayParts): Gateway {
  const { store, ring, runtime } = parts;
  const inTurn = createTurns(batchLimits.inTurn);
  const handlers: Handlers = {
    'window.enrol': (input) => enrolWindow(store, ring, runtime, input),
    'ledger.position': (input) => ledgerPosition(store, input),
    'ledger.totals': (input) => ledgerTotals(store, input),
    'ledger.read': (input) => readLedger(store, input),
    'window.ledgers': (input) => windowLedgers(store, input),
    'window.forks': (input) => windowForks(store, input),
    'feed.get': (input) => feedFor(store, input),
    'authority.get': (input) => papersFor(store, input),
    'authority.put': (input) => putPaper(store, runtime, input),
    'city.hello': () =>
      Promise.resolve(accepted({ name: parts.name, now: runtime.nowMs(), keys: ring.publicKeys })),
  };
  return {
    rpc: async (json) => {
      const request = requestSchema.safeParse(json);
      if (!request.success) return refusal(null, shapeRefusal(request.error));
      const { id, method, params } = request.data;
      try {
        return answer(id, await call(handlers, method, params));
      } catch (error) {
        return refusal(id, defect(runtime, error, { method }));
      }
    },
    batch: async (gzip) => {
      try {
        return await takeGzip(parts, inTurn, gzip);
      } catch (error) {
        return refusal(null, defect(runtime, error, { method: 'batch', bytes: gzip.length }));
      }
    },
  };
}

async function call(handlers: Handlers, method: string, params: unknown): Promise<Outcome<unknown>> {
  if (!Object.hasOwn(cityMethods, method)) {
    // Words of a caller are repeated only when they look like the name of a method.
    return refused(
      'request.unknownMethod',
      { method: /^[A-Za-z.]{1,40}$/.test(method) ? method : '?' },
      'method',
    );
  }
  const known = method as CityMethod;
  const input = cityMethods[known].input.safeParse(params ?? {});
  if (!input.success) return { ok: false, refusal: shapeRefusal(input.error) };
  const handler = handlers[known] as (input: unknown) => Promise<Outcome<unknown>>;
  const outcome = await handler(input.data);
  // What leaves must be what the contract says: a wrong shape is our defect, found here and not at the window.
  return outcome.ok ? accepted(cityMethods[known].output.parse(outcome.value)) : outcome;
}

async function takeGzip(parts: GatewayParts, inTurn: InTurn, gzip: Uint8Array): Promise<Answer> {
  const first = openHead(gzip);
  if (!first.ok) return refusal(null, first.refusal);
  const { window, ledgerId, from, to } = first.value.head;
  const id = `${from}-${to}`;
  if (to < from) return refusal(id, refuse('city.batchShape', { line: 1, detail: 'from, to' }, 'head'));
  if (to - from >= batchLimits.entries) return refusal(id, refuse('request.tooLarge'));
  const why = await unsigned(parts.store, first.value);
  if (why) {
    parts.runtime.log.warn({ window, ledgerId, from, to, code: why.code }, 'batch refused');
    return refusal(id, why);
  }
  const opened = await openBatch(gzip, first.value);
  if (!opened.ok) return refusal(null, opened.refusal);
  const unfit = unfitEntry(opened.value);
  if (unfit) return refusal(id, unfit);
  const taken = inTurn(`${window} ${ledgerId}`, () => ingestBatch(parts, opened.value));
  // Nothing is said of the batch: it comes again.
  return taken ? answer(id, await taken) : refusal(null, refuse('city.busy'));
}

function answer(id: string | number, outcome: Outcome<unknown>): Answer {
  return outcome.ok ? { id, ok: true, result: outcome.value } : refusal(id, outcome.refusal);
}

function refusal(id: string | number | null, why: Refusal): Answer {
  return { id, ok: false, refusal: why };
}

/** Says where the request is wrong, never what was in it. */
function shapeRefusal(error: z.ZodError): Refusal {
  const path = error.issues[0]?.path.map(String).join('.') ?? '';
  const field = path.slice(0, 200) || 'request';
  return refuse('request.shape', { detail: field }, field);
}

function defect(runtime: CityRuntime, error: unknown, fields: Record<string, unknown>): Refusal {
  const incident = toHex(runtime.randomBytes(4));
  runtime.log.error({ ...fields, incident, err: error }, 'defect');
  return refuse('defect', { incident });
}
