import { CFB, utils, write, type CellObject, type WorkSheet } from '@e965/xlsx';
import iconv from 'iconv-lite';
import { tableSpecs } from '../../../contract/basic-data/columns.ts';
import { tableNames, type TableName } from '../../../contract/basic-data/tables.ts';
import { officeMethods, type OfficeMethod, type OfficeOutput } from '../../../contract/office.ts';
import { sampleData } from '../../../domain/basic-data/sample-data.ts';
import { csvOf, workbookOf } from '../../../main/basic-data/files/write-file.ts';
import type { Dice } from '../dice.ts';
import { Finding, must, mustBeRefusal, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { mutateBytes, mutateText } from '../mutate.ts';
import { CLERK, openFuzzOffice, PIN, removeOffice } from './office-kit.ts';

type Report = OfficeOutput<'data.importRead'>;
type Overview = OfficeOutput<'data.overview'>;

const sample = sampleData();
const filled = tableNames.filter((table) => sample[table].length > 0);
const wholeBook = workbookOf(sample, tableNames, false);
const csvs = new Map(filled.map((table) => [table, csvOf(sample, table)]));
const cellsOf = (table: TableName): string[][] =>
  new TextDecoder()
    .decode(csvs.get(table))
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));

/** What people and their programs put into a cell. */
const ODD_CELLS = [
  '3.30902E+17',
  '=A1+1',
  '#REF!',
  '２０２６－０１－０１',
  '2026/1/1',
  '2026-02-30',
  '46023',
  '8:00',
  '24:00',
  '0.1',
  '-1',
  '1e9',
  '99999999999999999999',
  '是',
  ' ',
  '',
  'p-none',
  '票价',
  '甲'.repeat(300),
  '1;2;3',
  '1-9999999',
  '"',
  "'00123",
];

/** Rows with cells, rows or headings changed. */
function damagedCells(dice: Dice, rows: string[][]): string[][] {
  const out = rows.map((row) => [...row]);
  for (let times = dice.pick([0, 1, 1, 2, 4]); times > 0; times -= 1) {
    const row = dice.pick(out);
    const column = dice.below(Math.max(1, row.length));
    switch (dice.below(8)) {
      case 0:
        out.splice(dice.below(out.length + 1), 0, [...row]);
        break;
      case 1:
        if (out.length > 1) out.splice(dice.below(out.length), 1);
        break;
      case 2:
        for (const each of out) each.splice(column, 1);
        break;
      case 3:
        for (const each of out) each.splice(column, 0, each[column] ?? '');
        break;
      case 4:
        row.push(...Array.from({ length: dice.pick([1, 5, 80]) }, () => dice.pick(ODD_CELLS)));
        break;
      case 5:
        row[column] = mutateText(dice, row[column] ?? '');
        break;
      default:
        row[column] = dice.pick(ODD_CELLS);
    }
  }
  return out;
}

/** A CSV file of a table in any encoding, its quotes not always right. */
function csvFile(dice: Dice, table: TableName): Uint8Array {
  const mark = dice.pick([',', ',', ';', '\t']);
  const text = damagedCells(dice, cellsOf(table))
    .map((row) => row.map((cell) => (cell.includes('"') && !dice.once(3) ? `"${cell}` : cell)).join(mark))
    .join(dice.pick(['\r\n', '\n', '\r']));
  const encoding = dice.pick(['utf8', 'utf8', 'gbk', 'gb18030', 'utf-16le', 'utf-16be', 'big5', 'utf-32le']);
  const bytes = iconv.encode(text.toWellFormed(), encoding, { addBOM: dice.once(2) });
  return dice.once(4) ? mutateBytes(dice, bytes) : bytes;
}

/** A workbook whose cells are numbers, formulas, errors, dates; with merges, hidden rows and sheets, wrong and long names. */
function workbookFile(dice: Dice): Uint8Array {
  const book = utils.book_new();
  const tables = dice.once(2) ? filled : [dice.pick(filled)];
  for (const table of tables) {
    const sheet: WorkSheet = utils.aoa_to_sheet(damagedCells(dice, cellsOf(table)));
    const places = Object.keys(sheet).filter((key) => !key.startsWith('!'));
    for (let times = dice.pick([0, 0, 1, 2]); times > 0 && places.length > 0; times -= 1) {
      const cell = sheet[dice.pick(places)] as CellObject;
      const odd = dice.pick<Partial<CellObject>>([
        { t: 'n', v: 1, f: 'SUM(A1:A2)' },
        { t: 'e', v: 0x17 },
        { t: 'n', v: 46_023, z: 'yyyy-mm-dd' },
        { t: 'n', v: 0.33, z: 'hh:mm' },
        { t: 'n', v: 3.309_02e17 },
        { t: 'n', v: -1e300, z: 'yyyy-mm-dd' },
        { t: 'b', v: true },
        { t: 'n', v: 1.5 },
      ]);
      Object.assign(cell, odd);
    }
    if (dice.once(8))
      sheet['!merges'] = [{ s: { r: dice.below(3), c: dice.below(3) }, e: { r: 4, c: dice.between(3, 9) } }];
    if (dice.once(10)) sheet['!rows'] = [{}, { hidden: true }];
    const { title } = tableSpecs[table];
    const name = dice.once(12) ? `表${dice.below(9)}${title}`.slice(0, 31) : title;
    if (!book.SheetNames.includes(name)) utils.book_append_sheet(book, sheet, name);
  }
  if (dice.once(10))
    book.Workbook = { Sheets: book.SheetNames.map((name) => ({ name, Hidden: 1 as const })) };
  return new Uint8Array(
    write(book, {
      type: 'array',
      bookType: 'xlsx',
      compression: dice.once(2),
      cellStyles: true,
    }) as ArrayBuffer,
  );
}

interface ZipPart {
  name: string;
  content: Uint8Array | number[];
  size: number;
}

/** A workbook taken apart, one of its parts changed, and put together again. */
function changedParts(dice: Dice, workbook: Uint8Array): Uint8Array {
  const zip = CFB.read(Buffer.from(workbook), { type: 'buffer' }) as { FileIndex: ZipPart[] };
  const parts = zip.FileIndex.filter(({ size }) => size > 0);
  for (let times = dice.pick([1, 1, 2]); times > 0; times -= 1) {
    const part = dice.pick(parts);
    const before = Buffer.from(part.content);
    let after: Uint8Array;
    switch (dice.below(5)) {
      case 0:
        after = mutateBytes(dice, before);
        break;
      case 1:
        after = new Uint8Array(Buffer.from(dice.pick(parts).content));
        break;
      case 2:
        // A name far longer than a spreadsheet program would let anybody type.
        after = Buffer.from(before.toString('utf8').replace(/name="[^"]*"/, `name="${'长'.repeat(260)}"`));
        break;
      case 3:
        after = Buffer.from(
          before
            .toString('utf8')
            .replace(/r="[A-Z]+\d+"/, `r="${dice.pick(['XFD1048576', 'A0', 'ZZZZ9', '1A'])}"`),
        );
        break;
      default:
        after = Buffer.from(mutateText(dice, before.toString('utf8')).toWellFormed());
    }
    part.content = Buffer.from(after);
    part.size = after.length;
  }
  return new Uint8Array(
    CFB.write(zip, { fileType: 'zip', type: 'buffer', compression: dice.once(2) }) as Buffer,
  );
}

function anyFile(dice: Dice): Uint8Array {
  const table = dice.pick(filled);
  switch (dice.below(8)) {
    case 7: {
      // Nothing wrong with it: names and prices as a manager changes them.
      const stops = sample.stops.map((stop) => ({ ...stop, name: `${stop.name}${dice.below(9)}` }));
      const fares = sample.fares.map((row) => ({ ...row, source: `样例${dice.below(9)}` }));
      return workbookOf({ ...sample, stops, fares }, ['stops', 'fares'], false);
    }
    case 0:
      return mutateBytes(dice, wholeBook, [csvs.get(table) ?? wholeBook]);
    case 1:
      return mutateBytes(dice, csvs.get(table) ?? wholeBook, [wholeBook]);
    case 2:
      return changedParts(dice, wholeBook);
    case 3:
    case 4:
      return workbookFile(dice);
    default:
      return csvFile(dice, table);
  }
}

const HAN = /\p{Script=Han}/u;

/** A problem says what and what next; what stands in a file says where, everything else which row. */
function mustBePlaced({ code, place, table, key, message, next }: Report['problems'][number]): void {
  must(HAN.test(message) && HAN.test(next), 'a problem without Chinese words', { code, message, next });
  must(message.length + next.length < 1_500, 'a problem that nobody can read', code);
  must(!/\bat .+:\d+:\d+|node_modules|\.ts:\d|\{\w+\}/.test(next), 'a problem with a stack or a gap', next);
  if (/^(cell|head|row|sheet)\./.test(code))
    must(place !== undefined, 'a problem of a file without its place', code);
  else must(place !== undefined || key !== undefined || table !== null, 'a problem of nothing', code);
  if (place?.cell !== undefined)
    must(new RegExp(`^[A-Z]{1,4}${place.row}$`).test(place.cell), 'a cell that is not in its row', place);
}

export const importFuzzer: Fuzzer = {
  name: 'import',
  boundary: 'CSV and XLSX files of basic data',
  quickCases: 200,
  share: 25,
  casesPerRound: 50,
  reaches: [
    'confirmed',
    'nothing new',
    'with errors',
    'data.importBroken',
    'data.importText',
    'data.importTable',
    'data.previewOld',
    'data.importRead',
    'data.importOrder',
    'cell.wrong',
    'cell.formula',
    'cell.merged',
    'head.unknown',
    'row.repeated',
    'sheet.unknown',
  ],
  async open({ dice: chance, planted, count }) {
    const office = await openFuzzOffice(chance, false);
    let commands = 0;
    const ask = async <M extends OfficeMethod>(method: M, params: unknown) => {
      commands += 1;
      const { mutating } = officeMethods[method];
      const answer = await office.call(
        method,
        params,
        mutating ? `import-${chance.hex(20)}-${commands}` : undefined,
      );
      if (answer.ok) return { ok: true as const, value: answer.result as OfficeOutput<M> };
      if (answer.refusal.code === 'defect') throw new Finding(`${method} is a defect`, office.lastDefect());
      mustBeRefusal(answer.refusal);
      return { ok: false as const, code: answer.refusal.code };
    };
    const sure = async <M extends OfficeMethod>(method: M, params: unknown): Promise<OfficeOutput<M>> => {
      const answer = await ask(method, params);
      if (!answer.ok) throw new Finding(`${method} is refused`, answer.code);
      return answer.value;
    };
    await sure('session.signIn', { number: CLERK, pin: PIN });

    // Most files come to a station that has data already.
    if (!chance.once(4)) await takeIn(wholeBook);

    async function takeIn(bytes: Uint8Array): Promise<void> {
      const { importId } = await sure('data.importBegin', { bytes: bytes.length });
      await sure('data.importPart', { importId, n: 0, base64: Buffer.from(bytes).toString('base64') });
      const asked = { importId, effectiveAt: null };
      const { digest } = await sure('data.importRead', { ...asked, mode: 'merge' });
      await sure('data.importConfirm', { ...asked, digest, note: '' });
    }

    /** Undefined when the office wants nothing of it, counted. */
    async function upload(dice: Dice, bytes: Uint8Array): Promise<string | undefined> {
      const size = bytes.length + (dice.once(40) ? dice.pick([-1, 1, 20_000_000]) : 0);
      const begun = await ask('data.importBegin', { bytes: size });
      if (!begun.ok) {
        count(begun.code);
        return undefined;
      }
      const { importId, partBytes } = begun.value;
      for (let n = 0; n * partBytes < bytes.length; n += 1) {
        const base64 = Buffer.from(bytes.subarray(n * partBytes, (n + 1) * partBytes)).toString('base64');
        const sent = await ask('data.importPart', { importId, n: dice.once(60) ? n + 1 : n, base64 });
        if (!sent.ok) {
          count(sent.code);
          return undefined;
        }
      }
      return importId;
    }
    const rowsIn = ({ tables }: Overview): number => tables.reduce((sum, { rows }) => sum + rows, 0);

    async function confirm(
      dice: Dice,
      importId: string,
      { digest, counts }: Report,
      before: Overview,
    ): Promise<void> {
      const asked = { importId, effectiveAt: null, note: '' };
      if (digest === null || dice.once(6)) {
        const wrong = await ask('data.importConfirm', { ...asked, digest: dice.hex(64) });
        must(!wrong.ok, 'what nobody previewed is confirmed');
        count(wrong.code);
        return mustEqual(await sure('data.overview', {}), before, 'a refused confirmation changed the data');
      }
      if (dice.once(3)) return;
      const done = await sure('data.importConfirm', { ...asked, digest });
      const after = await sure('data.overview', {});
      must(
        after.number === before.number + 1 && done.number === after.number,
        'not one change-set',
        after.number,
      );
      mustEqual(
        rowsIn(after),
        rowsIn(before) + counts.added - counts.removed,
        'other rows than were previewed',
      );
      // What was taken in can be asked for like any other timetable.
      await sure('timetable.departures', { date: '2026-11-21' });
      count('confirmed');
    }

    return {
      async one(dice) {
        const before = await sure('data.overview', {});
        const importId = await upload(dice, anyFile(dice));
        if (importId === undefined) return;
        const read = await ask('data.importRead', {
          importId,
          mode: dice.pick(['merge', 'merge', 'replace']),
          effectiveAt: null,
          ...(dice.once(3) && { table: dice.pick(tableNames) }),
        });
        if (planted && !(read.ok && read.value.errors === 0)) {
          const stop = { ...sample.stops[0], name: `半截${dice.hex(6)}` };
          await ask('data.change', { changes: [{ table: 'stops', put: stop }], effectiveAt: null });
        }
        mustEqual(await sure('data.overview', {}), before, 'a file that was only read changed the data');
        if (!read.ok) return count(read.code);
        const { value: report } = read;
        must(
          officeMethods['data.importRead'].output.safeParse(report).success,
          'a report that does not fit the contract',
          report.problems,
        );
        const errors = report.problems.filter(({ severity }) => severity === 'error');
        must(errors.length > 0 === report.errors > 0, 'an error that is not told', report.errors);
        must(report.errors === 0 || report.digest === null, 'a file with an error can be confirmed');
        for (const problem of report.problems) {
          mustBePlaced(problem);
          count(problem.code);
        }
        count(report.errors > 0 ? 'with errors' : report.digest === null ? 'nothing new' : 'good');
        await confirm(dice, importId, report, before);
      },
      async end() {
        await office.stop();
        removeOffice(office);
      },
    };
  },
};
