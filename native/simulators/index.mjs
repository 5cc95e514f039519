if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`The simulators need Node 24 or newer; this is ${process.version}.\n`);
  process.exit(1);
}
await import('./index.ts');
