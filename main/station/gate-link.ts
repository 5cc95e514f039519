import { picturePulledSchema, picturePullSchema, GATE_SUBJECTS } from '../../contract/station-gate.ts';
import type { PicturePage } from '../../contract/station-gate.ts';
import type { SealedWeekKey } from '../../contract/encoding/batch.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { Down } from '../citylink/down.ts';
import type { RelayedKeys } from '../desks/gate-tickets.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import type { Station } from './create.ts';
import { createNameWipe } from './name-wipe.ts';

/** The picture of the station's host at an office with a gate, and who gives it there. */
export interface GateLink {
  /** Somebody works at a gate of this office: from here on it follows the host's picture. */
  follow(): void;
  /** Brings what is new; false when the host could not be asked. */
  pull(): Promise<boolean>;
  /** Everything that this office wrote is at the host; false when that cannot be had now. */
  flush(): Promise<boolean>;
  /** `own`: this office has the picture itself. */
  state(): { link: 'own' | 'linked' | 'apart'; knownAt: number | null };
  /** Why the host gives no picture: this window may not work as a gate. Null while it may, or nothing was heard. */
  denied(): Refusal | null;
  /** Hears that there is contact with the host again. */
  onContact(hear: () => void): void;
  /** Something of this office's picture changed: at the host, offices that follow it hear so. */
  changed(): void;
}

export interface GateLinkParts {
  runtime: Pick<Runtime, 'clock' | 'log'>;
  ledger: Pick<Ledger, 'station' | 'picture' | 'ledgerId'>;
  vault: Pick<
    Vault,
    'station' | 'gateKey' | 'lookupToken' | 'openWeekKey' | 'weekKeySealedToCity' | 'weekKeyResealed'
  >;
  station: Pick<Station, 'member' | 'server' | 'answers'>;
  write: (entries: NewEntry[]) => void;
  /** Who is signed in here. */
  people: () => string[];
  relayed: RelayedKeys;
  /** This PC is set up as a gate: it follows from its start. */
  isGate: boolean;
  /** Rows came in. */
  onRows: (page: PicturePage) => void;
  onState: () => void;
  /** Keys to names are gone from here. */
  onWiped: () => void;
}

/** Who is given keys to names. */
interface Asker {
  window: WindowId;
  keyId: string;
  people: string[] | undefined;
}

export function createGateLink(parts: GateLinkParts): GateLink {
  const { ledger, vault, station, runtime } = parts;
  const { member } = station;
  const { picture } = ledger;
  const followers = new Set<WindowId>();
  let isFollowing = parts.isGate;
  let knownAt: number | null = null;
  let isReached = false;
  let denied: Refusal | null = null;
  let contacted: (() => void) | undefined;
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;

  const nameWipe = createNameWipe({ ...parts, onWiped: () => parts.onWiped() });

  const fromDate = () => addDays(businessDateOf(runtime.clock.nowMs()), -1);

  /** Week keys that a page's identities need, sealed to the office that asked. */
  function keysFor(page: PicturePage, to: { keyId: string; key: string }): SealedWeekKey[] {
    const weeks = new Set(page.identities.map(({ row }) => row.week));
    const held = ledger.station.relayWeeks(page.window, page.ledgerId);
    return [...weeks].flatMap((week) => {
      const other = held.find((key) => key.week === week);
      const sealed =
        page.ledgerId === ledger.ledgerId
          ? vault.weekKeySealedToCity(week, to, page.ledgerId)
          : other && vault.weekKeyResealed(other, page.ledgerId, to);
      return sealed?.ok ? [sealed.value] : [];
    });
  }

  /** What an office is given for the first time stands in the journal before it has it. */
  function noteKeys(page: PicturePage, weekKeys: readonly SealedWeekKey[], from: Asker): void {
    const { window, keyId } = from;
    const before = ledger.station.keysGiven(window, keyId, page.ledgerId);
    const weeks = weekKeys.map(({ week }) => week).filter((week) => !before.has(week));
    if (weeks.length === 0) return;
    const guest = station.server?.live().find(({ row }) => row.window === window);
    const enrolled = ledger.station.windows().findLast((row) => row.window === window);
    const ledgerId = guest?.row.ledgerId ?? enrolled?.ledgerId;
    if (ledgerId === undefined) throw new Error(`${window} is no window of this host`);
    const signedIn = from.people ?? guest?.state.signedIn ?? [];
    const to = { window, ledgerId, keyId, signedIn };
    const of = { ofWindow: page.window, ofLedger: page.ledgerId };
    parts.write([{ kind: 'names.keysGiven', body: { ...to, ...of, weeks, why: 'gate' } }]);
  }

  station.answers(GATE_SUBJECTS.pull, (params, from): Outcome<unknown> => {
    const asked = picturePullSchema.safeParse(params);
    if (!asked.success) return refused('host.rubbish', { detail: GATE_SUBJECTS.pull });
    const row = ledger.station.windows().findLast(({ window }) => window === from);
    if (row?.state !== 'enrolled' || !ledger.station.mayGate(from)) {
      followers.delete(from);
      return refused('gate.noRight');
    }
    if (!followers.has(from)) runtime.log.info({ window: from }, 'a gate follows the picture');
    followers.add(from);
    const { have, sealing, people } = asked.data;
    const page = picture.follow.page(
      new Map(have.map((one) => [one.ledgerId, one.seq])),
      asked.data.fromDate,
    );
    const weekKeys = page ? keysFor(page, sealing) : [];
    if (page) noteKeys(page, weekKeys, { window: from, keyId: sealing.keyId, people });
    return accepted({ page: page ?? null, weekKeys });
  });

  /** Look-up tokens of a page's documents under this office's own key. */
  function tokensOf({ window, ledgerId, identities }: PicturePage): Map<number, Uint8Array> {
    const tokens = new Map<number, Uint8Array>();
    for (const { seq, row } of identities) {
      const opened = parts.relayed.open(window, ledgerId, row);
      if (opened.ok) tokens.set(seq, vault.lookupToken(opened.value.kind, opened.value.number));
    }
    return tokens;
  }

  async function run(): Promise<boolean> {
    try {
      for (;;) {
        if (!member?.isUp()) return reached(false);
        const wipes = nameWipe.count();
        // Sealed to a key that is gone, or that an older program had: brought anew under this one.
        if (!vault.gateKey.isMade() && picture.follow.have().length > 0) ledger.station.forgetNames();
        const answer = await member.ask(GATE_SUBJECTS.pull, {
          // What this office wrote itself it does not ask for.
          have: [
            ...picture.follow.have().filter(({ ledgerId }) => ledgerId !== ledger.ledgerId),
            { ledgerId: ledger.ledgerId, seq: Number.MAX_SAFE_INTEGER },
          ],
          fromDate: fromDate(),
          people: parts.people(),
          sealing: vault.gateKey.sealing(),
        });
        const pulled = picturePulledSchema.safeParse(answer);
        if (!pulled.success) return reached(false);
        denied = null;
        const { page, weekKeys } = pulled.data;
        if (!page) return reached(true);
        // Asked for while this office was a gate, and no longer its to have.
        if (nameWipe.count() !== wipes) return reached(false);
        ledger.station.keepWeeks(page.window, page.ledgerId, weekKeys);
        picture.follow.take(page, tokensOf(page));
        parts.onRows(page);
      }
    } catch (error) {
      if (!(error instanceof Down)) throw error;
      denied = error.refusal.code === 'gate.noRight' ? error.refusal : denied;
      return reached(false);
    }
  }

  function reached(now: boolean): boolean {
    if (now) knownAt = runtime.clock.nowMs();
    if (now !== isReached) {
      isReached = now;
      parts.onState();
    }
    return now;
  }

  /** One run at a time; what asks while one runs waits for the one after it, so that it has everything from before it asked. */
  function pull(): Promise<boolean> {
    if (!member) return Promise.resolve(true);
    isFollowing = true;
    if (!running) {
      running = run().finally(() => (running = undefined));
      return running;
    }
    next ??= running
      .catch(() => false)
      .then(() => {
        next = undefined;
        return pull();
      });
    return next;
  }

  function look(): void {
    if (!isFollowing) return;
    pull().catch((error: unknown) =>
      runtime.log.error(
        { why: error instanceof Error ? error.stack : String(error) },
        'the picture is not followed',
      ),
    );
  }

  member?.onPicture((isContact) => {
    look();
    if (!isContact) return;
    nameWipe.contact();
    contacted?.();
  });

  return {
    follow() {
      if (isFollowing || !member) return;
      isFollowing = true;
      look();
    },
    pull,
    flush: () => member?.flush() ?? Promise.resolve(true),
    state: () => ({
      link: !member ? 'own' : isReached && member.isUp() ? 'linked' : 'apart',
      knownAt,
    }),
    denied: () => denied,
    onContact(hear) {
      contacted = hear;
    },
    changed() {
      for (const window of followers) station.server?.tell(window, 'picture.changed', {});
    },
  };
}
