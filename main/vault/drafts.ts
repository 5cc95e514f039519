import type { FileStore, Log } from '../runtime.ts';

/** Files of keys; the system's key store seals `master.sealed`. */
const DRAFT = /^(?:keys\.json|gate-key\.json|master\.key|master\.sealed)\.[0-9a-f]{8}\.tmp$/;

/**
 * A power cut between a draft and its name leaves a whole file of keys that nothing would destroy again: not the end of a window, not
 * that of a gate, not a move into the system's key store. Removed at every start, once the folder is this process's alone.
 */
export function removeKeyDrafts(files: Pick<FileStore, 'list' | 'remove'>, log: Log): void {
  for (const name of files.list('').filter((one) => DRAFT.test(one))) {
    try {
      files.remove(name);
      log.warn({ file: name }, 'a draft of keys that a power cut left is removed');
    } catch (error) {
      log.error({ file: name, error: String(error) }, 'a draft of keys cannot be removed');
    }
  }
}
