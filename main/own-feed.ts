import { feedSchema, type Feed } from '../contract/feed.ts';
import { checkFeed } from '../domain/feed-check.ts';
import { accepted, refused } from '../contract/refusals.ts';
import type { Runtime } from './runtime.ts';
import type { Station } from './station/create.ts';

/** Timetable of a station without a city, as plain JSON. A technician puts it there. */
export const OWN_FEED_FILE = 'feed/own.json';

/**
 * Reads {@link OWN_FEED_FILE}. A file that is wrong is not used at all: the log says where it is wrong, and the office sells
 * nothing (`timetable.none`) rather than something.
 */
export function readOwnFeed({ files, log }: Pick<Runtime, 'files' | 'log'>): Feed | undefined {
  const text = files.readText(OWN_FEED_FILE);
  return text === undefined ? undefined : parseFeed(text, log);
}

function parseFeed(text: string, log: Runtime['log']): Feed | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    log.error({ file: OWN_FEED_FILE }, 'not JSON');
    return undefined;
  }
  const parsed = feedSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    log.error({ file: OWN_FEED_FILE, at: issue?.path.join('.'), expected: issue?.message }, 'wrong shape');
    return undefined;
  }
  const checked = checkFeed(parsed.data);
  if (!checked.ok) {
    log.error({ file: OWN_FEED_FILE, problem: checked.refusal.message }, 'wrong content');
    return undefined;
  }
  return checked.value;
}

/** In a station without a city the host's timetable is everybody's. The last one that came is in force at the next start. */
export function carryOwnFeed(
  { files, log }: Pick<Runtime, 'files' | 'log'>,
  station: Pick<Station, 'kind' | 'documents'>,
  use: (feed: Feed) => void,
): void {
  let current = readOwnFeed({ files, log });
  if (current) use(current);
  station.documents.register('feed', {
    current: () => current && { version: current.version, text: JSON.stringify(current) },
    take({ text }) {
      const feed = parseFeed(text, log);
      if (!feed) return refused('feed.wrong', { detail: OWN_FEED_FILE });
      files.writeAtomic(OWN_FEED_FILE, `${text}\n`);
      current = feed;
      use(feed);
      return accepted(feed);
    },
  });
}
