/**
 * Runs Electronegativity on a folder (the first argument) and prints what it found as one JSON line. It would ask the
 * network for Electron's releases and for translations; a check asks nobody.
 */
const { createRequire, registerHooks } = require('node:module');
const { pathToFileURL } = require('node:url');

const scanner = require.resolve('@doyensec/electronegativity');
const inside = createRequire(scanner);
// Its parser of TypeScript leans on the compiler of its own time; it must not be given this program's.
const itsTypeScript = pathToFileURL(inside.resolve('typescript')).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'typescript'
      ? { url: itsTypeScript, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
});
require.cache[inside.resolve('got')] = {
  id: 'got',
  loaded: true,
  exports: () => Promise.reject(new Error('no network in a check')),
};
console.error = () => undefined;
const log = console.log;
console.log = () => undefined;
const [input, electronVersion] = process.argv.slice(2);
require(scanner)({
  input,
  electronVersionOverride: electronVersion,
  excludeFromScan: ['availablesecurityfixesglobalcheck'],
  parserPlugins: [
    'classPrivateProperties',
    'classPrivateMethods',
    'classStaticBlock',
    'topLevelAwait',
    'importMeta',
  ],
}).then(
  ({ issues, errors, globalChecks, atomicChecks }) => {
    log(
      JSON.stringify({
        checks: globalChecks + atomicChecks,
        errors: errors.map(({ file, message, tolerable }) => ({ file, message, tolerable })),
        issues: issues.map(({ id, file, severity, sample, location }) => ({
          id,
          file,
          line: location.line,
          severity: severity.name,
          sample: (sample ?? '').trim().slice(0, 120),
        })),
      }),
    );
    process.exit(0);
  },
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
