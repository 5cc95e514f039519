import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { planSchema, scopeSchema, signedPlanSchema, type SignedPlan } from '../../contract/contingency.ts';
import { clerkNumberSchema, instantSchema } from '../../contract/ids.ts';
import { measuredSchema, orderedBySchema } from '../../contract/orders.ts';
import type { AuthorityPaper } from '../../contract/authority.ts';
import { createAuthorityDesk, type AuthorityDesk } from '../authority-desk.ts';
import { privateKeyOf } from '../crypto.ts';

const USAGE = `approving authority: its key, and what it signs
  --key FILE    private key of the authority
  --new         makes the key (0600; never over one that is there) and prints its public half
  --sign FILE   YAML: what is to be signed; prints the signed paper for "city --papers"
`;

const n = z.int().min(1).max(999_999);
const station = z.string().regex(/^[a-z0-9-]{1,64}$/);
const signing = {
  station,
  n,
  by: clerkNumberSchema,
  reason: z.string().min(1).max(200),
  orderedBy: orderedBySchema.extend({ at: instantSchema.optional() }).nullable().default(null),
  measured: measuredSchema.extend({ at: instantSchema.optional() }).nullable().default(null),
};
/** `plan`: a YAML plan (it is signed here) or a paper that was signed before, beside this file. Times are ISO 8601 with their zone. */
const wantedSchema = z.discriminatedUnion('paper', [
  z.strictObject({ paper: z.literal('plan'), station, plan: z.string() }),
  z.strictObject({
    paper: z.literal('order'),
    ...signing,
    plan: z.string(),
    scope: scopeSchema.default({}),
    until: z.iso.datetime({ offset: true }).nullable(),
  }),
  z.strictObject({
    paper: z.literal('extend'),
    ...signing,
    order: n,
    until: z.iso.datetime({ offset: true }),
  }),
  z.strictObject({ paper: z.literal('end'), ...signing, order: n }),
]);
type Wanted = z.infer<typeof wantedSchema>;

const { values } = parseArgs({
  options: {
    key: { type: 'string' },
    new: { type: 'boolean', default: false },
    sign: { type: 'string' },
  },
});

function readKey(path: string): AuthorityDesk {
  const file = z
    .strictObject({ v: z.literal(1), signing: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })
    .parse(JSON.parse(readFileSync(path, 'utf8')));
  return createAuthorityDesk(privateKeyOf('Ed25519', Buffer.from(file.signing, 'base64url')));
}

function makeKey(path: string): void {
  if (existsSync(path)) throw new Error(`${path} is there already`);
  const file = { v: 1, signing: randomBytes(32).toString('base64url') };
  writeFileSync(path, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' });
}

function documentOf(desk: AuthorityDesk, path: string): SignedPlan {
  const text = readFileSync(path, 'utf8');
  if (!path.endsWith('.yaml'))
    return z.looseObject({ paper: z.looseObject({ plan: signedPlanSchema }) }).parse(JSON.parse(text)).paper
      .plan;
  return desk.plan(planSchema.parse(parse(text))).plan;
}

function paperOf(desk: AuthorityDesk, wanted: Wanted, folder: string, nowMs: number): AuthorityPaper {
  if (wanted.paper === 'plan') return { paper: 'plan', plan: documentOf(desk, join(folder, wanted.plan)) };
  const { orderedBy, measured } = wanted;
  const said = {
    station: wanted.station,
    n: wanted.n,
    by: wanted.by,
    reason: wanted.reason,
    at: nowMs,
    orderedBy: orderedBy && { ...orderedBy, at: orderedBy.at ?? nowMs },
    measured: measured && { ...measured, at: measured.at ?? nowMs },
  };
  if (wanted.paper === 'order') {
    const until = wanted.until === null ? null : Date.parse(wanted.until);
    return desk.order(documentOf(desk, join(folder, wanted.plan)), { ...said, scope: wanted.scope, until });
  }
  return wanted.paper === 'extend'
    ? desk.extend({ ...said, order: wanted.order, until: Date.parse(wanted.until) })
    : desk.end({ ...said, order: wanted.order });
}

if (values.key === undefined || values.new === (values.sign !== undefined)) {
  process.stderr.write(USAGE);
  process.exit(2);
}
try {
  if (values.sign === undefined) {
    makeKey(values.key);
    process.stdout.write(`${readKey(values.key).publicKey}\n`);
  } else {
    const wanted = wantedSchema.parse(parse(readFileSync(values.sign, 'utf8')));
    const paper = paperOf(readKey(values.key), wanted, dirname(values.sign), Date.now());
    process.stdout.write(`${JSON.stringify({ station: wanted.station, paper })}\n`);
  }
} catch (error) {
  const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
