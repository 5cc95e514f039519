import { createPublicKey, hash, hkdfSync, verify } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { sealedRowSchema, sealedWeekKeySchema } from '../../contract/encoding/batch.ts';
import { fromBase64url, toBase64url } from '../../contract/encoding/bytes.ts';
import { identityDigest } from '../../contract/encoding/chain.ts';
import { sealedRowAad, sealedRowPlainSchema, weekKeyInfo } from '../../contract/encoding/sealing.ts';
import type { LedgerId } from '../../contract/ids.ts';
import { makeMachine, seededRandom, type Machine } from '../../tests/support/machine.ts';
import { adult } from '../../tests/support/people.ts';
import { openBytes, readyKey } from './cipher.ts';
import { agreedKey, keyIdOf, privateKeyOf, publicKeyText } from './key-pairs.ts';
import { fileKeyStore, KeysWriteError, openVault, type Vault } from './vault.ts';

const LEDGER = 'ab'.repeat(16) as LedgerId;
const WEEK = '2026-W47';
const machines: Machine[] = [];

function newMachine(): Machine {
  const machine = makeMachine();
  machines.push(machine);
  return machine;
}
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});

async function tryOpen(machine: Machine, hasLedger: boolean, ledgerId = LEDGER) {
  const { runtime } = machine;
  return openVault({ runtime, keyStore: fileKeyStore(runtime.files), ledgerId, hasLedger });
}

async function open(machine: Machine, hasLedger = false, ledgerId = LEDGER): Promise<Vault> {
  const opened = await tryOpen(machine, hasLedger, ledgerId);
  if (!opened.ok) throw new Error(opened.refusal.code);
  return opened.value;
}

async function codeOf(machine: Machine, hasLedger: boolean): Promise<string> {
  const opened = await tryOpen(machine.restart(), hasLedger);
  return opened.ok ? 'opened' : opened.refusal.code;
}

describe('the key of a gate', () => {
  test('opens what a host sealed to it until it is forgotten, then never again, in copies neither', async () => {
    const host = await open(newMachine());
    host.seal({ kind: '111', ...adult(1) }, WEEK);
    const machine = newMachine();
    const vault = await open(machine);
    expect(vault.gateKey.isMade()).toBe(false);
    const { keyId, key } = vault.gateKey.sealing();
    const sealed = host.weekKeySealedToCity(WEEK, { keyId, key }, LEDGER);
    if (!sealed.ok) throw new Error(sealed.refusal.code);
    const again = await open(machine.restart(), true);
    expect(again.gateKey.sealing()).toEqual({ keyId, key });
    expect(again.openWeekKey(sealed.value, LEDGER).ok).toBe(true);
    again.gateKey.forget();
    expect(again.openWeekKey(sealed.value, LEDGER)).toMatchObject({ refusal: { code: 'keys.broken' } });
    const later = await open(machine.restart(), true);
    expect(later.gateKey.isMade()).toBe(false);
    expect(later.gateKey.sealing().keyId).not.toBe(keyId);
    expect(later.openWeekKey(sealed.value, LEDGER).ok).toBe(false);
  });
});

describe('identities', () => {
  test('what is sealed opens again with every letter, after a restart too', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    const identity = { kind: '111', ...adult(3) };
    const { row } = vault.seal(identity, WEEK);
    expect(sealedRowSchema.parse(row)).toEqual(row);
    expect(vault.open(row)).toEqual({ ok: true, value: identity });
    const again = await open(machine.restart(), true);
    expect(again.open(row)).toEqual({ ok: true, value: identity });
  });

  test('any name and number come back as they went in', async () => {
    const vault = await open(newMachine());
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(
        text,
        text.filter((value) => value.length <= 64),
        (name, number) => {
          expect(vault.open(vault.seal({ kind: '553', name, number }, WEEK).row)).toEqual({
            ok: true,
            value: { kind: '553', name, number },
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the digest binds salt, kind, name and number as the contract says', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    const identity = { kind: '111', ...adult(4) };
    const { row, digestHex } = vault.seal(identity, WEEK);
    const plain = decrypt(machine, vault, row);
    expect(plain).toMatchObject(identity);
    const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');
    expect(Buffer.from(identityDigest(sha256, fromBase64url(plain.salt), identity)).toString('hex')).toBe(
      digestHex,
    );
  });

  test('the same person sealed twice shares nothing but the look-up token', async () => {
    const vault = await open(newMachine());
    const identity = { kind: '111', ...adult(5) };
    const [one, two] = [vault.seal(identity, WEEK), vault.seal(identity, WEEK)];
    expect(one.row.ref).not.toBe(two.row.ref);
    expect(one.row.nonce).not.toBe(two.row.nonce);
    expect(one.row.sealed).not.toBe(two.row.sealed);
    expect(one.digestHex).not.toBe(two.digestHex);
    expect(one.token).toEqual(two.token);
  });

  test('a row with one changed byte, of another ledger, or under another name does not open', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    const { row } = vault.seal({ kind: '111', ...adult(6) }, WEEK);
    const sealed = fromBase64url(row.sealed);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
        const changed = Uint8Array.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(vault.open({ ...row, sealed: toBase64url(changed) })).toMatchObject({
          refusal: { code: 'keys.broken' },
        });
      }),
    );
    const other = await open(machine.restart(), true, 'cd'.repeat(16) as LedgerId);
    expect(other.open(row)).toMatchObject({ refusal: { code: 'keys.broken' } });
    expect(vault.open({ ...row, ref: 'ef'.repeat(16) })).toMatchObject({ refusal: { code: 'keys.broken' } });
    expect(vault.open({ ...row, week: '2026-W01' })).toMatchObject({ refusal: { code: 'keys.missing' } });
  });

  test('tokens tell documents apart by kind and number, and mean nothing at another window', async () => {
    const vault = await open(newMachine());
    const other = makeMachine({ seed: 99 });
    machines.push(other);
    const token = (of: Vault, kind: string, number: string): string =>
      toBase64url(of.lookupToken(kind, number));
    const tokens = [
      token(vault, '111', '330999199001010011'),
      token(vault, '553', '330999199001010011'),
      token(vault, '111', '330999199001010012'),
      token(await open(other), '111', '330999199001010011'),
    ];
    expect(new Set(tokens).size).toBe(4);
    expect(token(vault, '111', '330999199001010011')).toBe(tokens[0]);
    const { number } = adult(1);
    const ready = new Uint8Array(16).fill(7);
    expect(vault.seal({ kind: '111', ...adult(1) }, WEEK, ready).token).toBe(ready);
    expect(vault.seal({ kind: '111', ...adult(1) }, WEEK).token).toEqual(vault.lookupToken('111', number));
  });
});

describe('keys', () => {
  test('both key files may be read by this user only, and neither holds a key in clear', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    vault.seal({ kind: '111', ...adult(1) }, WEEK);
    for (const name of ['master.key', 'keys.json'])
      expect(statSync(join(machine.folder, name)).mode & 0o777).toBe(0o600);
    const keys = JSON.parse(readFileSync(join(machine.folder, 'keys.json'), 'utf8')) as {
      keys: { use: string; alg: string; wrapped: string }[];
    };
    expect(keys.keys.map(({ use }) => use)).toEqual(['lookup', 'commandMac', 'signing', `week:${WEEK}`]);
    expect(
      keys.keys.every(({ alg, wrapped }) => alg === 'AES-256-GCM' && fromBase64url(wrapped).length === 48),
    ).toBe(true);
  });

  test('a week has one key, made when it is first needed and stored before anything is sealed under it', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    expect(vault.weeks()).toEqual([]);
    vault.seal({ kind: '111', ...adult(1) }, '2026-W48');
    const stored = readFileSync(join(machine.folder, 'keys.json'), 'utf8');
    const { row } = vault.seal({ kind: '111', ...adult(2) }, '2026-W48');
    expect(readFileSync(join(machine.folder, 'keys.json'), 'utf8')).toBe(stored);
    vault.seal({ kind: '111', ...adult(3) }, WEEK);
    expect(vault.weeks()).toEqual([WEEK, '2026-W48']);
    expect((await open(machine.restart(), true)).open(row).ok).toBe(true);
  });

  test('nothing is sealed ahead and no key is made for a week that has none', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    const identity = { kind: '111', ...adult(1) };
    const token = vault.lookupToken('111', identity.number);
    expect(vault.sealAhead(identity, WEEK, token)).toBeUndefined();
    expect(vault.weeks()).toEqual([]);
    vault.seal(identity, WEEK, token);
    const ahead = vault.sealAhead(identity, WEEK, token);
    expect(ahead && vault.open(ahead.row)).toEqual({ ok: true, value: identity });
    expect(ahead?.token).toBe(token);
  });

  test('a disk that does not take the week key lets nothing be sealed', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    const { files } = machine.runtime;
    const whole = { ...files };
    files.writeAtomic = () => {
      throw new Error('ENOSPC');
    };
    expect(() => vault.seal({ kind: '111', ...adult(1) }, WEEK)).toThrow(KeysWriteError);
    expect(vault.weeks()).toEqual([]);
    Object.assign(files, whole);
    expect(vault.open(vault.seal({ kind: '111', ...adult(1) }, WEEK).row).ok).toBe(true);
  });

  test('keys are made only where there is no ledger and no key yet; a missing part is said, never replaced', async () => {
    const machine = newMachine();
    expect(await codeOf(machine, true)).toBe('keys.missing');
    expect(machine.runtime.files.exists('master.key')).toBe(false);
    await open(machine);
    expect(await codeOf(machine, true)).toBe('opened');
    const keys = readFileSync(join(machine.folder, 'keys.json'));
    const master = readFileSync(join(machine.folder, 'master.key'));
    rmSync(join(machine.folder, 'master.key'));
    expect(await codeOf(machine, false)).toBe('keys.missing');
    expect(await codeOf(machine, true)).toBe('keys.missing');
    writeFileSync(join(machine.folder, 'master.key'), master);
    rmSync(join(machine.folder, 'keys.json'));
    expect(await codeOf(machine, true)).toBe('keys.missing');
    expect(machine.runtime.files.exists('keys.json')).toBe(false);
    writeFileSync(join(machine.folder, 'keys.json'), keys);
    expect(await codeOf(machine, true)).toBe('opened');
  });

  test('a start that power ended between the two key files is finished at the next', async () => {
    const machine = newMachine();
    await open(machine);
    rmSync(join(machine.folder, 'keys.json'));
    expect(await codeOf(machine, false)).toBe('opened');
  });

  test('a broken part is said', async () => {
    const machine = newMachine();
    await open(machine);
    const path = join(machine.folder, 'keys.json');
    const text = readFileSync(path, 'utf8');
    for (const broken of [
      '{',
      text.replace('"lookup"', '"commandMac"'),
      text.replace('AES-256-GCM', 'SM4-GCM'),
      text.replace(/"wrapped": "./, '"wrapped": "_'),
    ]) {
      writeFileSync(path, broken);
      expect(await codeOf(machine, true)).toBe('keys.broken');
    }
    writeFileSync(path, text);
    writeFileSync(join(machine.folder, 'master.key'), `${'A'.repeat(43)}\n`);
    expect(await codeOf(machine, true)).toBe('keys.broken');
    writeFileSync(join(machine.folder, 'master.key'), 'short\n');
    expect(await codeOf(machine, true)).toBe('keys.broken');
  });

  test('command bodies have a keyed digest', async () => {
    const vault = await open(newMachine());
    expect(vault.commandMac('{"a":1}')).toEqual(vault.commandMac('{"a":1}'));
    expect(vault.commandMac('{"a":1}')).not.toEqual(vault.commandMac('{"a":2}'));
    expect(vault.commandMac('{}')).toHaveLength(32);
  });

  test('the window signs with Ed25519, and its key stays the same over a restart', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    const bytes = new TextEncoder().encode('SO1.payload');
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: vault.publicKey },
      format: 'jwk',
    });
    expect(verify(null, bytes, publicKey, vault.sign(bytes))).toBe(true);
    expect(verify(null, bytes.subarray(1), publicKey, vault.sign(bytes))).toBe(false);
    expect(vault.keyId).toBe(hash('sha256', Buffer.from(vault.publicKey, 'base64url'), 'hex').slice(0, 8));
    expect((await open(machine.restart(), true)).publicKey).toBe(vault.publicKey);
  });

  test('key pairs from raw bytes are those of RFC 8032 and RFC 7748', () => {
    const ed = privateKeyOf(
      'Ed25519',
      Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
    );
    expect(Buffer.from(publicKeyText(ed), 'base64url').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
    const alice = privateKeyOf(
      'X25519',
      Buffer.from('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a', 'hex'),
    );
    expect(Buffer.from(publicKeyText(alice), 'base64url').toString('hex')).toBe(
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    );
    const bob = privateKeyOf(
      'X25519',
      Buffer.from('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb', 'hex'),
    );
    const info = new Uint8Array(0);
    const shared = Buffer.from('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742', 'hex');
    expect(agreedKey(alice, publicKeyText(bob), info).export()).toEqual(
      Buffer.from(hkdfSync('sha256', shared, '', info, 32)),
    );
    expect(
      agreedKey(bob, publicKeyText(alice), info).equals(agreedKey(alice, publicKeyText(bob), info)),
    ).toBe(true);
    expect(() => privateKeyOf('X25519', new Uint8Array(31))).toThrow(TypeError);
  });
});

describe("a week's key for the city", () => {
  test('only the holder of the city key opens it, and rows open with it', async () => {
    const machine = newMachine();
    const vault = await open(machine);
    const identity = { kind: '111', ...adult(8) };
    const { row } = vault.seal(identity, WEEK);
    expect(decrypt(machine, vault, row)).toMatchObject(identity);
    const first = cityOpens(vault, seededRandom(7).bytes(32), WEEK);
    expect(first.key).toHaveLength(32);
    const second = vault.weekKeySealedToCity(WEEK, first.cityKey);
    expect(second.ok && second.value.ephemeral).not.toBe(first.sealed.ephemeral);
    const other = privateKeyOf('X25519', seededRandom(8).bytes(32));
    const wrong = agreedKey(other, first.sealed.ephemeral, weekKeyInfo(LEDGER, WEEK));
    expect(
      openBytes(wrong, fromBase64url(first.sealed.nonce), fromBase64url(first.sealed.sealed)),
    ).toBeUndefined();
    expect(vault.weekKeySealedToCity('2026-W01', first.cityKey)).toMatchObject({
      refusal: { code: 'keys.missing' },
    });
  });
});

test('drafts of key files that a power cut left are gone after the next start: destroyed keys stand nowhere', async () => {
  const machine = newMachine();
  await open(machine);
  const { files } = machine.runtime;
  for (const name of ['keys.json', 'gate-key.json', 'master.key'])
    writeFileSync(join(machine.folder, `${name}.0a1b2c3d.tmp`), files.readText('keys.json') ?? '');
  writeFileSync(join(machine.folder, 'anchor.json.0a1b2c3d.tmp'), '{}');
  const kept = files.list('').filter((name) => !/^(?:keys|gate-key|master)\..*\.tmp$/.test(name));
  await open(machine.restart(), true);
  expect(files.list('')).toEqual(kept);
});

/** What the city does with a sealed week key. */
function cityOpens(vault: Vault, cityPrivate: Uint8Array, week: string) {
  const cityKeyPair = privateKeyOf('X25519', cityPrivate);
  const publicText = publicKeyText(cityKeyPair);
  const cityKey = { keyId: keyIdOf(publicText), key: publicText };
  const result = vault.weekKeySealedToCity(week, cityKey);
  if (!result.ok) throw new Error(result.refusal.code);
  const sealed = sealedWeekKeySchema.parse(result.value);
  expect(sealed.cityKeyId).toBe(cityKey.keyId);
  const shared = agreedKey(cityKeyPair, sealed.ephemeral, weekKeyInfo(LEDGER, week));
  const key = openBytes(shared, fromBase64url(sealed.nonce), fromBase64url(sealed.sealed));
  if (!key) throw new Error('the week key did not open');
  return { cityKey, sealed, key };
}

/** A row opened as the city opens it: with the week's key that was sealed to it. */
function decrypt(
  machine: Machine,
  vault: Vault,
  row: { ref: string; week: string; nonce: string; sealed: string },
) {
  const { key } = cityOpens(vault, machine.runtime.random.bytes(32), row.week);
  const plain = openBytes(
    readyKey(key),
    fromBase64url(row.nonce),
    fromBase64url(row.sealed),
    sealedRowAad(LEDGER, row.ref),
  );
  if (!plain) throw new Error('the row did not open');
  return sealedRowPlainSchema.parse(JSON.parse(new TextDecoder().decode(plain)));
}
