/** The long run of the fuzzers. */
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('needs Node 24\n');
  process.exit(1);
}
await import('./fuzz.ts');
