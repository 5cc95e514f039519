import { parseSync } from '@swc/core';
import type { ParseOptions } from '@swc/core';

/** A use of time, chance or the outside where it must be injected. `line` counts from 1. */
export interface AmbientUse {
  line: number;
  what: string;
}

/** `sealed`: no clock, chance, timer or network. `clockless`: no clock and no chance (timers and network may be). */
export type AmbientTier = 'sealed' | 'clockless';

/** Which tier holds for a file, by its path from the top; undefined where the outside is let in. */
export function tierOf(path: string): AmbientTier | undefined {
  if (/\.(?:test|spec)\.tsx?$/.test(path) || path.endsWith('.d.ts')) return undefined;
  if (/^(?:main\/shells|city\/shell|native\/transports)\//.test(path)) return undefined;
  if (path === 'native/clock.ts' || path === 'renderer/clock.ts') return undefined;
  if (/^(?:contract|domain|main|city)\//.test(path)) return 'sealed';
  if (/^(?:native|renderer)\//.test(path)) return 'clockless';
  return undefined;
}

interface Node {
  type: string;
  value?: string | number | boolean;
  ctxt?: number;
  span?: { start: number; end: number };
  [key: string]: unknown;
}

const sealedGlobals = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
]);
const wholeObjects = new Set(['globalThis', 'global', 'window', 'self']);
const clockModules = /^(?:node:)?(?:timers(?:\/promises)?|perf_hooks)$/;
const cryptoModule = /^(?:node:)?crypto$/;
const chance = /^(?:random|pseudoRandom|getRandomValues$|webcrypto$|prng$|rng$)/;
const expressionWrappers = new Set([
  'TsAsExpression',
  'TsConstAssertion',
  'TsInstantiation',
  'TsNonNullExpression',
  'TsSatisfiesExpression',
  'TsTypeAssertion',
]);
const sentinel = 'stationOfficeUnresolvedName';

/**
 * Reads one file and lists what it takes from the outside by itself. Names are resolved: a parameter called `fetch`
 * is fine, the global is not; types do not count.
 * @throws when the file cannot be parsed
 */
export function findAmbientUses(source: string, tier: AmbientTier, isTsx: boolean): AmbientUse[] {
  const options: ParseOptions = { syntax: 'typescript', tsx: isTsx, target: 'es2024' };
  const text = source.startsWith('#!') ? `//${source.slice(2)}` : source;
  const module = parseSync(`${text}\n;${sentinel};`, options) as unknown as Node & { body: Node[] };
  const last = module.body.at(-1)?.['expression'] as Node;
  // The parser counts bytes from an arbitrary start and gives global names a mark of its own: the sentinel tells both.
  const offset = (last.span?.start ?? 0) - Buffer.byteLength(text) - 2;
  const unresolved = last.ctxt;
  const bytes = Buffer.from(text);
  const uses: AmbientUse[] = [];
  const cryptoNames = new Set<string>();

  const report = (node: Node, what: string): void => {
    const upTo = bytes.subarray(0, Math.max(0, (node.span?.start ?? offset) - offset));
    uses.push({ line: upTo.filter((byte) => byte === 10).length + 1, what });
  };
  const isNode = (value: unknown): value is Node =>
    typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
  const isGlobal = (node: unknown, name?: string): node is Node =>
    isNode(node) &&
    node.type === 'Identifier' &&
    node.ctxt === unresolved &&
    (name === undefined || node.value === name);
  const nameOf = (node: Node): string => `${String(node.value)}#${String(node.ctxt)}`;
  const propertyOf = (node: Node): string | undefined => {
    const property = node['property'] as Node;
    if (property.type === 'Identifier') return String(property.value);
    if (property.type !== 'Computed') return undefined;
    const key = property['expression'] as Node;
    if (key.type === 'StringLiteral') return String(key.value);
    const isPlainTemplate = key.type === 'TemplateLiteral' && (key['expressions'] as Node[]).length === 0;
    return isPlainTemplate ? String((key['quasis'] as Node[])[0]?.['cooked']) : undefined;
  };

  /** What a member of a global object takes from the outside; `property` undefined when it is computed. */
  const wrongMember = (object: string, property: string | undefined): string | undefined => {
    const shown = `${object}.${property ?? '[…]'}`;
    if (object === 'Date')
      return property === 'parse' || property === 'UTC' || property === 'prototype' ? undefined : shown;
    if (object === 'Math') return property === undefined || property === 'random' ? shown : undefined;
    if (object === 'performance') return shown;
    if (object === 'crypto') return property === 'subtle' ? undefined : shown;
    if (object === 'process')
      return property === undefined || /^(?:hrtime|uptime|getBuiltinModule)$/.test(property)
        ? shown
        : undefined;
    if (object === 'AbortSignal')
      return tier === 'sealed' && (property === undefined || property === 'timeout') ? shown : undefined;
    if (wholeObjects.has(object)) {
      if (property === undefined) return shown;
      const isWatched = ['Date', 'Math', 'performance', 'crypto', 'process', 'AbortSignal'].includes(
        property,
      );
      return isWatched || (tier === 'sealed' && sealedGlobals.has(property)) ? shown : undefined;
    }
    return undefined;
  };
  /** A watched global used as a value of its own could be taken apart elsewhere. */
  const wrongWhenBare = (name: string): boolean =>
    ['Date', 'Math', 'performance', 'crypto'].includes(name) ||
    (tier === 'sealed' && (sealedGlobals.has(name) || wholeObjects.has(name) || name === 'require'));

  const visitImport = (node: Node): void => {
    const from = String((node['source'] as Node | null)?.value ?? '');
    if (node['typeOnly'] === true) return;
    if (clockModules.test(from) && (tier === 'sealed' || from.endsWith('perf_hooks')))
      report(node, `import of ${from}`);
    if (!cryptoModule.test(from)) return;
    if (node.type === 'ExportAllDeclaration') report(node, `export of all of ${from}`);
    for (const specifier of (node['specifiers'] as Node[] | undefined) ?? []) {
      const local = specifier['local'] as Node | undefined;
      const outer = (specifier['imported'] ?? specifier['orig'] ?? local) as Node | undefined;
      const isWhole =
        specifier.type === 'ImportDefaultSpecifier' || specifier.type === 'ImportNamespaceSpecifier';
      if (isWhole && local) cryptoNames.add(nameOf(local));
      else if (specifier.type === 'ExportNamespaceSpecifier' || outer?.value === 'default')
        report(node, `all of ${from}`);
      else if (outer && chance.test(String(outer.value)))
        report(specifier, `${String(outer.value)} of ${from}`);
    }
  };

  const visitMember = (node: Node): boolean => {
    const object = node['object'] as Node;
    const property = propertyOf(node);
    if (object.type !== 'Identifier') return false;
    if (object.value === 'Temporal' && (property === 'Now' || property === undefined))
      report(node, 'Temporal.Now');
    if (cryptoNames.has(nameOf(object))) {
      if (property === undefined || chance.test(property)) report(node, `crypto.${property ?? '[…]'}`);
      return true;
    }
    if (!isGlobal(object)) return false;
    const wrong = wrongMember(String(object.value), property);
    if (wrong !== undefined) report(node, wrong);
    return true;
  };

  const visitCall = (node: Node): boolean => {
    const callee = node['callee'];
    const args = (node['arguments'] as unknown[] | undefined) ?? [];
    if (node.type === 'NewExpression' && isGlobal(callee, 'Date')) {
      if (args.length === 0) report(node, 'new Date() without an instant');
      return true;
    }
    if (isNode(callee) && callee.type === 'Import') {
      const from = (args[0] as { expression?: Node } | undefined)?.expression;
      const name = from?.type === 'StringLiteral' ? String(from.value) : '';
      if (clockModules.test(name) || cryptoModule.test(name)) report(node, `import('${name}')`);
    }
    return false;
  };

  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (typeof node.type === 'string') {
      if (node.type.startsWith('Ts')) {
        if (expressionWrappers.has(node.type)) visit(node['expression']);
        return;
      }
      if (/^(?:ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration)$/.test(node.type)) {
        visitImport(node);
        return;
      }
      if (node.type === 'Identifier') {
        if (isGlobal(node) && wrongWhenBare(String(node.value))) report(node, String(node.value));
        if (cryptoNames.has(nameOf(node))) report(node, `all of node:crypto as ${String(node.value)}`);
        return;
      }
      if (node.type === 'MemberExpression' && visitMember(node)) {
        visit((node['property'] as Node)['expression']);
        return;
      }
      if (
        node.type === 'BinaryExpression' &&
        node['operator'] === 'instanceof' &&
        isGlobal(node['right'], 'Date')
      ) {
        visit(node['left']);
        return;
      }
      if ((node.type === 'CallExpression' || node.type === 'NewExpression') && visitCall(node)) {
        visit(node['arguments']);
        return;
      }
    }
    for (const [key, child] of Object.entries(node)) if (key !== 'span') visit(child);
  };
  visit(module.body.slice(0, -1));
  return uses;
}
