import { parse } from 'csv-parse/sync';
import { emptyDataSet, type DataSet, type TableName } from '../../contract/basic-data/tables.ts';
import type { Fen } from '../../contract/ids.ts';
import type { ImportReport } from '../../contract/office/basic-data.ts';
import { rmSync } from 'node:fs';
import { csvOf, workbookOf } from '../../main/basic-data/files/write-file.ts';
import { hashPin } from '../../main/access/pin.ts';
import { createOffice } from '../../main/office.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { findProgram, readMigrations } from '../../main/shells/program.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { newCommandId } from '../support/office-client.ts';
import { explains, median, round, type BenchRun, type Figure } from './figure.ts';
import { runFolder } from './folders.ts';
import { noDevices } from './no-devices.ts';

/** Fare and timetable rows that are read, checked and previewed, in seconds. */
const GOAL_SECONDS = 3;
const LINES = 500;
const FARES_A_LINE = 60;
const RUNS_A_LINE = 40;
const ROWS = LINES * (FARES_A_LINE + RUNS_A_LINE);
const PIN = '314159';

type Ask = <T>(method: string, params: unknown, commandId?: string) => Promise<T>;

/** 30,000 fares and 20,000 departures of 500 made-up lines, with what they refer to. */
function rows(): DataSet {
  const mark = 'EST';
  const source = '样例';
  const lines = Array.from({ length: LINES }, (_, n) => `line-${n}`);
  const data: Record<TableName, unknown[]> = {
    ...(emptyDataSet as unknown as Record<TableName, unknown[]>),
    stops: ['a', 'b'].map((id) => ({
      id,
      name: `样例码头${id}`,
      initials: `ylmt${id}`,
      pinyin: `yanglimatou${id}`,
      aliases: [],
    })),
    lines: lines.map((id) => ({
      id,
      mode: 'water',
      name: `样例线 ${id}`,
      fromPlaceId: 'a',
      toPlaceId: 'b',
      durationMin: 10,
    })),
    vessels: lines.flatMap((id) =>
      [0, 1].map((n) => ({
        name: `样例船${id}-${n}`,
        mode: 'water',
        kind: '',
        licence: `样证${id}-${n}`,
        licenceValidTo: null,
        capacity: 200,
        numberedSeats: false,
        seatMap: [],
        seatClasses: [],
        vehiclePlaces: null,
        laneMetres: null,
      })),
    ),
    rules: [
      {
        ruleId: 'FULL',
        mode: 'both',
        ticketClass: 'full',
        percentOfFull: 100,
        maxAgeYears: null,
        maxHeightCm: null,
        minCapacityAbove: null,
        validFrom: '2020-01-01',
        validTo: null,
        mark: 'C2',
        source,
      },
    ],
    fares: lines.flatMap((lineId) =>
      Array.from({ length: FARES_A_LINE }, (_, n) => ({
        lineId,
        ticketClass: 'full',
        fareFen: 3_000 + 10 * n,
        ruleId: 'FULL',
        validFrom: `${2020 + n}-01-01`,
        validTo: n === FARES_A_LINE - 1 ? null : `${2020 + n}-12-31`,
        mark,
        source,
      })),
    ),
    timetable: lines.flatMap((lineId) =>
      Array.from({ length: RUNS_A_LINE }, (_, n) => ({
        lineId,
        departLocal: `${String(5 + Math.floor(n / 3)).padStart(2, '0')}:${String(20 * (n % 3)).padStart(2, '0')}`,
        extra: 0,
        vesselName: `样例船${lineId}-${n % 2}`,
        weekdays: n % 5 === 0 ? '67' : '1234567',
        validFrom: '2020-01-01',
        validTo: null,
        stopOfSaleMin: null,
        checkInMin: 30,
        gateCloseMin: 5,
      })),
    ),
  };
  return data as unknown as DataSet;
}

/** Imports through a whole office: a manager's file is sent, read, checked and previewed; nothing of it is confirmed. */
export const benchImport: BenchRun = async ({ quick }) => {
  const data = rows();
  const folder = runFolder('import');
  const office = await openOffice(folder);
  try {
    await office.ask('session.signIn', { number: '0001', pin: PIN });
    // The station has lines, vessels and last year's prices already: fares are changed, departures are added.
    const last = { ...data, fares: data.fares.map((row) => ({ ...row, fareFen: (row.fareFen + 5) as Fen })) };
    const base = ['stops', 'lines', 'vessels', 'rules', 'fares'] as const;
    const known = await send(office.ask, workbookOf(last, base, false));
    await office.ask(
      'data.importConfirm',
      { importId: known.importId, digest: known.report.digest, effectiveAt: null },
      newCommandId(),
    );

    const csv = (['fares', 'timetable'] as const).map((table) => csvOf(data, table));
    const xlsx = workbookOf(data, ['fares', 'timetable'], false);
    const times: Record<'bare' | 'csv' | 'xlsx', number[]> = { bare: [], csv: [], xlsx: [] };
    for (let run = 0; run < (quick ? 1 : 5); run += 1) {
      times.bare.push(
        await timed(() => {
          for (const bytes of csv) parse(Buffer.from(bytes));
        }),
      );
      times.csv.push(
        await timed(async () => {
          let rows = 0;
          for (const bytes of csv) rows += whole((await send(office.ask, bytes)).report);
          if (rows !== ROWS) throw new Error(`${rows} rows were read`);
        }),
      );
      times.xlsx.push(
        await timed(async () => {
          if (whole((await send(office.ask, xlsx)).report) !== ROWS) throw new Error('not all was read');
        }),
      );
    }
    const [bare, csvSeconds, xlsxSeconds] = [median(times.bare), median(times.csv), median(times.xlsx)];
    const goal = (metric: string, value: number): Figure => ({
      metric,
      value: round(value, 2),
      unit: 's',
      goal: GOAL_SECONDS,
      better: 'lower',
    });
    return [
      goal('csvSeconds', csvSeconds),
      goal('xlsxSeconds', xlsxSeconds),
      explains('bareCsvParse', bare, 's', 2),
      explains('csvTimesBare', csvSeconds / bare, 'x'),
      explains('rows', ROWS, 'rows', 0),
      explains('csvMegabytes', csv.reduce((sum, { length }) => sum + length, 0) / 1e6, 'MB'),
      explains('xlsxMegabytes', xlsx.length / 1e6, 'MB'),
    ];
  } finally {
    await office.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1_000;
}

/** Rows that a file would change; with an error in it the time would say nothing. */
function whole({ counts, problems }: ImportReport): number {
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) throw new Error(`${error.code}: ${error.message}`);
  return counts.added + counts.changed;
}

async function send(ask: Ask, bytes: Uint8Array): Promise<{ importId: string; report: ImportReport }> {
  const { importId, partBytes } = await ask<{ importId: string; partBytes: number }>('data.importBegin', {
    bytes: bytes.length,
  });
  for (let n = 0; n * partBytes < bytes.length; n += 1) {
    const base64 = Buffer.from(bytes.subarray(n * partBytes, (n + 1) * partBytes)).toString('base64');
    await ask('data.importPart', { importId, n, base64 });
  }
  const report = await ask<ImportReport>('data.importRead', { importId, mode: 'merge', effectiveAt: null });
  return { importId, report };
}

async function openOffice(path: string): Promise<{ ask: Ask; stop(): Promise<void> }> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const opened = await createOffice({
    runtime: machineRuntime({ files: folderStore(path), log, devices: noDevices }),
    config: {
      trial: false,
      station: { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' },
      window: 3,
      devices: [],
      staff: [
        { number: '0001', name: '测试站', role: 'manager', pin: await hashPin(PIN, new Uint8Array(16)) },
      ],
      mask: { first: 6, last: 4 },
    },
    migrations: readMigrations(findProgram()),
    program: 'bench',
  });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const office = opened.value;
  return {
    async ask<T>(method: string, params: unknown, commandId?: string): Promise<T> {
      const request = { id: 1, method, params, ...(commandId === undefined ? {} : { commandId }) };
      const answer = await office.call(request, 'bench');
      if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.message}`);
      return answer.result as T;
    },
    stop: () => office.stop(),
  };
}
