import type { BackupView } from '../../contract/office/machine.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import { diskTrouble } from '../disk-trouble.ts';
import { BACKUP_FOLDER, BACKUPS_KEPT } from '../ledger/backups.ts';
import type { BackupFile } from '../ledger/backup-types.ts';
import { lastLines, readLine } from '../log-lines.ts';
import type { Caller, DeskContext } from './context.ts';
import type { GlyphDesk } from './glyphs.ts';
import { writeOfficeEntries } from './journal.ts';
import { createDailyBackup } from './daily-backup.ts';
import { createSecondBackup } from './second-backup.ts';
import { createTestSheets, type TestPrinterPort } from './test-sheet.ts';

/** Lines of a file that is taken away. */
const FILE_LINES = 5_000;
/** Between two pages of a copy that is read the office does everything else that waits. */
const PAUSE_MS = 1;

/** What a technician looks after: test sheets of the printers, the log, copies of the ledger. */
export function createMachineDesk(
  context: DeskContext,
  printers: TestPrinterPort,
  glyphs: GlyphDesk,
  isOpen: () => boolean,
) {
  const { ledger, runtime, config } = context;
  const { clock, files } = runtime;
  const { testSheet, finished } = createTestSheets(context, printers, glyphs);

  /** `ledger-20261121-082100.db`: Shanghai's date and time, to the second. */
  function nameNow(nowMs: number): string {
    const seconds = String(Math.floor(nowMs / 1000) % 60).padStart(2, '0');
    const date = businessDateOf(nowMs).replaceAll('-', '');
    return `ledger-${date}-${localTimeOf(nowMs).replace(':', '')}${seconds}.db`;
  }
  const view = ({ name, kind, bytes }: BackupFile): BackupView => ({
    name,
    kind,
    bytes,
    madeAt: madeAt(name),
  });

  const second = createSecondBackup(context, isOpen);

  async function makeBackup(actor: string | undefined): Promise<Outcome<OfficeOutput<'backups.make'>>> {
    if (ledger.backups.isBusy()) return refused('backup.busy');
    const nowMs = clock.nowMs();
    const begunMs = clock.monotonicMs();
    const name = nameNow(nowMs);
    if (ledger.backups.list().some((one) => one.name === name)) return refused('backup.busy');
    try {
      const { seq, hash, bytes } = await ledger.backups.make(name);
      if (isOpen())
        writeOfficeEntries(context, [{ kind: 'backup.made', body: { name, bytes, seq, hash } }], actor);
      const copied = isOpen() ? await second.copy(name, bytes, actor) : accepted(null);
      if (!copied.ok) return copied;
      const tookMs = Math.round(clock.monotonicMs() - begunMs);
      const made = { name, kind: 'made' as const, bytes, madeAt: madeAt(name), seq, tookMs };
      return accepted({ ...made, second: copied.value });
    } catch (error) {
      const detail = diskTrouble(error);
      if (detail === undefined && isOpen()) throw error;
      return refused('backup.failed', { detail: detail ?? '程序正在关闭' });
    }
  }

  const newestMade = (): BackupFile | undefined => ledger.backups.list().find(({ kind }) => kind === 'made');
  const daily = createDailyBackup(context, {
    newestMadeAt(nowMs) {
      const times = ledger.backups
        .list()
        .flatMap(({ kind, name }) => (kind === 'made' ? [madeAt(name)] : []));
      return times.find((at) => at !== null && at <= nowMs) ?? null;
    },
    isSecondBehind: second.isBehind,
    make: () => makeBackup(undefined),
    makeSecond: () => second.copy(nameNow(clock.nowMs()), newestMade()?.bytes ?? 0, undefined),
    isBusy: ledger.backups.isBusy,
  });

  const desks = {
    'printer.testSheet': testSheet,

    'logs.tail'({ limit, level }: OfficeInput<'logs.tail'>): Outcome<OfficeOutput<'logs.tail'>> {
      const order = ['info', 'warn', 'error'];
      const least = order.indexOf(level ?? 'info');
      // Narrowed to what is rare, more is read.
      const read = lastLines(files, level === undefined || level === 'info' ? limit : 20_000).map(readLine);
      const lines = read.filter((line) => line.level === null || order.indexOf(line.level) >= least);
      return accepted({ lines: lines.slice(-limit) });
    },

    'logs.file'(): Outcome<OfficeOutput<'logs.file'>> {
      const text = `${lastLines(files, FILE_LINES).join('\n')}\n`;
      const date = businessDateOf(clock.nowMs());
      return accepted({
        fileName: `日志-${config.window}号窗口-${date}.log`,
        mediaType: 'text/plain',
        base64: Buffer.from(text).toString('base64'),
      });
    },

    'backups.list'(): Outcome<OfficeOutput<'backups.list'>> {
      return accepted({
        backups: ledger.backups.list().map(view),
        kept: BACKUPS_KEPT,
        folder: `${files.folder}/${BACKUP_FOLDER}`,
        second: second.view(),
        daily: daily.trouble() ?? null,
      });
    },

    'backups.make': (_input: unknown, caller: Caller): Promise<Outcome<OfficeOutput<'backups.make'>>> =>
      makeBackup(caller.person?.number),

    async 'backups.verify'(
      { name }: OfficeInput<'backups.verify'>,
      caller: Caller,
    ): Promise<Outcome<OfficeOutput<'backups.verify'>>> {
      if (!ledger.backups.list().some((one) => one.name === name))
        return refused('backup.unknown', { name }, 'name');
      const begunMs = clock.monotonicMs();
      const steps = ledger.backups.verify(name);
      for (;;) {
        if (!isOpen()) {
          steps.return({ ok: false, seq: 0, why: '' });
          return refused('backup.failed', { detail: '程序正在关闭' });
        }
        const step = steps.next();
        if (!step.done) {
          await new Promise<void>((resolve) => runtime.timers.setTimeout(resolve, PAUSE_MS));
          continue;
        }
        const found = step.value;
        const isOurs = found.ok && found.isOurs;
        const seq = found.ok ? found.count : found.seq;
        writeOfficeEntries(
          context,
          [{ kind: 'backup.verified', body: { name, ok: found.ok, isOurs, seq } }],
          caller.person?.number,
        );
        return accepted({
          name,
          ok: found.ok,
          count: found.ok ? found.count : Math.max(0, found.seq - 1),
          isOurs,
          tookMs: Math.round(clock.monotonicMs() - begunMs),
          ...(found.ok ? {} : { wrong: { seq: found.seq, why: found.why } }),
        });
      }
    },
  };
  return { desks, finished, daily };
}

/** Shanghai is eight hours ahead of UTC, all year. */
function madeAt(name: string): number | null {
  const [, y, m, d, h, min, s] = /^ledger-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.db$/.exec(name) ?? [];
  if (y === undefined) return null;
  const ms = Date.parse(`${y}-${m}-${d}T${h}:${min}:${s}+08:00`);
  return Number.isNaN(ms) || ms < 0 ? null : ms;
}
