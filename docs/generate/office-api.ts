import { officeEvents, officeMethods, type MethodSpec, type OfficeMethod } from '../../contract/office.ts';
import { permissions, roles, type Permission } from '../../contract/permissions.ts';
import { refusalCatalogue } from '../../contract/refusals.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { schemaText } from './schema-text.ts';

/** `docs/office-api.md`: all that a script needs to drive an office, made from the contract. */
export function officeApiPage(): string {
  const methods = Object.entries(officeMethods as Record<string, MethodSpec>).map(([name, spec]) => methodSection(name, spec));
  const events = Object.entries(officeEvents).map(
    ([name, schema]) => `### \`${name}\`\n\n\`\`\`\n${schemaText(schema)}\n\`\`\`\n`,
  );
  const refusals = Object.entries(refusalCatalogue).map(
    ([code, [message, next]]) => `| \`${code}\` | ${message.replaceAll('|', '\\|')} | ${next.replaceAll('|', '\\|')} |`,
  );
  const people = trialStaff.map(({ number, name, pin, roles }) => `| ${number} | ${name} | ${pin} | ${roles.join(', ')} |`);
  return `${HEAD}
| number | name | PIN | roles |
|---|---|---|---|
${people.join('\n')}

Who may call which method is one table, \`contract/permissions.ts\`. Roles: ${roles.join(', ')}. A call of another role is refused with
\`access.role\`, one before sign-in with \`access.signInFirst\`.
A locked page session (\`session.lock\`, or ten minutes without \`session.alive\` after the first one) may call only what is public, \`session.resume\` and
\`session.signOut\`; one that signed in with a one-time PIN only \`session.changePin\` and \`session.signOut\`. A method with \`secondSignature\` needs another person's
number and PIN; wrong ones count towards that person's lock. \`session.signIn\` with \`training: true\` opens a ledger of its own that is wiped at sign-out.

## Methods

${methods.join('\n')}
## Events

Pushed without being asked, as \`{"event": …, "data": …}\`. Before sign-in a page gets only \`status.changed\`, \`link.changed\`,
\`device.changed\`, \`timetable.changed\` and \`display.changed\`, which name nobody; cards and codes go to those who meet passengers (\`contract/permissions.ts\`).

${events.join('\n')}
## Refusals

The closed list. \`{…}\` stands for a value.

| code | message | next |
|---|---|---|
${refusals.join('\n')}
`;
}

function rolesText(method: OfficeMethod): string {
  const permission: Permission = permissions[method];
  if (permission === 'public') return 'public';
  return permission.length === roles.length ? 'everybody signed in' : permission.join(', ');
}

function methodSection(name: string, spec: MethodSpec): string {
  const notes = [
    `Roles: ${rolesText(name as OfficeMethod)}.`,
    spec.mutating ? 'Mutating: carries a `commandId`.' : 'Carries no `commandId`.',
    spec.audit === 'none' ? '' : `Kept in the ${spec.audit}.`,
    spec.trial ? 'Trial stations only.' : '',
  ].filter(Boolean);
  return `### \`${name}\`

${spec.summary} ${notes.join(' ')}

params
\`\`\`
${schemaText(spec.input)}
\`\`\`
result
\`\`\`
${schemaText(spec.output)}
\`\`\`
`;
}

const HEAD = `<!-- Made by \`npm run docs\` from contract/office.ts. Do not edit. -->
# Office API

One office serves one window. Pages use this API, and a script can use it just the same: start
\`npm run host -- --data DIR\`, read one JSON line from its standard output, exchange the token, open the WebSocket.

## Connecting

1. \`npm run host -- --data DIR [--port N]\` prints \`{"ready":true,"url":"http://127.0.0.1:PORT/","token":"…"}\` (the line that starts with \`{\`). A station without a manager
   gets \`firstManagerCode\` in it, once: it goes into \`people.firstManager\`. When it
   cannot start it prints \`{"ready":false,"refusal":{…}}\` and exits with code 2.
2. \`POST /session\` with body \`{"token":"…"}\` and \`content-type: application/json\`. The token works once. The answer is
   status 200 with a \`Set-Cookie\`; keep its \`name=value\` part. A refused token is answered with another status and a refusal. \`npm run host -- --data DIR --new-token\` prints another token of a running office.
3. Open a WebSocket to \`ws://127.0.0.1:PORT/office\` with the header \`Cookie: name=value\`. A page of another origin is refused; a script
   sends no \`Origin\`.

## Messages

One JSON text a message.

- Request \`{"id": 1, "method": "sales.sell", "params": {…}, "commandId": "…"}\`. \`id\` is yours (integer or text) and comes back in the answer.
  \`params\` may be left out where it is \`{}\`.
- Answer \`{"id": 1, "ok": true, "result": {…}}\` or \`{"id": 1, "ok": false, "refusal": {"code", "field"?, "message", "next"}}\`. Answers may come in
  another order than requests.
- Event \`{"event": "print.changed", "data": {…}}\`.
- A mutating method carries a \`commandId\` (16 to 64 of \`0-9 A-Z a-z _ -\`) that you make when you begin to fill the form. Sending the same again gives
  the same answer and does nothing twice; the same id with other params is refused. A refused command uses up nothing, and its id may be used again.
- When an answer is lost, send the same command again, or ask \`commands.open\`.

Money is integer fen. Instants are UTC milliseconds. Dates are Asia/Shanghai calendar dates.

## Signing in

A sign-in (\`session.signIn\`) belongs to the cookie and holds until \`session.signOut\` or the end of the office. A trial station has these people:
`;
