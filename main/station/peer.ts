import { answerSchema, eventSchema, requestSchema } from '../../contract/envelope.ts';
import { refuse, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { StationConnection, StationConnectionEvents, TimerHandle, Timers } from '../runtime.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

/** What an answer brings: a value that is not yet checked, and bytes. */
export interface Reply {
  value: unknown;
  body: Uint8Array;
}

/** `refused` is the other side's own word; `silent`: no answer that may be believed. */
export type PeerResult =
  | { kind: 'answer'; reply: Reply }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'silent' };

export interface PeerHandlers {
  /** One request. A rejection is a defect: the connection ends. */
  onRequest(
    method: string,
    params: unknown,
    body: Uint8Array,
  ):
    | Outcome<{ result: unknown; body?: Uint8Array }>
    | Promise<Outcome<{ result: unknown; body?: Uint8Array }>>;
  /** A throw is a disk that takes nothing, or a defect: the connection ends, and what was told is told again at the next contact. */
  onEvent(event: string, data: unknown): void;
  /** Once: nothing more comes. `why` is for the log. */
  onEnd(why: string): void;
}

/** The envelope over one connection, both ways. */
export interface Peer {
  readonly events: StationConnectionEvents;
  /** Give the connection as soon as there is one: nothing is sent before. */
  attach(connection: StationConnection): void;
  call(
    method: string,
    params: unknown,
    options: { timeoutMs: number; body?: Uint8Array },
  ): Promise<PeerResult>;
  tell(event: string, data: unknown): void;
  close(): void;
}

/** Requests that may wait for an answer at once; who asks for more than that is not one of ours. */
const MOST_WAITING = 1_000;

export function createPeer(timers: Timers, handlers: PeerHandlers): Peer {
  const reader = createFrameReader();
  const waiting = new Map<number, { timer: TimerHandle; resolve: (result: PeerResult) => void }>();
  let connection: StationConnection | undefined;
  let hasEnded = false;
  let lastId = 0;
  let answering = 0;

  const end = (why: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    connection?.close();
    for (const { timer, resolve } of waiting.values()) {
      timers.clearTimeout(timer);
      resolve({ kind: 'silent' });
    }
    waiting.clear();
    handlers.onEnd(why);
  };

  const answer = async (
    id: string | number,
    method: string,
    params: unknown,
    body: Uint8Array,
  ): Promise<void> => {
    answering += 1;
    if (answering > MOST_WAITING) return end('too many requests');
    try {
      const outcome = await handlers.onRequest(method, params, body);
      if (hasEnded) return;
      if (outcome.ok)
        connection?.send(encodeFrame({ id, ok: true, result: outcome.value.result }, outcome.value.body));
      else connection?.send(encodeFrame({ id, ok: false, refusal: outcome.refusal }));
    } catch (error) {
      end(error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      answering -= 1;
    }
  };

  const hear = (event: string, data: unknown): void => {
    try {
      handlers.onEvent(event, data);
    } catch (error) {
      end(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  };

  const take = (json: unknown, body: Uint8Array): void => {
    const request = requestSchema.safeParse(json);
    if (request.success) {
      void answer(request.data.id, request.data.method, request.data.params ?? {}, body);
      return;
    }
    const event = eventSchema.safeParse(json);
    if (event.success) return hear(event.data.event, event.data.data);
    const answered = answerSchema.safeParse(json);
    if (!answered.success || typeof answered.data.id !== 'number') return end('not the protocol');
    const call = waiting.get(answered.data.id);
    if (!call) return;
    waiting.delete(answered.data.id);
    timers.clearTimeout(call.timer);
    call.resolve(
      answered.data.ok
        ? { kind: 'answer', reply: { value: answered.data.result, body } }
        : { kind: 'refused', refusal: answered.data.refusal },
    );
  };

  return {
    events: {
      onData(bytes) {
        if (hasEnded) return;
        const frames = reader.take(bytes);
        if (!frames) return end('not the protocol');
        for (const { json, body } of frames) if (!hasEnded) take(json, body);
      },
      onEnd: () => end('the connection ended'),
    },
    attach(given) {
      connection = given;
      if (hasEnded) given.close();
    },
    call(method, params, { timeoutMs, body }) {
      return new Promise((resolve) => {
        if (hasEnded || !connection) return resolve({ kind: 'silent' });
        lastId += 1;
        const id = lastId;
        // A side that owes an answer for so long is not there: a late answer must not meet a new question.
        const timer = timers.setTimeout(() => end(`no answer to ${method} in ${timeoutMs} ms`), timeoutMs);
        waiting.set(id, { timer, resolve });
        connection.send(encodeFrame({ id, method, params }, body));
      });
    },
    tell(event, data) {
      if (!hasEnded) connection?.send(encodeFrame({ event, data }));
    },
    close: () => end('closed'),
  };
}

/** A request that this side does not know. */
export function unknownMethod(method: string): { ok: false; refusal: Refusal } {
  return {
    ok: false,
    refusal: refuse('request.unknownMethod', { method: /^[A-Za-z.]{1,40}$/.test(method) ? method : '?' }),
  };
}
