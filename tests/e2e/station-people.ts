import { officeMethods, type OfficeMethod } from '../../contract/office.ts';
import { trialStaff } from '../../main/trial-station.ts';
import type { Clerk } from './host.ts';

/** Number and PIN of the trial's person of a role. */
export function personOf(role: string): { number: string; pin: string } {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  if (!person) throw new Error(`the trial has no ${role}`);
  return person;
}

/** Number and PIN of whoever has the role, into the two fields that have the focus. */
export async function typeInAs(clerk: Clerk, role: string): Promise<void> {
  const { number, pin } = personOf(role);
  await clerk.type(number);
  await clerk.press('Enter');
  await clerk.type(pin);
  await clerk.press('Enter');
}

/** Signs the trial's person of a role in, on the page that asks for number and PIN. */
export async function signInAs(clerk: Clerk, role: string): Promise<void> {
  await clerk.page.getByLabel('工号').waitFor();
  await typeInAs(clerk, role);
}

/** Ends whatever is open, without closing the shift; the page asks for number and PIN again. */
export async function signOut(clerk: Clerk): Promise<void> {
  await callAsPage(clerk, 'session.signOut', {});
  await clerk.page.reload();
  await clerk.page.getByLabel('工号').waitFor();
}

/** Calls the office as the page does, as whoever is signed in on it, for what no screen does yet. Throws when refused. */
export async function callAsPage(clerk: Clerk, method: OfficeMethod, params: unknown): Promise<unknown> {
  const commandId = `picture-${String(Date.now())}`;
  const command = officeMethods[method].mutating ? { commandId } : {};
  const answer = await clerk.page.evaluate(
    (request) => {
      interface Reply {
        ok: boolean;
        result?: unknown;
        refusal?: { message: string };
      }
      // In Electron the page has a bridge instead of a socket.
      const { stationOffice } = window as { stationOffice?: { call(asked: unknown): Promise<Reply> } };
      if (stationOffice) return stationOffice.call(request);
      return new Promise<Reply>((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/office`);
        socket.addEventListener('open', () => socket.send(JSON.stringify(request)));
        socket.addEventListener('error', () => reject(new Error('the office took no second connection')));
        socket.addEventListener('message', ({ data }) => {
          const message = JSON.parse(String(data)) as { id?: unknown; ok: boolean };
          if (message.id !== request.id) return;
          socket.close();
          resolve(message);
        });
      });
    },
    { id: 'picture', method, params, ...command },
  );
  if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.refusal)}`);
  // As the page says once its answer was seen; else the next sign-in begins with it.
  if (officeMethods[method].mutating) await callAsPage(clerk, 'commands.seen', { commandIds: [commandId] });
  return answer.result;
}
