import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan, SignedPlan } from '../../contract/contingency.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import type { Trust } from './accept-record.ts';
import { foldLibrary, judgePlan, type PublishedPlans } from './library.ts';
import { plan } from './sample.ts';

const keys = { host: '11111111', county: '22222222', stranger: '33333333' } as const;
type Who = keyof typeof keys;
const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
/** A signature that says who signed which text: the fold asks, it does not compute. */
const seal = (who: Who, text: string): string => `${who}-${sha256Hex(text)}`;
const trust: Trust = {
  isIssuers: () => false,
  isAuthority: () => false,
  approvers(keyId) {
    const who = (['host', 'county'] as const).find((one) => keys[one] === keyId);
    if (!who) return [];
    return [
      {
        kind: who === 'host' ? 'station' : 'authority',
        name: who,
        signed: (bytes, signature) =>
          signature === seal(who, new TextDecoder().decode(bytes).slice('so.plan.1\n'.length)),
      },
    ];
  },
  station: 'pier',
  sha256Hex,
};

const fog = (version: number, over: Partial<Plan> = {}): Plan =>
  plan([{ effect: 'queueNumbers', issue: true }], {
    id: 'fog',
    version,
    name: '大雾',
    loosensAtMostMin: null,
    ...over,
  });
function signed(of: object, who: Who = 'host'): SignedPlan {
  const text = jcs(of);
  return { alg: 'Ed25519', keyId: keys[who], text, signature: seal(who, text) };
}
const library = (...of: SignedPlan[]): PublishedPlans => foldLibrary(of, trust);
const judged = (one: SignedPlan, there: PublishedPlans): string => {
  const outcome = judgePlan(one, there, trust);
  return outcome.ok ? 'accepted' : outcome.refusal.code;
};

describe('a plan that comes to a library', () => {
  const second = library(signed(fog(2)));

  test.each([
    ['the very one that is there', signed(fog(2)), second, 'accepted'],
    ['a later version', signed(fog(3)), second, 'accepted'],
    ['the authority’s, whatever its version', signed(fog(1), 'county'), second, 'accepted'],
    ['an older version', signed(fog(1)), second, 'plan.outdated'],
    ['an unknown signer', signed(fog(3), 'stranger'), second, 'plan.signerUnknown'],
    [
      'a text that its signer did not sign',
      { ...signed(fog(3)), text: jcs(fog(3, { reviewEveryMin: 9 })) },
      second,
      'plan.textAltered',
    ],
    [
      'a wrong key under a known name',
      { ...signed(fog(3), 'stranger'), keyId: keys.host },
      second,
      'plan.textAltered',
    ],
    [
      'the station’s, where the authority holds it',
      signed(fog(9)),
      library(signed(fog(1), 'county')),
      'plan.authorityHolds',
    ],
    ['no plan at all', signed(['fog']), second, 'plan.signature'],
  ])('%s', (_, one, there, code) => {
    expect(judged(one, there)).toBe(code);
  });

  test('with another text under a version that is there loses on one side and wins on the other, so that all end with the same', () => {
    const [one, other] = [signed(fog(2)), signed(fog(2, { reviewEveryMin: 9 }))];
    const codes = [judged(one, library(other)), judged(other, library(one))];
    expect(codes.toSorted()).toEqual(['accepted', 'plan.sameVersion']);
  });

  test('is named in what is refused', () => {
    const outcome = judgePlan(signed(fog(1)), second, trust);
    expect(outcome.ok ? '' : outcome.refusal.message).toContain('大雾');
  });
});

test('a plan of a later program that is properly signed takes its place unread', () => {
  const later = signed({ ...fog(3), vocabulary: 2, effects: [{ effect: 'drones' }] });
  expect(library(signed(fog(2)), later).get('fog')).toMatchObject({ plan: null, version: 3 });
});

const published = fc.record({
  id: fc.constantFrom('fog', 'wind'),
  version: fc.integer({ min: 1, max: 3 }),
  reviewEveryMin: fc.integer({ min: 1, max: 3 }),
  who: fc.constantFrom<Who>('host', 'county', 'stranger'),
});
const documentOf = ({
  id,
  version,
  reviewEveryMin,
  who,
}: {
  id: string;
  version: number;
  reviewEveryMin: number;
  who: Who;
}) => signed(fog(version, { id, reviewEveryMin }), who);
/** What an office has that took the plans one after another, each only when it was not refused. */
function taken(documents: readonly SignedPlan[]): PublishedPlans {
  const kept: SignedPlan[] = [];
  for (const one of documents) if (judgePlan(one, foldLibrary(kept, trust), trust).ok) kept.push(one);
  return foldLibrary(kept, trust);
}
const hashes = (plans: PublishedPlans): [string, string][] =>
  [...plans].map(([id, { hash }]): [string, string] => [id, hash]).toSorted(([a], [b]) => (a < b ? -1 : 1));

test('in whatever order plans arrive, and however often, every office ends with the same library', () => {
  fc.assert(
    fc.property(fc.array(published, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (list, dice) => {
      const documents = list.map(documentOf);
      const other = documents
        .flatMap((one) => [one, one])
        .map((one) => ({ one, at: dice.next().value as number }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one);
      expect(hashes(taken(other))).toEqual(hashes(taken(documents)));
      expect(hashes(taken(documents))).toEqual(hashes(foldLibrary(documents, trust)));
    }),
  );
});

test('nothing that a stranger signed is ever in a library', () => {
  fc.assert(
    fc.property(fc.array(published, { maxLength: 12 }), (list) => {
      for (const { signed: one } of taken(list.map(documentOf)).values())
        expect(one.keyId).not.toBe(keys.stranger);
    }),
  );
});
