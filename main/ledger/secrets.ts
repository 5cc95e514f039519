import type { Connection } from './connection.ts';

/** A small secret as the vault sealed it; what it means only its owner knows. */
export interface SealedSecret {
  name: string;
  sealed: Uint8Array;
}

/** Wrong PINs in a row for one number at this window. */
export interface WrongPins {
  number: string;
  wrongInARow: number;
  /** Locks since the last right PIN. */
  locks: number;
  /** UTC ms; null before the first lock. */
  lockedUntilMs: number | null;
}

/** The part of a ledger that is about secrets and wrong PINs. */
export interface SecretKeeping {
  /** A sealed secret by name; only the vault opens it. */
  secret(name: string): Uint8Array | undefined;
  /** Durable when it returns; for a secret that no entry tells of. */
  keepSecret(secret: SealedSecret): void;
  /** Numbers with wrong PINs in a row. */
  wrongPins(): WrongPins[];
  /** Both durable when they return. */
  keepWrongPins(wrong: WrongPins): void;
  forgetWrongPins(number: string): void;
}

interface StoredWrongPins {
  number: string;
  wrong_in_a_row: number;
  locks: number;
  locked_until_ms: number | null;
}

/** Sealed secrets and the count of wrong PINs. Neither is a projection. */
export function createSecrets(connection: Connection) {
  const keep = connection.prepare<[string, Uint8Array]>(
    'INSERT INTO secrets (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed',
  );
  const byName = connection.prepare<[string], { sealed: Uint8Array }>(
    'SELECT sealed FROM secrets WHERE name = ?',
  );
  const keepWrong = connection.prepare<[string, number, number, number | null]>(
    `INSERT INTO wrong_pins (number, wrong_in_a_row, locks, locked_until_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (number) DO UPDATE SET wrong_in_a_row = excluded.wrong_in_a_row, locks = excluded.locks,
       locked_until_ms = excluded.locked_until_ms`,
  );
  const forgetWrong = connection.prepare<[string]>('DELETE FROM wrong_pins WHERE number = ?');
  const allWrong = connection.prepare<[], StoredWrongPins>('SELECT * FROM wrong_pins ORDER BY number');
  return {
    /** Inside the command's transaction, or one of its own. */
    keepSecret: ({ name, sealed }: SealedSecret): void => void keep.run(name, sealed),
    secret: (name: string): Uint8Array | undefined => byName.get(name)?.sealed,
    keepWrongPins: (wrong: WrongPins): void =>
      void keepWrong.run(wrong.number, wrong.wrongInARow, wrong.locks, wrong.lockedUntilMs),
    forgetWrongPins: (number: string): void => void forgetWrong.run(number),
    wrongPins: (): WrongPins[] =>
      allWrong.all().map((row) => ({
        number: row.number,
        wrongInARow: row.wrong_in_a_row,
        locks: row.locks,
        lockedUntilMs: row.locked_until_ms,
      })),
  };
}
