if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write('needs Node 24 or later: run "npm run proof"\n');
  process.exit(1);
}
await import('./proof.ts');
