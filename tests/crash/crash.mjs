/** A real office killed at random moments of real commands, restarted, audited; and power cut under a real ledger. */
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('needs Node 24\n');
  process.exit(1);
}
await import('./crash.ts');
