import { z } from 'zod';

type Json = { [key: string]: unknown };

/**
 * A zod schema as a few readable lines of pseudo-JSON with units and bounds, for the API pages: shorter to read than
 * JSON Schema, made from it, so it cannot drift from what is checked.
 */
export function schemaText(schema: z.ZodType): string {
  return describe(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json, '');
}

function describe(node: Json, indent: string): string {
  if (node['const'] !== undefined) return JSON.stringify(node['const']);
  if (Array.isArray(node['enum'])) return alternatives(node['enum'].map((value) => JSON.stringify(value)));
  const choices = (node['anyOf'] ?? node['oneOf']) as Json[] | undefined;
  if (choices) return alternatives(choices.map((choice) => describe(choice, indent)));
  switch (node['type']) {
    case 'object':
      return describeObject(node, indent);
    case 'array': {
      if (Array.isArray(node['prefixItems'])) {
        return `[${node['prefixItems'].map((item: Json) => describe(item, indent)).join(', ')}]`;
      }
      const most = typeof node['maxItems'] === 'number' ? ` (at most ${node['maxItems']})` : '';
      return `[ ${describe((node['items'] ?? {}) as Json, indent)} … ]${most}`;
    }
    case 'integer':
    case 'number':
      return `integer${bounds(node, 'minimum', 'maximum')}`;
    case 'string':
      if (typeof node['pattern'] === 'string') return `string /${node['pattern']}/`;
      return `string${bounds(node, 'minLength', 'maxLength')}`;
    case 'boolean':
      return 'true | false';
    case 'null':
      return 'null';
    default:
      return 'any';
  }
}

const alternatives = (texts: string[]): string => [...new Set(texts)].join(' | ');

function describeObject(node: Json, indent: string): string {
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, Json>);
  if (properties.length === 0) return '{}';
  const required = new Set(node['required'] as string[] | undefined);
  const inner = `${indent}  `;
  const lines = properties.map(
    ([name, value]) => `${inner}${name}${required.has(name) ? '' : '?'}: ${describe(value, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function bounds(node: Json, least: string, most: string): string {
  const low = node[least];
  const high = node[most];
  const isPlain = (value: unknown): boolean => value === undefined || Math.abs(Number(value)) >= Number.MAX_SAFE_INTEGER;
  if (isPlain(low) && isPlain(high)) return '';
  if (isPlain(high)) return ` ≥ ${String(low)}`;
  if (isPlain(low) || low === 0) return ` ${low === 0 ? '0' : ''}≤ ${String(high)}`.replace(' 0≤', ' 0…');
  return ` ${String(low)}…${String(high)}`;
}
