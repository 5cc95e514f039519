/** Entry of `npm run demo`. */
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('needs Node 24: start it by "npm run demo"\n');
  process.exit(1);
}
await import('./demo.ts');
