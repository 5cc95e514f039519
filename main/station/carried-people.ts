import { createHash } from 'node:crypto';
import { z } from 'zod';
import { storedPinSchema } from '../../contract/people.ts';
import { clerkNumberSchema, type WindowId } from '../../contract/ids.ts';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import type { AccessPort } from '../access/port.ts';
import type { PinCheck } from '../access/verify.ts';
import { carryPins } from './carried-pins.ts';
import { Down } from '../citylink/down.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Station } from './create.ts';

const SIGNED_IN_SUBJECT = 'people.signedIn';
const signedInSchema = z.strictObject({ number: clerkNumberSchema });
const PIN_SUBJECT = 'people.pinChosen';
const pinChosenSchema = z.strictObject({ number: clerkNumberSchema, storedPin: storedPinSchema });

/**
 * The list of people is made at the station's host and taken over by its windows; a PIN chosen at one goes up. Whoever signs in at
 * one office of the station is locked at the others, as far as they can hear of it then.
 */
export function carryPeople(
  station: Pick<Station, 'documents' | 'member' | 'server' | 'answers'>,
  access: AccessPort,
  window: WindowId,
  pins: PinCheck,
): void {
  const { documents, member } = station;
  carryPins(station, pins);
  documents.register('people', {
    current() {
      const list = access.current();
      return list && { version: list.version, text: JSON.stringify(list) };
    },
    take: ({ text }) => access.take(parsed(text)),
  });
  station.answers(PIN_SUBJECT, (params) => {
    const chosen = pinChosenSchema.safeParse(params);
    if (!chosen.success) return refused('host.rubbish', { detail: PIN_SUBJECT });
    return access.changePin(chosen.data.number, chosen.data.storedPin);
  });
  carrySignIns(station, access, window);
  if (member)
    access.carryPins(async (number, storedPin) => {
      try {
        await member.ask(PIN_SUBJECT, { number, storedPin });
        return accepted(null);
      } catch (error) {
        if (error instanceof Down) return { ok: false, refusal: error.refusal };
        throw error;
      }
    });
}

/** A window tells its host who signed in, the host tells everybody else. Out of contact nobody is told, and nobody waits. */
function carrySignIns(
  { member, server, answers }: Pick<Station, 'member' | 'server' | 'answers'>,
  access: AccessPort,
  window: WindowId,
): void {
  answers(SIGNED_IN_SUBJECT, (params, from) => {
    const who = signedInSchema.safeParse(params);
    if (!who.success) return refused('host.rubbish', { detail: SIGNED_IN_SUBJECT });
    const { number } = who.data;
    access.signedInElsewhere(number, from);
    server?.tellAll('person.signedIn', { number, byWindow: from });
    return accepted({});
  });
  member?.onSignedIn((number, byWindow) => void access.signedInElsewhere(number, byWindow));
  access.onSignedIn((number) => {
    server?.tellAll('person.signedIn', { number, byWindow: window });
    void member?.ask(SIGNED_IN_SUBJECT, { number }).catch(() => undefined);
  });
}

/** Undefined where it is no JSON: no document has that form. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** base64url of a window's raw public key by its key id, the first 8 hex digits of its SHA-256: codes on its tickets are checked with it. */
export function ticketKeysOf({ station }: Pick<Ledger, 'station'>): (keyId: string) => string | undefined {
  const idOf = (key: string): string =>
    createHash('sha256').update(fromBase64url(key)).digest('hex').slice(0, 8);
  return (keyId) =>
    [...station.windows(), ...station.lostLedgers()]
      .flatMap(({ signingKey }) => signingKey ?? [])
      .find((key) => idOf(key) === keyId);
}
