/** Lint with types, no warning tolerated; arguments go through, so `npm run lint -- --fix main/ledger` works. */
import { runNode } from './program.ts';

const { code } = await runNode('node_modules/oxlint/bin/oxlint', [
  '--type-aware',
  '--deny-warnings',
  '--report-unused-disable-directives',
  ...process.argv.slice(2),
]);
process.exitCode = code;
