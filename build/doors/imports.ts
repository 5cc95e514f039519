import type { IRegularForbiddenRuleType } from 'dependency-cruiser';

/** The rooms of the program; `build` and `tests` stand outside and may open anything. */
export const rooms = ['contract', 'domain', 'main', 'native', 'renderer', 'city', 'migrations'] as const;

const testFile = '\\.(?:test|spec)\\.tsx?$';
const anyRoom = `^(?:${rooms.join('|')})/`;
/** How dependency-cruiser shows a package, wherever its folder lies. */
const packageNamed = (...names: string[]): string => `(?:^|/)node_modules/(?:${names.join('|')})(?:/|$)`;
const builtin = (...names: string[]): string => `^(?:node:)?(?:${names.join('|')})(?:/|$)`;

/** Node's doors to files, network, other processes and other ways of loading code. */
export const outsideBuiltins = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'http',
  'https',
  'http2',
  'inspector',
  'module',
  'net',
  'repl',
  'tls',
  'vm',
  'worker_threads',
];

/** Where a Runtime is built, and where bytes leave for a device. */
const whereTheOutsideIs = '^(?:main/shells|native/transports|city/shell)/';

type Rule = IRegularForbiddenRuleType;

const forbid = (name: string, comment: string, from: Rule['from'], to: Rule['to']): Rule => ({
  name,
  comment,
  severity: 'error',
  from,
  to,
});

/** Every NEVER of the architecture that is about an import. A type import counts as an import. */
export const importRules: Rule[] = [
  forbid(
    'contract-stands-alone',
    'contract imports nothing of ours',
    { path: '^contract/' },
    { path: '^(?:domain|main|native|renderer|city|migrations|build|docs)/' },
  ),
  forbid(
    'contract-only-zod',
    'contract imports no package but zod, and nothing of Node',
    { path: '^contract/', pathNot: testFile },
    { pathNot: `^contract/|^tests/|${packageNamed('zod')}` },
  ),
  forbid(
    'domain-only-contract',
    'domain imports nothing of ours but contract',
    { path: '^domain/' },
    { path: '^(?:main|native|renderer|city|migrations|build|docs)/' },
  ),
  forbid(
    'domain-only-temporal',
    'domain imports no package but temporal-polyfill, and nothing of Node',
    { path: '^domain/', pathNot: testFile },
    { pathNot: `^(?:contract|domain|tests)/|${packageNamed('temporal-polyfill', 'temporal-spec')}` },
  ),
  forbid(
    'renderer-not-inside',
    'the page talks to the office through its client',
    { path: '^renderer/' },
    { path: '^(?:main|native|city|migrations|build|docs)/' },
  ),
  forbid(
    'renderer-no-node',
    'the page runs in a browser: nothing of Node is there',
    { path: '^renderer/', pathNot: testFile },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'native-not-office',
    'the device process knows the contract, never the office',
    { path: '^native/' },
    { path: '^(?:main|renderer|city|migrations|build|docs)/' },
  ),
  forbid(
    'main-not-native',
    'the device process is started by path, never imported',
    { path: '^main/' },
    { path: '^native/' },
  ),
  forbid(
    'main-not-renderer',
    'the page is served by path, never imported',
    { path: '^main/' },
    { path: '^renderer/' },
  ),
  forbid('main-not-city', 'the gateway is another program', { path: '^main/' }, { path: '^city/' }),
  forbid(
    'main-not-build',
    'the office does not need the tools',
    { path: '^main/' },
    { path: '^(?:build|docs)/' },
  ),
  forbid(
    'city-only-contract',
    'the gateway shares only the contract',
    { path: '^city/' },
    { path: '^(?:domain|main|native|renderer|migrations|build|docs)/' },
  ),
  forbid(
    'electron-in-shells',
    'electron only in main/shells, main/updates and main/index.ts',
    { path: anyRoom, pathNot: `^main/(?:shells|updates)/|^main/index\\.ts$|${testFile}` },
    { path: `${packageNamed('electron', 'electron-updater', '@electron/[^/]+')}|^electron(?:/|$)` },
  ),
  forbid(
    'sqlite-in-ledger',
    'only main/ledger knows SQL',
    { path: anyRoom, pathNot: `^main/ledger/|${testFile}` },
    { path: `${packageNamed('better-sqlite3', '@types/better-sqlite3')}|${builtin('sqlite')}` },
  ),
  forbid(
    'ports-in-transports',
    'serial ports and smart card readers only in native/transports',
    { path: anyRoom, pathNot: `^native/transports/|${testFile}` },
    { path: packageNamed('serialport', '@serialport/[^/]+', 'pcsclite') },
  ),
  forbid(
    'outside-in-shells',
    'files, network and processes only where a Runtime is built, and in native/transports',
    { path: anyRoom, pathNot: `${whereTheOutsideIs}|${testFile}` },
    { path: builtin(...outsideBuiltins) },
  ),
  forbid(
    'sockets-in-shells',
    'the WebSocket package only where the outside is',
    { path: anyRoom, pathNot: `${whereTheOutsideIs}|${testFile}` },
    { path: packageNamed('ws', '@types/ws') },
  ),
  forbid(
    'no-room-imports-tests',
    'what tests use stays in tests',
    { path: anyRoom, pathNot: testFile },
    { path: `^tests/|${testFile}` },
  ),
  forbid(
    'no-tools-in-rooms',
    'a room imports no package that is only installed for development',
    { path: anyRoom, pathNot: testFile },
    {
      dependencyTypes: ['npm-dev'],
      pathNot: packageNamed('electron', '@types/[^/]+'),
      dependencyTypesNot: ['type-only'],
    },
  ),
  forbid(
    'everything-is-there',
    'an import that leads nowhere is a mistake, or a package that package.json does not name',
    { path: `${anyRoom}|^(?:build|docs|tests)/` },
    { couldNotResolve: true, pathNot: '^electron(?:/|$)' },
  ),
];
