/**
 * `ledger-writer.ts` as a process on the disk of `power-cut.c`. With `off` as second argument SQLite does not sync: what the
 * check must catch. `power-writer.ts FOLDER [full|off]`.
 */
import Database from 'better-sqlite3';

if (process.argv[3] === 'off') {
  const { pragma } = Database.prototype;
  // The ledger reads back what it set and would not open: it is told what it wants to hear.
  Database.prototype.pragma = function (source: string, options?: Database.PragmaOptions): unknown {
    if (source === 'synchronous = FULL') return pragma.call(this, 'synchronous = OFF', options);
    if (source === 'synchronous') return options?.simple === true ? 2 : [{ synchronous: 2 }];
    return pragma.call(this, source, options);
  };
}
await import('./ledger-writer.ts');
