if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`需要 Node 24 或更新,现在是 ${process.version}。 / Node 24 or newer is needed.\n`);
  process.exit(1);
}
await import('./start.ts');
