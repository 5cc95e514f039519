import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const demo = fileURLToPath(new URL('demo.mjs', import.meta.url));

export interface DemoRun {
  code: number | null;
  /** Its last line. */
  summary: Record<string, unknown>;
  stderr: string;
}

/** Runs the demo as `npm run demo -- --json ...` does. */
export async function runDemo(...args: string[]): Promise<DemoRun> {
  const child = spawn(process.execPath, [demo, '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{'))
    throw new Error(`no summary on stdout; ended with ${code}\n${stdout}\n${stderr}`);
  return { code, summary: JSON.parse(last), stderr };
}
