import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Where each effect of the closed vocabulary is obeyed: what its consumer writes when it asks the folded rules. A name of the
 * vocabulary without a row here, or whose row no desk writes, changes nothing that a station does.
 */
export const ASKED_AS: Readonly<Record<string, RegExp>> = {
  departureState: /\brules(?:\([^)]*\))?\.(?:sale|boarding)\b|obstacleToSale\(|obstacleToBoarding\(/,
  sale: /obstacleToSale\(/,
  identity: /\bidentity\.capture\b/,
  boarding: /\bboarding;|\.boarding\.(?:check|evidence)\b|obstacleToBoarding\(/,
  refund: /\brightsOf\(|\.rights\(/,
  change: /\brightsOf\(|\.rights\(/,
  leases: /\)\.leases\b/,
  payments: /obstacleToPayment\(|obstacleToSale\(/,
  printing: /\bprinting\b.*(?:context\.)?rules\(|\brules\.printing\b/,
  queueNumbers: /obstacleToNumber\(/,
  channelsClosed: /\)\.channelsClosed\b/,
};

/** Says what an effect would do, and obeys none. */
const SHOWS_ONLY = /plan-preview\.ts$|plan-report|plan-views|\.test\.ts$/;

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The program's own sources of rooms that act: desks and the station link. */
export function actingSources(root: string): Source[] {
  const found: Source[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.ts') && !SHOWS_ONLY.test(path))
        found.push({ path: relative(root, path), text: readFileSync(path, 'utf8') });
    }
  };
  for (const room of ['main/desks', 'main/station', 'main/plans', 'main/station-office.ts'])
    if (room.endsWith('.ts')) found.push({ path: room, text: readFileSync(join(root, room), 'utf8') });
    else walk(join(root, room));
  return found;
}

/** Effects of a vocabulary that nothing obeys. */
export function unconsumed(
  vocabulary: readonly string[],
  sources: readonly Source[],
  askedAs: Readonly<Record<string, RegExp>> = ASKED_AS,
): string[] {
  return vocabulary.filter((name) => {
    const asked = askedAs[name];
    return asked === undefined || !sources.some(({ text }) => asked.test(text));
  });
}
