import type { StationDocument } from '../../contract/station-link.ts';
import type { Outcome } from '../../contract/refusals.ts';
import type { Log } from '../runtime.ts';

/**
 * A document of the whole station, made at the host's office and taken over by the others: the people list, the basic data, the
 * feed. The part that owns it registers here; the link carries it.
 */
export interface DocumentOwner {
  /** What is in force here; undefined when there is none yet. */
  current(): { version: number; text: string } | undefined;
  /** At a window: a newer one came from the host. Refused: the one in force stays, and the log says why. */
  take(document: { version: number; text: string }): Outcome<unknown>;
}

export interface Documents {
  register(name: string, owner: DocumentOwner): void;
  marks(): { name: string; version: number }[];
  get(name: string): StationDocument | undefined;
  /** Whether `mark` is newer than what is here, of a document that is known here. */
  isNewer(mark: { name: string; version: number }): boolean;
  take(document: StationDocument): void;
  /** The owner changed it: windows are told. */
  changed(name: string): void;
  /** Something was written: windows are told of what is newer than when it was last looked at. Cheap. */
  look(): void;
}

export function createDocuments(
  log: Log,
  onChanged: (mark: { name: string; version: number }) => void,
): Documents {
  const owners = new Map<string, DocumentOwner>();
  const told = new Map<string, number>();
  const versionOf = (name: string): number => owners.get(name)?.current()?.version ?? 0;
  return {
    register: (name, owner) => void owners.set(name, owner),
    marks: () =>
      [...owners].flatMap(([name, owner]) => {
        const version = owner.current()?.version;
        return version === undefined ? [] : [{ name, version }];
      }),
    get(name) {
      const current = owners.get(name)?.current();
      return current && { name, ...current };
    },
    isNewer: ({ name, version }) => owners.has(name) && version > versionOf(name),
    take({ name, version, text }) {
      const taken = owners.get(name)?.take({ version, text });
      if (taken && !taken.ok)
        log.warn({ name, version, code: taken.refusal.code }, 'a document of the host is not taken');
    },
    changed(name) {
      const version = owners.get(name)?.current()?.version;
      if (version === undefined) return;
      told.set(name, version);
      onChanged({ name, version });
    },
    look() {
      for (const [name, owner] of owners) {
        const version = owner.current()?.version;
        if (version === undefined || told.get(name) === version) continue;
        told.set(name, version);
        onChanged({ name, version });
      }
    },
  };
}
