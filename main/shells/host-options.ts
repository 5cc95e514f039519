import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { trialWindow } from '../trial-station.ts';
import { offsetTo } from './clock.ts';
import { defaultDataFolder } from './data-folder.ts';

export interface HostOptions {
  folder: string;
  /** The only port that may be used; when undefined, the kept one or any free one. */
  port: number | undefined;
  newToken: boolean;
  makeTrial: boolean;
  /** Trial only: how far the wall clock is moved. */
  clockOffsetMs: number;
  /** Trial only: a file to which every byte is appended that the simulated printer receives. */
  sheetsFile: string | undefined;
  /** Ends when its standard input closes: for programs that start an office and must not leave it behind. */
  withParent: boolean;
  help: boolean;
}

/** Moving the clock and keeping the printer's bytes are for a trial; undefined when these options may be used there. */
export function trialOnly(
  isTrial: boolean,
  { clockOffsetMs, sheetsFile }: Pick<HostOptions, 'clockOffsetMs' | 'sheetsFile'>,
): Refusal | undefined {
  if (isTrial || (clockOffsetMs === 0 && sheetsFile === undefined)) return undefined;
  return refuse('host.option', { detail: '--clock 和 --sheets 只能用于试用站' });
}

export const hostUsage = `用法: npm run host -- [参数]
  --data DIR     数据目录;不给时用本机应用数据目录下的 station-office/<窗口号>
  --port N       只用 127.0.0.1 的这个端口;不给时用上次的端口或任一空闲端口
  --new-token    向正在运行的程序再要一个登录链接
  --no-trial     没有 station.json 时不建立试用站,而是拒绝启动
  --clock 时刻   仅试用:把时钟拨到这个时刻,例如 2026-11-21T23:55:00+08:00
  --sheets FILE  仅试用:把模拟打印机收到的字节追加到文件
  --with-parent  标准输入关闭时结束
`;

/** How far the wall clock is moved, ms; not at all when no instant is named. */
export function readClock(instant: string | undefined): Outcome<number> {
  const offsetMs = instant === undefined ? 0 : offsetTo(instant);
  if (offsetMs !== undefined) return accepted(offsetMs);
  const detail = '--clock 应为带时区的时刻,例如 2026-11-21T23:55:00+08:00';
  return refused('host.option', { detail }, 'clock');
}

/** Reads the command line. A wrong one is refused with `host.option`. */
export function readHostOptions(args: readonly string[]): Outcome<HostOptions> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        'new-token': { type: 'boolean', default: false },
        'no-trial': { type: 'boolean', default: false },
        clock: { type: 'string' },
        sheets: { type: 'string' },
        'with-parent': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return refused('host.option', { detail: error instanceof Error ? error.message : String(error) });
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    return refused('host.option', { detail: '--port 应为 1 到 65535 的整数' }, 'port');
  const clockOffsetMs = readClock(values.clock);
  if (!clockOffsetMs.ok) return clockOffsetMs;
  if (values.data === '') return refused('host.option', { detail: '--data 应为目录' }, 'data');
  const folder = values.data === undefined ? defaultDataFolder(trialWindow) : resolve(values.data);
  if (folder === undefined)
    return refused('host.option', { detail: '本机有几个窗口的数据目录,请用 --data 指明' }, 'data');
  return accepted({
    folder,
    port,
    newToken: values['new-token'],
    makeTrial: !values['no-trial'],
    clockOffsetMs: clockOffsetMs.value,
    sheetsFile: values.sheets,
    withParent: values['with-parent'],
    help: values.help,
  });
}
