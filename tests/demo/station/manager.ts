import { newCommandId, RefusedError, type OfficeClient, type Json } from '../../support/office-client.ts';
import { timetableCsv, workbook } from './basic-files.ts';
import { manager, staff } from './staff.ts';

/** What the manager tells somebody new. */
const ONE_TIME_PIN = '731946';

/** A code that opens the first sign-in, once. Whoever tries it again is refused. */
export async function makeFirstManager(page: OfficeClient, code: string): Promise<void> {
  const { number, name, pin } = manager;
  await page.call('people.firstManager', { code, number, name, newPin: pin });
  await isRefused('the first-run code a second time', 'firstRun.gone', () =>
    page.call('people.firstManager', { code, number: '0002', name: '样例二', newPin: '271828' }),
  );
}

/** Adds everybody with a one-time PIN. */
export async function addStaff(page: OfficeClient): Promise<void> {
  for (const { number, name, roles } of staff)
    await page.call(
      'people.add',
      { number, name, ticketName: null, roles, newPin: ONE_TIME_PIN },
      newCommandId(),
    );
}

/** First sign-in of somebody: the one-time PIN opens nothing but its change. `first`: at another office it was changed already. */
export async function signIn(page: OfficeClient, number: string, first: boolean): Promise<void> {
  const person = staff.find((one) => one.number === number);
  if (!person) throw new Error(`nobody has ${number}`);
  if (!first) return void (await page.call('session.signIn', { number, pin: person.pin }));
  await page.call('session.signIn', { number, pin: ONE_TIME_PIN });
  await page.call('session.changePin', { pin: ONE_TIME_PIN, newPin: person.pin });
}

/** A file with a mistake changes nothing; the right ones, a workbook and a GB 18030 text, take effect at once. */
export async function importBasicData(page: OfficeClient): Promise<{ workbook: number; csv: number }> {
  const wrong = await read(page, timetableCsv('25:70'));
  if (wrong.report.errors === 0 || wrong.report.digest !== null)
    throw new Error('a timetable at 25:70 was not found wrong');
  await page.call('data.importDrop', { importId: wrong.importId });
  const numbers = [];
  for (const bytes of [workbook(), timetableCsv()]) {
    const { importId, report } = await read(page, bytes);
    if (report.digest === null)
      throw new Error(`the file was not taken: ${JSON.stringify(report.problems.slice(0, 5))}`);
    const { number } = await page.call(
      'data.importConfirm',
      { importId, digest: report.digest, effectiveAt: null, note: '开站' },
      newCommandId(),
    );
    numbers.push(number as number);
  }
  const [one = 0, two = 0] = numbers;
  return { workbook: one, csv: two };
}

async function read(page: OfficeClient, bytes: Uint8Array): Promise<{ importId: string; report: Json }> {
  const { importId, partBytes } = await page.call('data.importBegin', { bytes: bytes.length });
  for (let n = 0; n * partBytes < bytes.length; n += 1) {
    const base64 = Buffer.from(bytes.subarray(n * partBytes, (n + 1) * partBytes)).toString('base64');
    await page.call('data.importPart', { importId, n, base64 });
  }
  const report = await page.call('data.importRead', { importId, mode: 'merge', effectiveAt: null });
  return { importId, report };
}

/** Fails unless the office refuses with this code. */
export async function isRefused(what: string, code: string, doing: () => Promise<unknown>): Promise<void> {
  try {
    await doing();
  } catch (error) {
    if (error instanceof RefusedError && error.refusal.code === code) return;
    throw error;
  }
  throw new Error(`not refused: ${what}`);
}
