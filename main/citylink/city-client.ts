import {
  batchAnswerSchema,
  cityMethods,
  type BatchAnswer,
  type CityInput,
  type CityMethod,
  type CityOutput,
} from '../../contract/city.ts';
import { answerSchema } from '../../contract/envelope.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { NetworkError, type HttpAnswer, type Network } from '../runtime.ts';

/**
 * What came of a call. `refused` is the city's own word; `silent` means that nothing was heard that may be believed:
 * no answer, or an answer that is not the city's.
 */
export type CallResult<T> = { kind: 'answer'; value: T } | { kind: 'refused'; refusal: Refusal } | Silent;

/** `why`: the network's reason, or `rubbish` for an answer that is not the city's. */
export interface Silent {
  kind: 'silent';
  why: NetworkError['reason'] | 'rubbish';
  refusal: Refusal;
}

export interface CityClient {
  call<M extends CityMethod>(method: M, params: CityInput<M>): Promise<CallResult<CityOutput<M>>>;
  /** @param id `from-to` of the batch: an answer to anything else is not believed */
  sendBatch(gzip: Uint8Array, id: string): Promise<CallResult<BatchAnswer>>;
}

const BATCHES = 'v1/batches';
const RPC_TIMEOUT_MS = 10_000;
const FEED_TIMEOUT_MS = 30_000;
const BATCH_TIMEOUT_MS = 30_000;
const RPC_BYTES = 1024 * 1024;
const FEED_BYTES = 48 * 1024 * 1024;
const BATCH_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Speaks the city's envelope over the network given. Never throws for what the other side does.
 * @param ca PEM of the certificates that vouch for the city; undefined with plain http
 */
export function createCityClient(network: Network, base: string, ca: string | undefined): CityClient {
  let lastId = 0;

  const exchange = async (
    path: string,
    headers: Record<string, string>,
    body: Uint8Array,
    limits: { timeoutMs: number; maxBytes: number },
    id: string | number,
  ): Promise<CallResult<unknown>> => {
    let http: HttpAnswer;
    try {
      const url = `${base}${path}`;
      http = await network.request({ url, method: 'POST', headers, body, ...limits, ...(ca && { ca }) });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return silent(error.reason, wordsOf(error, path, limits.timeoutMs));
    }
    return readAnswer(http, id);
  };

  return {
    async call(method, params) {
      lastId += 1;
      const id = lastId;
      const body = new TextEncoder().encode(JSON.stringify({ id, method, params }));
      const limits =
        method === 'feed.get'
          ? { timeoutMs: FEED_TIMEOUT_MS, maxBytes: FEED_BYTES }
          : { timeoutMs: RPC_TIMEOUT_MS, maxBytes: RPC_BYTES };
      const result = await exchange('v1/rpc', { 'content-type': 'application/json' }, body, limits, id);
      if (result.kind !== 'answer') return result;
      const output = cityMethods[method].output.safeParse(result.value);
      if (!output.success) return rubbish(method);
      return { kind: 'answer', value: output.data as CityOutput<typeof method> };
    },
    async sendBatch(gzip, id) {
      const limits = { timeoutMs: BATCH_TIMEOUT_MS, maxBytes: BATCH_ANSWER_BYTES };
      const result = await exchange(BATCHES, { 'content-type': 'application/gzip' }, gzip, limits, id);
      if (result.kind !== 'answer') return result;
      const answer = batchAnswerSchema.safeParse(result.value);
      return answer.success ? { kind: 'answer', value: answer.data } : rubbish('batch');
    },
  };
}

/** A sign-in page of the network, a wrong server, half a JSON: none of it is the city speaking. */
function readAnswer(http: HttpAnswer, id: string | number): CallResult<unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(http.body));
  } catch {
    return isPage(http) ? silent('rubbish', refuse('city.captivePortal')) : rubbish(`HTTP ${http.status}`);
  }
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) return rubbish(`HTTP ${http.status}`);
  const answer = parsed.data;
  if (answer.ok) return answer.id === id ? { kind: 'answer', value: answer.result } : rubbish('id');
  if (answer.id !== null && answer.id !== id) return rubbish('id');
  // A defect over there, or too much to do, is not about what was sent: it may be well again at the next try.
  if (answer.refusal.code === 'defect') return silent('broken', refuse('city.unavailable'));
  if (answer.refusal.code === 'city.busy') return silent('broken', answer.refusal);
  return { kind: 'refused', refusal: answer.refusal };
}

/** A network that wants a sign-in first sends its page, or sends the browser to it. */
function isPage(http: HttpAnswer): boolean {
  const isRedirect = http.status >= 300 && http.status < 400;
  return (
    isRedirect ||
    /^\s*(?:<!doctype html|<html|<\?xml)/i.test(new TextDecoder().decode(http.body.subarray(0, 200)))
  );
}

function wordsOf(error: NetworkError, path: string, timeoutMs: number): Refusal {
  if (error.reason === 'tooLarge') return refuse('city.rubbish', { detail: '过大' });
  if (error.reason === 'certificate')
    return refuse('city.certificate', { detail: certificateWords(error.detail) }, 'city.ca');
  if (error.reason === 'timeout' && path === BATCHES)
    return refuse('city.slow', { seconds: Math.round(timeoutMs / 1_000) });
  return refuse('city.unavailable');
}

function certificateWords(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return '已过期';
  if (code === 'CERT_NOT_YET_VALID') return '尚未生效';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') return '名称与地址不符';
  return '不是所配置的 CA 签发';
}

function silent(why: Silent['why'], refusal: Refusal): Silent {
  return { kind: 'silent', why, refusal };
}

function rubbish(detail: string): Silent {
  return silent('rubbish', refuse('city.rubbish', { detail }));
}
