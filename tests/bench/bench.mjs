/** Entry of `npm run bench`. */
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('needs Node 24: start it by "npm run bench"\n');
  process.exit(1);
}
await import('./bench.ts');
