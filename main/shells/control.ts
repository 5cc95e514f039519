import { existsSync } from 'node:fs';
import { z } from 'zod';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { FileStore } from '../runtime.ts';
import { folderStore } from './file-store.ts';
import { machineNetwork } from './network.ts';

const CONTROL_FILE = 'control.json';
const ASK_TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 4096;

const controlSchema = z.strictObject({
  pid: z.int(),
  url: z.string(),
  /** Whoever can read this file may ask for a login link. It changes with every start. */
  secret: z.string().min(32),
});
export type Control = z.infer<typeof controlSchema>;

const tokenAnswer = z.object({ ok: z.literal(true), result: z.object({ token: z.string() }) });

/** Tells programs of the same user how to reach the running office: `DIR/control.json`, mode 0600. */
export function writeControl(files: FileStore, control: Control): void {
  files.writeAtomic(CONTROL_FILE, `${JSON.stringify(control)}\n`, 0o600);
}

export function removeControl(files: FileStore, secret: string): void {
  if (readControl(files)?.secret === secret) files.remove(CONTROL_FILE);
}

export function readControl(files: FileStore): Control | undefined {
  const text = files.readText(CONTROL_FILE);
  if (text === undefined) return undefined;
  try {
    return controlSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Another login link from the office that runs on this data folder. Refuses `host.notRunning`. */
export async function askForToken(folder: string): Promise<Outcome<{ url: string; token: string }>> {
  // A folder that is not there is not made for asking.
  const control = existsSync(folder) ? readControl(folderStore(folder)) : undefined;
  if (!control) return refused('host.notRunning');
  try {
    const answer = await machineNetwork.request({
      url: `${control.url}control/token`,
      method: 'POST',
      headers: { authorization: `Bearer ${control.secret}` },
      timeoutMs: ASK_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    const { result } = tokenAnswer.parse(JSON.parse(Buffer.from(answer.body).toString('utf8')));
    return accepted({ url: control.url, token: result.token });
  } catch {
    // Nobody there, or somebody else: the file was left behind by an office that was killed.
    return refused('host.notRunning');
  }
}
