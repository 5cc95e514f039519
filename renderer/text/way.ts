import type { ToStop } from '../../contract/stops.ts';
import { t } from '../words/words.ts';

/** Where a ticket goes: the end of its line, or its stop on the way and where the departure goes on to. */
export function wayWords({ toName, toStop }: { toName: string; toStop?: ToStop | undefined }): string {
  return toStop ? t('stop.way', { stop: toStop.name, to: toName }) : toName;
}
