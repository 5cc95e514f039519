import { z } from 'zod';
import { documentKindSchema, markSchema } from './ids.ts';

/**
 * How a document's number is checked.
 * `citizen` 18 characters with the check digit of GB 11643, under one of `prefixes` where given · `passport` ICAO 9303 ·
 * `foreignerPermanent` the cards of 2017 and 2023 · `masks` one of some patterns: `#` a digit, `@` a letter, `&` a letter other than
 * I and O, `?` a digit or letter, all else stands for itself · `text` letters, digits, Han and `-()`, so many characters.
 */
export const documentFormatSchema = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('citizen'), prefixes: z.array(z.string().regex(/^\d\d$/)).optional() }),
  z.strictObject({ rule: z.literal('passport') }),
  z.strictObject({ rule: z.literal('foreignerPermanent') }),
  z.strictObject({ rule: z.literal('masks'), masks: z.array(z.string().min(1).max(24)).min(1).max(8) }),
  z.strictObject({ rule: z.literal('text'), min: z.int().min(1).max(40), max: z.int().min(1).max(40) }),
]);
export type DocumentFormat = z.infer<typeof documentFormatSchema>;

/** One kind of identity document that a station may sell on (ticketing rules 1.3). */
export const documentKindRowSchema = z.strictObject({
  code: documentKindSchema,
  /** As it is printed and shown. */
  name: z.string().min(1).max(20),
  /** As a narrow column shows it; absent = its name. */
  short: z.string().min(1).max(8).optional(),
  /** How it may come in. Whatever a chip reader or scanner knows can also be typed. */
  entry: z.array(z.enum(['chip', 'mrz', 'typed'])).min(1),
  format: documentFormatSchema,
  /** The office that issued it is recorded with the ticket (ticketing rules 1.2, 1.4). */
  needsOffice: z.boolean(),
  /** Only with the second signature of a shift leader. */
  needsApproval: z.boolean(),
  /** Off: refused until the station's data switch it on. */
  on: z.boolean(),
  mark: markSchema,
});
export type DocumentKindRow = z.infer<typeof documentKindRowSchema>;

/** What a feed or a station's own data say of a kind: switches it, or adds a local one (then with name and format). */
export const documentKindChangeSchema = z.strictObject({
  code: documentKindSchema,
  on: z.boolean(),
  name: z.string().min(1).max(20).optional(),
  entry: z
    .array(z.enum(['chip', 'mrz', 'typed']))
    .min(1)
    .optional(),
  format: documentFormatSchema.optional(),
  needsOffice: z.boolean().optional(),
  needsApproval: z.boolean().optional(),
  mark: markSchema.optional(),
});
export type DocumentKindChange = z.infer<typeof documentKindChangeSchema>;

/** A kind as a refusal may say it again: what has many digits may be a document's number that stands in the wrong place. */
export function saidKind(code: string): string {
  return code.replaceAll(/\D/g, '').length > 4 ? '?' : code;
}

type Mark = DocumentKindRow['mark'];
const kind = (
  code: string,
  name: string,
  format: DocumentFormat,
  mark: Mark,
  more: Partial<Omit<DocumentKindRow, 'code' | 'name' | 'format' | 'mark'>> = {},
): DocumentKindRow => ({
  code,
  name,
  format,
  mark,
  entry: ['typed'],
  needsOffice: false,
  needsApproval: false,
  on: true,
  ...more,
});
const citizen: DocumentFormat = { rule: 'citizen' };
const text = (min: number, max: number): DocumentFormat => ({ rule: 'text', min, max });

/**
 * The list before anything is configured, in the order in which a clerk is offered it. Codes are those of GA/T 2000.156 where
 * one is known, else local words. The mark is that of the code or the format, whichever is less sure.
 */
export const defaultDocumentKinds: readonly DocumentKindRow[] = [
  kind('111', '居民身份证', citizen, 'S1', { short: '身份证', entry: ['chip', 'typed'] }),
  kind('113', '户口簿', citizen, 'C2'),
  kind('117', '出生医学证明', { rule: 'masks', masks: ['@#########'] }, 'M0', { short: '出生证' }),
  kind('414', '普通护照', { rule: 'passport' }, 'S1', { short: '护照', entry: ['mrz', 'typed'] }),
  kind(
    '516',
    '港澳居民来往内地通行证',
    { rule: 'masks', masks: ['H########', 'M########', 'H##########', 'M##########'] },
    'S1',
    { short: '回乡证' },
  ),
  kind('hkmt-permit', '港澳台居民居住证', { rule: 'citizen', prefixes: ['81', '82', '83'] }, 'M0', {
    short: '港澳台证',
    entry: ['chip', 'typed'],
  }),
  kind('511', '台湾居民来往大陆通行证', { rule: 'masks', masks: ['########'] }, 'M0', { short: '台胞证' }),
  kind('553', '外国人永久居留身份证', { rule: 'foreignerPermanent' }, 'M0', {
    short: '永居证',
    entry: ['chip', 'typed'],
  }),
  kind('temp-proof', '临时身份证明', text(4, 30), 'C2', { short: '临时证明', needsOffice: true }),
  kind('112', '临时身份证', citizen, 'C2'),
  kind('154', '居住证', citizen, 'C2'),
  kind('133', '学生证', text(4, 30), 'C2'),
  kind('114', '军官证', text(6, 18), 'S1'),
  kind('118', '士兵证', text(6, 18), 'S1'),
  kind('115', '武警警官证', text(6, 18), 'S1'),
  kind('119', '武警士兵证', text(6, 18), 'S1'),
  kind('service-card', '军人保障卡', text(4, 30), 'C2'),
  kind('123', '人民警察证', text(4, 18), 'S1'),
  kind('412', '公务护照', { rule: 'passport' }, 'C2', { entry: ['mrz', 'typed'] }),
  kind('413', '公务普通护照', { rule: 'passport' }, 'C2', { entry: ['mrz', 'typed'] }),
  kind('415', '中华人民共和国旅行证', text(5, 18), 'C2'),
  kind('419', '海员证', text(5, 18), 'C2'),
  kind('781', '船员证', text(5, 18), 'C2'),
  kind('513', '往来港澳通行证', text(5, 18), 'C2'),
  kind('517', '往来台湾通行证', text(5, 18), 'C2'),
  kind('512', '台湾居民来往大陆通行证(一次)', { rule: 'masks', masks: ['########'] }, 'M0'),
  kind('554', '外国人居留证', text(5, 18), 'C2'),
  kind('417', '外国人出入境证', text(4, 30), 'C2', { needsOffice: true }),
  kind('791', '外交人员证', text(4, 18), 'C2'),
  kind('mfa-letter', '外交部证明函', text(4, 30), 'C2', { needsOffice: true }),
  kind('loss-report', '护照报失证明', text(4, 30), 'C2', { needsOffice: true }),
  kind('990', '其他证件', text(2, 30), 'D', { needsOffice: true, needsApproval: true }),
  // Accepted at some stations and refused elsewhere: off until a station says so (ticketing rules 1.3).
  // A number alone does not say whose passport it is: a station that wants this form checked switches the kind on beside 414.
  kind(
    'cn-passport',
    '中国普通护照',
    { rule: 'masks', masks: ['E########', 'E&#######', 'G########'] },
    'S1',
    { on: false },
  ),
  kind('217', '残疾人证', text(4, 30), 'S1', { on: false }),
  kind('driving-licence', '机动车驾驶证', citizen, 'S1', { on: false }),
  kind('social-card', '社会保障卡', citizen, 'S1', { on: false }),
];

/** The list in force: the default with what a feed or a station changed, added ones last. */
export function documentKindsWith(changes: readonly DocumentKindChange[] = []): DocumentKindRow[] {
  const rows = new Map(defaultDocumentKinds.map((row) => [row.code, row]));
  for (const change of changes) {
    const before = rows.get(change.code);
    const given = Object.fromEntries(
      Object.entries(change).filter(([, value]) => value !== undefined),
    ) as DocumentKindChange;
    if (before) rows.set(change.code, { ...before, ...given } as DocumentKindRow);
    else if (change.name !== undefined && change.format !== undefined)
      rows.set(change.code, {
        ...kind(change.code, change.name, change.format, change.mark ?? 'D'),
        ...given,
      } as DocumentKindRow);
  }
  return [...rows.values()];
}

const defaults = new Map(defaultDocumentKinds.map((row) => [row.code, row.name]));
/** Words of a kind by its code; a code that only some feed knows is 其他证件. */
export function documentKindName(code: string): string {
  return defaults.get(code) ?? '其他证件';
}
