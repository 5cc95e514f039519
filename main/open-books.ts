import type { WindowId } from '../contract/ids.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { businessDateOf } from '../domain/time.ts';
import { inspectLedger } from './ledger/inspect.ts';
import { openLedger } from './ledger/ledger.ts';
import type { Ledger } from './ledger/types.ts';
import type { OfficeOptions } from './office-types.ts';
import { enrolBeforeLedger } from './station/enrol-first.ts';
import { RETIRED_FILE } from './station/retirement.ts';
import { fileKeyStore } from './vault/file-key-store.ts';
import type { Vault } from './vault/types.ts';
import { openVault } from './vault/vault.ts';
import { TRAINING_FOLDER } from './training.ts';

/** What an office writes in, and the keys to it. */
export interface Books {
  window: WindowId;
  vault: Vault;
  ledger: Ledger;
}

/** Keys before rows, facts before keys: nothing is written until it is known that it may be. */
export async function openBooks(options: OfficeOptions): Promise<Outcome<Books>> {
  const { runtime, config, migrations, program, trace } = options;
  // A training ledger is no window of any station: put in the place of a real one, it is refused as foreign.
  const home = options.training ? TRAINING_FOLDER : config.station.id;
  const window = `${home}/${String(config.window).padStart(2, '0')}` as WindowId;
  const facts = inspectLedger({ runtime, window, migrations });
  if (!facts.ok) return facts;
  const vault = await openVault({
    runtime,
    keyStore: options.keyStore ?? fileKeyStore(runtime.files),
    ledgerId: facts.value.ledgerId,
    hasLedger: !facts.value.isNew,
  });
  if (!vault.ok) {
    if (runtime.files.exists(RETIRED_FILE)) return refused('window.retired');
    const { leftBehind } = facts.value;
    if (!leftBehind) return vault;
    // Without its keys no successor could sign as this window.
    const { anchor, file } = leftBehind;
    return refused('ledger.older', { ledgerSeq: file?.seq ?? 0, anchorSeq: anchor?.seq ?? '无法读取' });
  }
  const { isNew, ledgerId } = facts.value;
  const ordinal = isNew ? await enrolBeforeLedger(options, vault.value, window, ledgerId) : accepted(1);
  if (!ordinal.ok) return ordinal;
  const ledger = openLedger({
    runtime,
    window,
    stationCode: config.station.code,
    windowNumber: config.window,
    ordinal: ordinal.value,
    program,
    signingKey: vault.value.publicKey,
    businessDateOf,
    migrations,
    ledgerId: facts.value.ledgerId,
    ...(trace ? { trace } : {}),
  });
  if (!ledger.ok) return ledger;
  return accepted({ window, vault: vault.value, ledger: ledger.value });
}
