import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { answerCarried } from '../../../city/carried.ts';
import { makeEnrolmentCode } from '../../../city/enrolment.ts';
import { toBase64url } from '../../../contract/encoding/bytes.ts';
import {
  carriedAnswerBytes,
  carriedAnswerName,
  type CarriedAnswer,
} from '../../../contract/encoding/carried.ts';
import { signEd25519 } from '../../../city/crypto.ts';
import { createCarriedBatches } from '../../../main/citylink/carried-batches.ts';
import { writeCityFile } from '../../../main/citylink/city-file.ts';
import { openCarriedFolder } from '../../../main/shells/carried-folder.ts';
import { makeMachine } from '../../support/machine.ts';
import { departureOn, openWindow, WINDOW } from '../../support/window.ts';
import type { WindowId } from '../../../contract/ids.ts';
import type { Dice } from '../dice.ts';
import { must, mustBeRefusal, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { jsonText, mutateBytes, mutateJson } from '../mutate.ts';
import { scratchFolder } from '../scratch.ts';
import { theCity } from './gateway.ts';

const URL = 'http://127.0.0.1:9/';
type Carried = { answer: CarriedAnswer; signature: string };

/** What a stick may have made of a batch: bytes, or lines within a whole gzip. */
function damagedBatch(dice: Dice, gzip: Uint8Array): Uint8Array {
  if (dice.once(2)) return mutateBytes(dice, gzip);
  const lines = gunzipSync(gzip).toString('utf8').split('\n');
  const at = dice.below(lines.length);
  switch (dice.below(3)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, lines[dice.below(lines.length)] ?? '');
      break;
    default:
      if (lines[at]) lines[at] = jsonText(dice, mutateJson(dice, JSON.parse(lines[at])));
  }
  return gzipSync(lines.join('\n').toWellFormed());
}

export const carriedFuzzer: Fuzzer = {
  name: 'carried',
  boundary: 'batch files and answer files carried by hand',
  quickCases: 30,
  share: 5,
  casesPerRound: 20,
  reaches: ['city.batchShape', 'link.answerBad', 'taken', 'known'],
  async open({ dice: chance, planted, count }) {
    const { gateway, store, ring, runtime } = await theCity();
    const folder = scratchFolder();
    const live = join(folder, 'live');
    const stick = join(folder, 'stick');
    mkdirSync(live);
    mkdirSync(stick);
    const machine = makeMachine({ folder: live, seed: chance.below(1_000_000) });
    // The run with the planted bug has the same dice: the city must not know its window from before.
    const station = `fuzz-${planted ? 'planted' : 'carried'}-${chance.hex(12)}`;
    const window = await openWindow(machine, { window: `${station}/03` as WindowId });
    const { ledger, vault } = window;
    const enrolled = await gateway.rpc({
      id: 1,
      method: 'window.enrol',
      params: { code: await makeEnrolmentCode(store, runtime), window: ledger.window, key: vault.publicKey },
    });
    must(enrolled.ok, 'the window of the round is not enrolled', enrolled);
    const keys = ring.publicKeys;
    writeCityFile(machine.runtime.files, { v: 1, url: URL, window: ledger.window, keys });
    const carried = createCarriedBatches({
      runtime: {
        ...machine.runtime,
        openFolder: openCarriedFolder,
        timers: { setTimeout: (work) => setImmediate(work) as never, clearTimeout: () => undefined },
      },
      ledger,
      vault,
      window: ledger.window,
      url: URL,
      isOpen: () => true,
    });
    window.openShift();
    const departure = departureOn('2026-11-21', '1100');
    window.takeLease(departure, { count: 5_000 });
    let people = 0;

    const inCity = async (): Promise<number> => {
      const [row] = await store.query<{ n: number }>(
        'select count(*) as n from entries where window_id = $1',
        [ledger.window],
      );
      return row?.n ?? 0;
    };
    const importAnswer = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(stick, name), bytes);
      const done = carried.import(stick);
      must(done.ok, 'the folder is refused', done);
      const [file] = done.value.files;
      must(done.value.files.length === 1 && file?.name === name, 'not one word a file', done.value);
      return file;
    };

    return {
      async one(dice) {
        window.sell(departure, [(people += 1)]);
        const exported = await carried.export(stick);
        must(exported.ok, 'the stick is refused', exported);
        const [file] = exported.value.files;
        must(file !== undefined && exported.value.files.length === 1, 'not one file', exported.value);
        const good = readFileSync(join(stick, file.name));
        const before = await inCity();
        const bad = damagedBatch(dice, good);
        const heard = await answerCarried(gateway, ring, bad);
        if (!heard.answer.ok) {
          mustBeRefusal(heard.answer.refusal);
          count(heard.answer.refusal.code);
          if (planted) await answerCarried(gateway, ring, good);
          mustEqual(await inCity(), before, 'a refused file has left something in the city');
        } else count('a harmless change');

        const answered = await answerCarried(gateway, ring, good);
        must(
          answered.answer.ok && answered.carried !== undefined,
          'the good file is not taken',
          answered.answer,
        );
        const truth: Carried = answered.carried;
        const name = carriedAnswerName(file.name);
        const acked = ledger.uploadState().ackSeq;
        const state = JSON.stringify(ledger.uploadState());
        const text = JSON.stringify(truth);
        const odd = dice.once(2)
          ? mutateBytes(dice, Buffer.from(text))
          : Buffer.from(
              jsonText(dice, mutateJson(dice, dice.once(3) ? signedAnew(dice, truth) : truth)).toWellFormed(),
            );
        const taken = importAnswer(name, odd);
        if (taken.outcome === 'refused') {
          mustBeRefusal(taken.refusal);
          count(taken.refusal.code);
          mustEqual(JSON.stringify(ledger.uploadState()), state, 'a refused answer has changed something');
        } else must(ledger.uploadState().ackSeq <= file.to, 'acknowledged beyond what was carried', taken);
        const right = importAnswer(name, text);
        must(right.outcome === 'taken' || right.outcome === 'known', 'the good answer is not taken', right);
        must(
          ledger.uploadState().ackSeq === file.to && file.to > acked,
          'not acknowledged',
          ledger.uploadState(),
        );
        count(importAnswer(name, text).outcome);
        count('taken');
        rmSync(join(stick, name));
        rmSync(join(stick, file.name));
      },
      async end() {
        const verified = ledger.verify();
        const head = ledger.head().seq;
        window.close();
        rmSync(folder, { recursive: true, force: true });
        if (planted) return;
        must(verified.ok, 'the ledger does not hold', verified);
        mustEqual(await inCity(), head, 'the city has not what the window has');
      },
    };

    /** A city that errs: signed well, and said of something else. */
    function signedAnew(dice: Dice, { answer }: Carried): Carried {
      const other = {
        ...answer,
        from: dice.pick([answer.from, 1, answer.from + 1]),
        to: dice.pick([answer.to, answer.to + 1, 1]),
        ledgerId: dice.pick([answer.ledgerId, answer.ledgerId.replace(/^./, 'f') as typeof answer.ledgerId]),
        window: dice.pick([answer.window, WINDOW]),
      };
      return { answer: other, signature: toBase64url(signEd25519(ring.signing, carriedAnswerBytes(other))) };
    }
  },
};
