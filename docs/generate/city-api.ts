import { z } from 'zod';
import { batchAnswerSchema, cityMethods } from '../../contract/city.ts';
import {
  batchEntryLineSchema,
  batchHeadLineSchema,
  batchWeekKeyLineSchema,
} from '../../contract/encoding/batch.ts';
import { entryBodies, entryEnvelopeSchema } from '../../contract/entries.ts';
import { feedSchema } from '../../contract/feed.ts';
import { refusalCatalogue, refusalSchema } from '../../contract/refusals.ts';
import { toYaml } from './yaml.ts';

type Json = Record<string, unknown>;

/** `docs/city-api.yaml`: OpenAPI 3.1 of the city gateway, made from the contract. */
export function cityApiYaml(): string {
  return `# Made by \`npm run docs\` from contract/city.ts. Do not edit.${toYaml(cityApi())}`;
}

const summaries: Record<keyof typeof cityMethods, string> = {
  'window.enrol':
    'Exchanges an enrolment code (once, 24 hours) for the city’s public keys. The same window with the same key may ask again with the code that it used; another key is refused.',
  'ledger.position': 'Where the city stands for one ledger.',
  'window.ledgers':
    'All ledgers of a window, oldest first: a window that must leave an older file behind learns which ordinals are used and where its predecessor ends.',
  'window.forks':
    'Ledgers of a window of which two copies lived, and the tickets of the other copy beside those that they meet: the same seat or the same number. What a ledger wrote after its successor had opened stands here too.',
  'ledger.totals':
    'Control totals of up to 31 business dates as the city counts them, to be compared with the window’s own. `ackSeq` says how far the city has the ledger.',
  'ledger.read':
    'A ledger of another window of the same station as the city has it, signed for by the asking window: what is known of a machine that is lost.',
  'feed.get': 'Timetable and fares of a station, signed, when newer than `have`; null when there is nothing newer.',
  'authority.get':
    'What the approving authorities of a station signed, after a place, oldest first: plans for its library, orders, extensions and ends. Passed on as it came; the office checks the signature against the key that its `station.json` names.',
  'authority.put':
    'Hands in what an authority signed for a station. It vouches for itself: the signature must be of a key that the city’s operator named for that station (`--authority`). An order brings its plan. The same paper again is answered with the same place.',
  'city.hello': 'Name, clock and public keys of the city.',
};

/** The whole description as a plain object. */
export function cityApi(): Json {
  const methods = Object.keys(cityMethods) as (keyof typeof cityMethods)[];
  const schemas: Json = {
    Refusal: schemaOf(refusalSchema),
    Refused: {
      type: 'object',
      description: 'The id is null only when the request was too broken to have one.',
      properties: { id: ID_OR_NULL, ok: { const: false }, refusal: ref('Refusal') },
      required: ['id', 'ok', 'refusal'],
      additionalProperties: false,
    },
    BatchAnswer: schemaOf(batchAnswerSchema),
    BatchHeadLine: schemaOf(batchHeadLineSchema),
    BatchWeekKeyLine: schemaOf(batchWeekKeyLineSchema),
    BatchEntryLine: schemaOf(batchEntryLineSchema),
    EntryEnvelope: schemaOf(entryEnvelopeSchema),
    EntryBodies: {
      type: 'object',
      description: 'Body of an entry by its kind.',
      properties: Object.fromEntries(Object.entries(entryBodies).map(([kind, body]) => [kind, schemaOf(body)])),
    },
    Feed: schemaOf(feedSchema),
  };
  for (const method of methods) {
    const name = nameOf(method);
    schemas[`${name}Request`] = {
      type: 'object',
      description: summaries[method],
      properties: { id: ID, method: { const: method }, params: schemaOf(cityMethods[method].input) },
      required: ['id', 'method', 'params'],
      additionalProperties: false,
    };
    schemas[`${name}Answer`] = accepted(schemaOf(cityMethods[method].output));
  }
  schemas['BatchAccepted'] = accepted(ref('BatchAnswer'));
  return {
    openapi: '3.1.0',
    info: { title: 'Station Office city gateway', version: '1', description: INTRODUCTION },
    servers: [{ url: 'https://city.example', description: 'The `city.url` of station.json. Plain http on loopback only.' }],
    paths: {
      '/v1/rpc': { post: rpcOperation(methods) },
      '/v1/batches': { post: batchOperation() },
    },
    components: { schemas },
  };
}

const ID = { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string', minLength: 1, maxLength: 64 }] };
const ID_OR_NULL = { anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'null' }] };

function accepted(result: Json): Json {
  return {
    type: 'object',
    properties: { id: ID, ok: { const: true }, result },
    required: ['id', 'ok', 'result'],
    additionalProperties: false,
  };
}

function rpcOperation(methods: readonly (keyof typeof cityMethods)[]): Json {
  const names = methods.map(nameOf);
  const oneOf = (suffix: string): Json[] => names.map((name) => ref(`${name}${suffix}`));
  const mapping = Object.fromEntries(methods.map((method) => [method, ref(`${nameOf(method)}Request`)['$ref']]));
  return {
    operationId: 'rpc',
    summary: 'One request, one answer. Limit 1 MiB.',
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: { oneOf: oneOf('Request'), discriminator: { propertyName: 'method', mapping } } },
      },
    },
    responses: responses({ oneOf: [...oneOf('Answer'), ref('Refused')] }),
  };
}

function batchOperation(): Json {
  return {
    operationId: 'sendBatch',
    summary: 'Journal entries of one ledger, signed. Limit 16 MiB gzip, 128 MiB opened, 50,000 entries, 1,000 week keys.',
    description: BATCH,
    requestBody: {
      required: true,
      content: { 'application/gzip': { schema: { type: 'string', contentMediaType: 'application/gzip' } } },
    },
    responses: responses({ oneOf: [ref('BatchAccepted'), ref('Refused')] }),
  };
}

function responses(schema: Json): Json {
  const content = (of: Json): Json => ({ 'application/json': { schema: of } });
  return {
    '200': { description: 'Understood: taken or refused.', content: content(schema) },
    '400': { description: 'Not understood.', content: content(ref('Refused')) },
    '413': { description: 'Too large.', content: content(ref('Refused')) },
    '415': { description: 'Wrong content type.', content: content(ref('Refused')) },
    '500': { description: 'A defect: code `defect` with an incident number.', content: content(ref('Refused')) },
    '503': { description: 'Too much to do: to come again later.', content: content(ref('Refused')) },
  };
}

function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** `ledger.position` → `LedgerPosition`. */
function nameOf(method: string): string {
  return method.replaceAll(/(^|\.)(\w)/g, (_, _dot: string, letter: string) => letter.toUpperCase());
}

/** Draft 2020-12, which OpenAPI 3.1 uses as it is; its own `$schema` line is not repeated. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  return rest;
}

/** Words of the window about the city: the city itself never says them. */
const windowsOwn = new Set(
  'unavailable rubbish captivePortal slow certificate ca caChanged plainHttp notEnrolled feedBad feedSlow totalsDiffer'
    .split(' ')
    .map((name) => `city.${name}`),
);

const cityRefusals = Object.entries(refusalCatalogue)
  .filter(([code]) => code.startsWith('city.') && !windowsOwn.has(code))
  .map(([code, [message, next]]) => `- \`${code}\`: ${message} ${next}`)
  .join('\n');

const INTRODUCTION = `The city takes signed journals in and hands timetable and fares out. Instants are UTC milliseconds, money is integer fen, business
dates are Asia/Shanghai, keys and signatures are base64url without padding, hashes are lower-case hex.

A window makes its own Ed25519 key pair and enrols its public key once. After that its batches are recognised by their signature alone: nothing
secret is ever sent. Feeds carry the city's Ed25519 signature over \`so.feed.1\\n\` and the feed's text.

Refusals of the city, with their Chinese words (\`{…}\` stands for a value):

${cityRefusals}`;

const BATCH = `gzip of JSON lines, each ended by a line feed: first a BatchHeadLine, then week keys not yet acknowledged (BatchWeekKeyLine), then entries
(BatchEntryLine) \`from\`…\`to\` without a gap. \`entry\` is the RFC 8785 text of an EntryEnvelope; its hash is SHA-256(prev ‖ UTF-8 text), \`prev\` the 32 raw
bytes of the entry before (zeros before \`seq\` 1); \`head.hash\` is that of entry \`to\`. \`signature\` is Ed25519 over the RFC 8785 text of \`head\`. The answer's
\`id\` is \`from-to\`. The head is looked at first, without what follows: its line lies within the first 2 KiB of the gzip.

The whole batch is taken or refused. It is refused when the window is not enrolled, the signature is wrong, entries are missing before it (\`city.gap\`), it is not
joined to what is stored (\`city.chain\`), or an entry that is stored came with another hash (\`city.fork\`: nothing more is taken from that ledger). Entries
that are stored already are compared and not stored again, so a batch may be sent again or overlap.
Batches of one ledger are taken in the order in which they came in whole: the next may be sent before the answer to the one before it, and is refused (\`city.gap\`) where it
overtook that. Four of one ledger are under way or wait; one more is answered 503 (\`city.busy\`), and the same is sent again later.

When it is taken, everything up to \`ackSeq\` is stored durably, whatever it says. \`verdicts\` name the entries of this batch that are not plainly accepted, and
earlier ones that it changed: \`refused\` is somebody's task, \`held\` waits for a week's key, for the other parts of its command, or for a program that knows its kind.
Nothing waits behind a refused or held entry.`;
