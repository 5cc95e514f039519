import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../../contract/encoding/bytes.ts';
import { jcs } from '../../../contract/encoding/jcs.ts';
import {
  feedSchema,
  feedSignedBytes,
  signedFeedSchema,
  type Feed,
  type SignedFeed,
} from '../../../contract/feed.ts';
import { checkFeed as checkContent } from '../../../domain/feed-check.ts';
import { sampleFeed } from '../../../domain/sample-feed.ts';
import { createTimetable } from '../../../domain/timetable.ts';
import type { BusinessDate } from '../../../contract/ids.ts';
import { checkFeed, readLastGood, writeLastGood } from '../../../main/citylink/feed-store.ts';
import type { FileStore } from '../../../main/runtime.ts';
import type { Dice } from '../dice.ts';
import { must, mustBeRefusal, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { CANARY, jsonText, mutateJson, mutateText } from '../mutate.ts';

const STATION = 'pier';
const feed: Feed = sampleFeed();
const dates = ['2026-11-21', '2027-01-01', '2030-02-28'] as BusinessDate[];

/** Wrong in ways that every single field survives: the whole is what is wrong. */
function disjoint(dice: Dice): unknown {
  const copy = structuredClone(feed) as {
    [K in 'places' | 'lines' | 'departures' | 'fares' | 'rules']: Record<string, unknown>[];
  };
  const list = copy[dice.pick(['places', 'lines', 'departures', 'fares', 'rules'] as const)];
  const at = dice.below(list.length);
  const row = list[at] ?? {};
  switch (dice.below(3)) {
    case 0:
      list.push({ ...row });
      break;
    case 1:
      list.splice(at, 1);
      break;
    default:
      Object.assign(
        row,
        dice.pick([
          { validFrom: '2031-01-01' },
          { validTo: '2020-01-02' },
          { lineId: 'no-line' },
          { toPlaceId: 'no-place' },
          { ruleId: 'NO-RULE' },
          { ticketClass: 'full' },
        ]),
      );
      if (!feedSchema.safeParse(copy).success) return feed;
  }
  return copy;
}

export const feedFuzzer: Fuzzer = {
  name: 'feed',
  boundary: 'signed timetable and fares, as they come and as they are kept',
  quickCases: 800,
  share: 50,
  casesPerRound: 400,
  reaches: ['good', 'refused', 'signed and refused', 'kept', 'kept copy refused'],
  open: ({ planted, count }) => {
    const pair = generateKeyPairSync('ed25519');
    const publicKey = createPublicKey(pair.privateKey);
    const signing = { keyId: '0a1b2c3d', key: publicKey.export({ format: 'jwk' }).x ?? '' };
    const signed = (text: string): SignedFeed => ({
      alg: 'Ed25519',
      keyId: signing.keyId,
      text,
      signature: toBase64url(sign(null, feedSignedBytes(text), pair.privateKey)),
    });
    const isSigned = ({ text, signature }: SignedFeed): boolean => {
      try {
        return verify(null, feedSignedBytes(text), publicKey, fromBase64url(signature));
      } catch {
        return false;
      }
    };
    const good = signed(jcs(feed));
    let kept: string | undefined;
    const files = {
      readText: () => kept,
      writeAtomic: (_name: string, text: string) => void (kept = text),
    } as unknown as FileStore;
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const check: typeof checkFeed = (given, key, station) => {
      const checked = checkFeed(given, key, station);
      return planted && !checked.ok && given.keyId === key.keyId && isSigned(given)
        ? { ok: true, value: { feed, signed: given, hash: '' } }
        : checked;
    };
    return {
      one(dice) {
        const isResigned = dice.once(2);
        const given: SignedFeed = isResigned
          ? signed(
              dice.once(3) ? jcs(disjoint(dice)) : jsonText(dice, mutateJson(dice, feed), 8).toWellFormed(),
            )
          : dice.once(2)
            ? { ...good, text: mutateText(dice, good.text) }
            : (mutateJson(dice, good) as SignedFeed);
        if (!signedFeedSchema.safeParse(given).success) return count('not even the shape');
        const checked = check(given, signing, STATION);
        if (!checked.ok) {
          // Who signed it may be told which row of it is wrong; a stranger's words are not repeated.
          const isKnown = isSigned(given);
          const words = JSON.stringify(checked.refusal);
          mustBeRefusal(
            isKnown ? JSON.parse(words.replaceAll(CANARY, '?')) : checked.refusal,
            isKnown ? [] : ['样例'],
          );
          count(isResigned ? 'signed and refused' : 'refused');
        } else {
          const { value } = checked;
          must(
            given.keyId === signing.keyId && isSigned(given),
            'a feed that the city never signed',
            given.signature,
          );
          const parsed = feedSchema.safeParse(JSON.parse(given.text));
          must(parsed.success && parsed.data.station === STATION, 'a feed of the wrong shape or station');
          mustEqual(value.feed, parsed.data, 'another feed than the signed one');
          const content = checkContent(parsed.data);
          must(
            content.ok,
            'a feed that contradicts itself is put in force',
            content.ok ? undefined : content.refusal.message,
          );
          const timetable = createTimetable(value.feed);
          for (const date of dates)
            for (const { line } of timetable.departuresOn(date)) timetable.fareRow(line.id, 'full', date);
          count('good');
          writeLastGood(files, value);
          mustEqual(
            readLastGood(files, log, signing, STATION)?.feed,
            value.feed,
            'the last good feed is not read again',
          );
        }
        if (!dice.once(3)) return;
        kept = dice.once(2)
          ? mutateText(dice, `${JSON.stringify(good)}\n`)
          : JSON.stringify(mutateJson(dice, good));
        const read = readLastGood(files, log, signing, STATION);
        if (read) mustEqual([read.feed, read.signed.text], [feed, good.text], 'a changed copy is believed');
        count(read ? 'kept' : 'kept copy refused');
      },
    };
  },
};
