/**
 * JSON values as block YAML. Every text that is not plainly a word is written as a JSON string, which is YAML too, so
 * nothing is ever read as something else.
 */
export function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((item) => `${indent}-${itemOf(item, indent)}`).join('')}`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0) return ' {}\n';
    return `\n${members.map(([name, member]) => `${indent}${keyOf(name)}:${toYaml(member, `${indent}  `)}`).join('')}`;
  }
  // Lines of prose as a block, so that the page can be read as it is.
  if (typeof value === 'string' && /^[^\s-][\P{Cc}\n]*\n[\P{Cc}\n]*\S$/u.test(value)) {
    return ` |-\n${value.split('\n').map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('')}`;
  }
  return ` ${scalarOf(value)}\n`;
}

/** A member of a list: an object begins on the line of its dash. */
function itemOf(item: unknown, indent: string): string {
  const text = toYaml(item, `${indent}  `);
  return text.startsWith('\n') ? ` ${text.slice(1 + indent.length + 2)}` : text;
}

const WORD = /^[A-Za-z][A-Za-z0-9 _./-]*[A-Za-z0-9]$/;
const TAKEN = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function scalarOf(value: unknown): string {
  if (typeof value === 'string') return WORD.test(value) && !TAKEN.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

function keyOf(name: string): string {
  return /^[A-Za-z$][A-Za-z0-9_$-]*$/.test(name) && !TAKEN.test(name) ? name : JSON.stringify(name);
}
