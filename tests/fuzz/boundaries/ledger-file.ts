import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BusinessDate } from '../../../contract/ids.ts';
import type { Ledger } from '../../../main/ledger/types.ts';
import { lockDataFolder } from '../../../main/ledger/lock.ts';
import { makeMachine } from '../../support/machine.ts';
import { openWindow, tryWindow, departureOn } from '../../support/window.ts';
import type { Dice } from '../dice.ts';
import { must, mustBeRefusal, type Fuzzer } from '../fuzzer.ts';
import { mutateBytes } from '../mutate.ts';
import { scratchFolder } from '../scratch.ts';

const BUSINESS_DATE = '2026-11-21' as BusinessDate;
const DEPARTURE = departureOn(BUSINESS_DATE, '1100');

const files = ['ledger.db', 'ledger.db-wal', 'anchor.json', 'keys.json', 'master.key'] as const;

/** Every entry with its hash, in order: what must not change unseen. */
function journalOf(ledger: Ledger): string {
  return ledger
    .entriesAfter(0, 100_000, 100_000_000)
    .map(({ seq, canonical, hash }) => `${seq} ${Buffer.from(hash).toString('hex')} ${canonical}`)
    .join('\n');
}

/** What the tables beside the journal answer: screens and sales rest on it. How far a print came is no projection. */
function answersOf(ledger: Ledger): string {
  const tickets = ledger.tickets({ limit: 1_000 });
  return JSON.stringify([
    tickets.map((ticket) => ({ ...ticket, print: null })),
    tickets.map(({ body }) => ledger.ticket(body.ticketNumber)?.seq),
    tickets.map(({ body }) =>
      ledger.tickets({ limit: 5, ticketNumberSuffix: body.ticketNumber.slice(-6) }).map(({ seq }) => seq),
    ),
    ledger.openShift(),
    ledger.shift(tickets[0]?.body.shiftId ?? ''),
    [...ledger.heldByDeparture([DEPARTURE])],
    ledger.nextSerial(BUSINESS_DATE),
    ledger.picture.ticketsOfDeparture(DEPARTURE),
  ]);
}

/** Bytes of a page are hit where rows, cells and headers are, not only anywhere. */
function damage(dice: Dice, bytes: Uint8Array): Uint8Array {
  const page = 4096;
  switch (dice.below(6)) {
    case 0:
      return mutateBytes(dice, bytes);
    case 1: {
      const out = bytes.slice();
      const at =
        dice.below(Math.max(1, Math.floor(out.length / page))) * page +
        dice.below(dice.pick([16, 100, page]));
      if (at < out.length) out[at] = dice.below(256);
      return out;
    }
    case 2:
      return bytes.slice(
        0,
        dice.pick([0, dice.below(bytes.length + 1), Math.floor(dice.below(bytes.length + 1) / page) * page]),
      );
    case 3:
      return new Uint8Array(Buffer.concat([bytes, dice.bytes(dice.pick([1, 24, page]))]));
    case 4: {
      const out = bytes.slice();
      const from = dice.below(Math.max(1, Math.floor(out.length / page))) * page;
      out.copyWithin(dice.below(Math.max(1, Math.floor(out.length / page))) * page, from, from + page);
      return out;
    }
    default: {
      // One letter of a text becomes another: the shape of the file stays whole.
      const out = bytes.slice();
      for (let tries = 0; tries < 50; tries += 1) {
        const at = dice.below(out.length);
        const byte = out[at] ?? 0;
        if (byte < 0x30 || byte > 0x7a) continue;
        out[at] = byte === 0x31 ? 0x32 : 0x31;
        break;
      }
      return out;
    }
  }
}

export const ledgerFileFuzzer: Fuzzer = {
  name: 'ledger-file',
  boundary: 'ledger.db, its WAL, anchor.json and the key files after damage',
  quickCases: 150,
  share: 8,
  casesPerRound: 50,
  reaches: ['same', 'mended', 'left behind', 'ledger.broken', 'keys.broken'],
  async open({ dice: chance, planted, count }) {
    const folder = scratchFolder();
    const live = join(folder, 'live');
    mkdirSync(live);
    const machine = makeMachine({ folder: live, seed: chance.below(1000) });
    const window = await openWindow(machine);
    window.openShift();
    const departure = DEPARTURE;
    window.takeLease(departure, { count: 200 });
    for (let n = 0; n < 12; n += 1) window.sell(departure, [n * 2, n * 2 + 1]);
    window.ledger.recordAnswer({ ackSeq: 10, verdicts: [], weekKeys: [] });
    machine.pass(2_000);
    const truth = journalOf(window.ledger);
    const answers = answersOf(window.ledger);
    const copyOf = (name: string): string => {
      const to = join(folder, name);
      mkdirSync(to);
      for (const file of files) if (existsSync(join(live, file))) cpSync(join(live, file), join(to, file));
      return to;
    };
    // As after a power cut, everything still in the WAL; and as after a clean stop.
    const torn = copyOf('torn');
    window.close();
    const clean = copyOf('clean');
    let cases = 0;
    return {
      async one(dice) {
        cases += 1;
        const at = join(folder, `case-${cases}`);
        cpSync(dice.once(2) ? torn : clean, at, { recursive: true });
        const there = files.filter((file) => existsSync(join(at, file)));
        for (let times = dice.pick([1, 1, 1, 2]); times > 0; times -= 1) {
          const file = dice.once(3)
            ? dice.pick(there)
            : dice.pick(there.filter((name) => name.startsWith('ledger.db')));
          writeFileSync(join(at, file), damage(dice, readFileSync(join(at, file))));
        }
        // Without an anchor nobody can know that entries are gone from the end.
        if (planted) rmSync(join(at, 'anchor.json'), { force: true });
        const damaged = makeMachine({ folder: at, seed: 2 });
        try {
          const locked = lockDataFolder(damaged.runtime, { pid: 1 });
          must(locked.ok, 'the folder cannot be locked');
          try {
            const opened = await tryWindow(damaged);
            if (!opened.ok) {
              mustBeRefusal(opened.refusal);
              return count(opened.refusal.code);
            }
            const { ledger } = opened.value;
            try {
              if (ledger.succession) return count('left behind');
              const verified = ledger.verify();
              if (!verified.ok) return count('found by verify');
              must(journalOf(ledger) === truth, 'the journal is another one, and nobody has noticed');
              must(
                answersOf(ledger) === answers,
                'the journal is whole, and the tables beside it answer wrongly',
              );
              count(damaged.logged.some(({ message }) => message.includes('made again')) ? 'mended' : 'same');
            } finally {
              ledger.close();
            }
          } finally {
            locked.value.release();
          }
        } finally {
          rmSync(at, { recursive: true, force: true });
        }
      },
      end: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
