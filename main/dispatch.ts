import { z } from 'zod';
import { jcs } from '../contract/encoding/jcs.ts';
import { isKnownKind, type EntryEnvelope } from '../contract/entries.ts';
import { requestSchema, type Answer, type Request } from '../contract/envelope.ts';
import type { BusinessDate, CommandId } from '../contract/ids.ts';
import {
  officeMethods,
  type MethodSpec,
  type OfficeInput,
  type OfficeMethod,
  type OfficeOutput,
} from '../contract/office.ts';
import { refuse, type Refusal } from '../contract/refusals.ts';
import type { SecondSignature } from '../contract/office/people.ts';
import { businessDateOf } from '../domain/time.ts';
import { checkSecondSignature, SIGNATURE_FIELD } from './access/second-signature.ts';
import type { AnswerEntry, Caller, DeskContext, Mutation, Query } from './desks/context.ts';
import { LedgerWriteError, type AppendEntry } from './ledger/types.ts';
import { personalText } from './typed-text.ts';
import { KeysWriteError } from './vault/types.ts';

/** One desk a method: the map that the composition root fills. */
export type Desks = {
  [M in OfficeMethod]: (typeof officeMethods)[M]['mutating'] extends true
    ? Mutation<OfficeInput<M>, OfficeOutput<M>>
    : Query<OfficeInput<M>, OfficeOutput<M>>;
};

/** Requests larger than this are refused before anything looks at them; shells enforce the same. */
export const MOST_REQUEST_BYTES = 262_144;

const specs: Record<OfficeMethod, MethodSpec> = officeMethods;

/**
 * Where every request enters: shape, access, command id, desk, answer. Never rejects: what is expected comes back as a
 * refusal, a defect as an incident number that only the log can explain.
 */
export function createDispatcher(
  context: DeskContext,
  desks: Desks,
  /** Names of the passengers of these tickets, which no typed text may have. */
  namesOn: (ticketNumbers: readonly string[]) => readonly string[] = () => [],
) {
  const { ledger, runtime, sessions, vault } = context;
  const today = (): BusinessDate => businessDateOf(runtime.clock.nowMs());

  async function call(raw: unknown, session: string): Promise<Answer> {
    const parsed = requestSchema.safeParse(raw);
    if (!parsed.success) return refusedAnswer(idOf(raw), shapeRefusal(parsed.error, ''));
    const request = parsed.data;
    try {
      return await run(request, session);
    } catch (error) {
      if (error instanceof LedgerWriteError || error instanceof KeysWriteError) {
        runtime.log.error({ method: request.method, code: error.message }, 'disk failed');
        return refusedAnswer(request.id, refuse('disk.failed'));
      }
      const incident = runtime.random.id().slice(0, 8).toUpperCase();
      // The stack names files and lines, never values: desks put no personal data into error messages.
      const stack = error instanceof Error ? error.stack : String(error);
      runtime.log.error({ incident, method: request.method, stack }, 'defect');
      return refusedAnswer(request.id, refuse('defect', { incident }));
    }
  }

  async function run(request: Request, session: string): Promise<Answer> {
    const { id, method, commandId } = request;
    if (!isMethod(method) || (specs[method].trial && !context.trial)) {
      return refusedAnswer(id, refuse('request.unknownMethod', { method: plainWord(method) }, 'method'));
    }
    const spec = specs[method];
    const notAllowed = sessions.refusal(session, method);
    if (notAllowed) return refusedAnswer(id, notAllowed);
    if (spec.mutating && commandId === undefined) {
      return refusedAnswer(id, refuse('request.commandIdMissing', {}, 'commandId'));
    }
    if (!spec.mutating && commandId !== undefined) {
      return refusedAnswer(id, refuse('request.commandIdUnexpected', {}, 'commandId'));
    }
    const input = spec.input.safeParse(request.params ?? {});
    if (!input.success) return refusedAnswer(id, shapeRefusal(input.error, 'params'));

    const isWritten = spec.mutating || spec.audit === 'journal';
    const typed = isWritten && personalText(method, input.data, { today: today(), namesOn });
    // What was taken before there was this rule is answered again.
    if (typed && !(commandId && ledger.command(commandId))) return refusedAnswer(id, typed);

    const caller: Caller = { session, person: sessions.person(session) };
    if (commandId !== undefined) {
      const desk = desks[method] as Mutation<unknown, unknown>;
      const call: CommandCall = { id, method, desk, input: input.data, caller, commandId };
      return isSlow(call) ? slowly(call) : mutate(call);
    }
    const desk = desks[method] as Query<unknown, unknown>;
    const outcome = await desk(input.data, caller);
    if (!outcome.ok) return refusedAnswer(id, outcome.refusal);
    return { id, ok: true, result: spec.output.parse(outcome.value) };
  }

  /** A second signature or a preparation takes time; meanwhile the caller may have been signed out or locked. */
  async function slowly(call: CommandCall): Promise<Answer> {
    const { id, method, desk, input, caller, commandId } = call;
    if (ledger.command(commandId)) return mutate(call);
    const signature = signatureOf(input);
    const signed = signature && (await checkSecondSignature(context.pins, caller.person, signature, method));
    if (signed && !signed.ok) return refusedAnswer(id, signed.refusal);
    const signedCaller: Caller = signed ? { ...caller, countersignedBy: signed.value } : caller;
    const prepared = await desk.prepare?.(input, signedCaller, commandId);
    if (prepared && !prepared.ok) return refusedAnswer(id, prepared.refusal);
    try {
      const notAllowed = sessions.refusal(caller.session, method);
      if (notAllowed) return refusedAnswer(id, notAllowed);
      return mutate({ ...call, caller: signedCaller, prepared: prepared?.value });
    } finally {
      if (prepared) desk.release?.(prepared.value);
    }
  }

  /** A command is: seen before? → decide → one durable append → answer from its entries. All in one turn of the loop. */
  function mutate({ id, method, desk, input, caller, commandId, prepared }: CommandCall): Answer {
    const bodyMac = vault.commandMac(jcs({ method, params: withoutSecrets(input) }));
    const stored = ledger.command(commandId);
    if (stored) {
      if (!sameBytes(stored.bodyMac, bodyMac))
        return refusedAnswer(id, refuse('command.differs', {}, 'commandId'));
      const result = desk.answer(ledger.entriesOf(commandId).flatMap(answerEntry), commandId);
      return { id, ok: true, result: specs[method].output.parse(result) };
    }
    const nowMs = runtime.clock.nowMs();
    const decided = desk.decide(input, caller, nowMs, commandId, prepared);
    if (!decided.ok) return refusedAnswer(id, decided.refusal);
    const { afterwards, ...write } = decided.value;
    const { entries } = write;
    if (caller.countersignedBy !== undefined && !entries.some(({ body }) => saysWhose(body)))
      throw new Error(`${method} takes a second signature and no entry of it says whose`);
    const appended = ledger.append({
      commandId,
      method,
      bodyMac,
      actor: caller.person?.number ?? 'office',
      atMs: nowMs,
      businessDate: businessDateOf(nowMs),
      plans: context.plans(),
      ...write,
    });
    afterwards?.();
    const result = desk.answer(
      entries.map((entry, index) => writtenEntry(entry, nowMs, appended.firstSeq + index)),
      commandId,
    );
    // It is durable: whatever goes wrong in what follows from it, the answer is that it was done.
    try {
      context.changed();
    } catch (error) {
      runtime.log.error(
        { method, stack: error instanceof Error ? error.stack : String(error) },
        'defect after a command',
      );
    }
    return { id, ok: true, result: specs[method].output.parse(result) };
  }

  /** The answer of an accepted command, computed again: for pages that come back after a restart. */
  function answerOf(method: string, commandId: CommandId): unknown {
    if (!isMethod(method) || !specs[method].mutating) return null;
    const desk = desks[method] as Mutation<unknown, unknown>;
    return desk.answer(ledger.entriesOf(commandId).flatMap(answerEntry), commandId);
  }

  return { call, answerOf };
}

interface CommandCall {
  id: Request['id'];
  method: OfficeMethod;
  desk: Mutation<unknown, unknown>;
  input: unknown;
  caller: Caller;
  commandId: CommandId;
  prepared?: unknown;
}

function signatureOf(input: unknown): SecondSignature | undefined {
  if (typeof input !== 'object' || input === null || !(SIGNATURE_FIELD in input)) return undefined;
  return (input[SIGNATURE_FIELD] as SecondSignature | undefined) ?? undefined;
}

/** A record of a plan carries its own signers. */
const saysWhose = (body: AppendEntry['body']): boolean =>
  'countersignedBy' in body ||
  'readAloudBy' in body ||
  ('signed' in body && body.signed.record.countersignedBy !== null);

const isSlow = ({ desk, input }: CommandCall): boolean =>
  desk.prepare !== undefined || signatureOf(input) !== undefined;

/** What a command is, without the PINs typed for it: the same command is known again whoever asks for its answer. */
function withoutSecrets(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  if (!(SIGNATURE_FIELD in input) && !('newPin' in input)) return input;
  return Object.fromEntries(
    Object.entries(input).filter(([name]) => name !== SIGNATURE_FIELD && name !== 'newPin'),
  );
}

function isMethod(method: string): method is OfficeMethod {
  return Object.hasOwn(officeMethods, method);
}

function writtenEntry(entry: AppendEntry, at: number, seq: number): AnswerEntry {
  return { kind: entry.kind, body: entry.body, at, seq } as AnswerEntry;
}

/** The journal validated bodies when they were written; kinds of a newer program are nothing to an old answer. */
function answerEntry(envelope: EntryEnvelope): AnswerEntry[] {
  if (!isKnownKind(envelope.kind)) return [];
  return [
    {
      kind: envelope.kind,
      body: envelope.body,
      at: envelope.at,
      seq: envelope.seq,
    } as unknown as AnswerEntry,
  ];
}

function refusedAnswer(id: Request['id'] | null, refusal: Refusal): Answer {
  return { id, ok: false, refusal };
}

/** Names the first wrong field and what was expected. Says nothing of the value: it may be a name. */
function shapeRefusal(error: z.ZodError, prefix: string): Refusal {
  const issue = error.issues[0];
  const path = [prefix, ...(issue?.path.map(pathWord) ?? [])].filter(Boolean).join('.');
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.map(plainWord).join(', ') : '';
  const expected =
    issue?.code === 'invalid_type'
      ? issue.expected
      : issue?.code === 'unrecognized_keys'
        ? `没有字段 ${unknown}`
        : (issue?.code ?? '');
  return refuse('request.shape', { detail: `${path || '请求'} (${expected})` }, path || undefined);
}

/** Words of a caller are repeated only when they look like names of fields or methods. */
function plainWord(text: string): string {
  return /^[A-Za-z.]{1,40}$/.test(text) ? text : '?';
}

/** A key of a record is content (it may be part of a name); indexes and field names are not. */
function pathWord(part: PropertyKey): string {
  return typeof part === 'number' ? String(part) : plainWord(String(part));
}

function idOf(raw: unknown): Request['id'] | null {
  const shape = z.object({ id: requestSchema.shape.id }).safeParse(raw);
  return shape.success ? shape.data.id : null;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
