import type { Answer } from '../../contract/envelope.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import type { Office } from '../office-types.ts';
import type { Log } from '../runtime.ts';
import { refusalAnswer } from './http-guard.ts';

/** A larger request is refused before anything looks at it. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** All that the passengers' page may ask, whoever is signed in elsewhere. */
export const DISPLAY_METHODS: readonly string[] = ['display.current', 'board.current', 'session.info'];
/** All that it is told. */
export const DISPLAY_EVENTS: readonly string[] = ['display.changed', 'timetable.changed'];

/** The office never rejects; should it all the same, the page still gets an answer and the log the reason. */
export async function callOffice(
  office: Office,
  request: unknown,
  session: string,
  log: Log,
): Promise<Answer> {
  try {
    return await office.call(request, session);
  } catch (error) {
    const incident = `shell-${Date.now().toString(36)}`;
    log.error({ incident, error: error instanceof Error ? error.stack : String(error) }, 'the office threw');
    return refusalAnswer(refuse('defect', { incident }));
  }
}

/** A call of the passengers' page: anything but its three questions is refused before the office hears of it. */
export async function callForDisplay(
  office: Office,
  request: unknown,
  session: string,
  log: Log,
): Promise<Answer> {
  const { method } = (request ?? {}) as { method?: unknown };
  if (typeof method === 'string' && DISPLAY_METHODS.includes(method))
    return callOffice(office, request, session, log);
  log.warn({}, "the passengers' page asked for what it may not have");
  return { ...refusalAnswer(refuse('access.role')), id: idOf(request) };
}

function idOf(request: unknown): string | number | null {
  const { id } = (request ?? {}) as { id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** IPC carries maps, dates and cycles; the office hears JSON only, of the same size as over a socket. */
export function plainRequest(request: unknown): { request: unknown } | { refusal: Refusal } {
  try {
    const text = JSON.stringify(request) as string | undefined;
    if (text === undefined) return { refusal: refuse('request.shape', { detail: '不是 JSON' }) };
    if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return { refusal: refuse('request.tooLarge') };
    return { request: JSON.parse(text) };
  } catch {
    return { refusal: refuse('request.shape', { detail: '不是 JSON' }) };
  }
}
