export interface LockEntry {
  version?: string;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}
export function completeLock(lock: { packages: Record<string, LockEntry> }): string[];
