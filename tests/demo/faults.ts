import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeTrialStation, trialClerks } from '../../main/trial-station.ts';
import { trialPorts } from '../../main/shells/trial.ts';
import { startGateway, type GatewayProcess } from '../city/link-kit.ts';
import { startLineProxy, type LineProxy } from '../city/line-proxy.ts';
import { familyOf } from '../shells/processes.ts';
import {
  connectOffice,
  newCommandId,
  RefusedError,
  type Json,
  type OfficeClient,
} from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { startOffice, type RunningOffice } from '../support/running-office.ts';
import { FAULT_NOTES_FILE, type FaultNotes } from './count-faults.ts';
import { diceOf, planFaults, type Step } from './fault-plan.ts';
import { copyOf, numberInPrint, Tape } from './tape.ts';

/** No start and no wait takes longer, however busy the machine is. */
const PATIENCE_MS = 90_000;
/** More sheets than these wait: the clerk waits too, so that blows fall on paper. */
const SHEETS_WAITING = 6;
/** Of so many connections to the city one is cut. */
const CONNECTIONS_A_CUT = 3;
/** Bytes of a request and of an answer, while none of that path was seen whole. */
const UNSEEN_BYTES = 2_000;

export interface FaultOptions {
  folder: string;
  tickets: number;
  seed: number;
  say(text: string): void;
}

/** An office as a page has it. */
interface Window {
  office: RunningOffice;
  call: OfficeClient['call'];
  event: OfficeClient['event'];
  departures: Json[];
  close(): void;
}

class OfficeGone extends Error {}

/**
 * A shift in which everything breaks that can: sells by the plan of `seed`, strikes while it sells, mends, and does what a clerk
 * does then. Leaves its notes in the folder: what the clerk was told was sold, what struck, what went wrong.
 */
export async function sellThroughFaults({ folder, tickets, seed, say }: FaultOptions): Promise<void> {
  const plan = planFaults(tickets, seed);
  const notes: FaultNotes = {
    tickets,
    seed,
    acknowledged: [],
    struck: { device: 0, paper: 0, gateway: 0, office: 0, link: 0 },
    problems: [],
  };
  const sheetsFile = join(folder, 'sheets.bin');
  const cityFolder = join(folder, 'city');
  const tape = new Tape(sheetsFile);
  /** What is broken and how it is mended. */
  const broken: (() => Promise<void>)[] = [];
  let people = 0;
  let cards = 0;
  let gateway: GatewayProcess | undefined;
  let proxy: LineProxy | undefined;
  let window: Window | undefined;
  const begunMs = performance.now();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    gateway = await startGateway(cityFolder);
    const { port } = new URL(gateway.url);
    proxy = await startLineProxy(Number(port));
    const station = await makeTrialStation({ ...trialPorts(folder), salt: () => randomBytes(16) });
    const city = { url: `http://127.0.0.1:${proxy.port}`, enrolmentCode: gateway.enrolmentCode };
    writeFileSync(join(folder, 'station.json'), JSON.stringify({ ...station, city }));
    window = await begin();
    await window.call('shifts.open', { floatFen: 50_000 }, newCommandId());
    cutTheLink(proxy);

    let sold = 0;
    for (const [n, step] of plan.entries()) {
      await sell(step, n);
      sold += step.party;
      if (step.strike) say(`${sold} tickets, ${step.strike} struck`);
      else await mend();
      if (broken.length === 0) await keepUp();
    }
    await mend();
    say(`${sold} tickets sold in ${Math.round(performance.now() - begunMs)} ms`);
    proxy.rule = () => ({});
    await until('every sheet is out and every entry at the city', async () => {
      await settlePrints();
      const { link, printsToSettle } = await at().call('status.get');
      const { tickets: newest } = await at().call('sales.list', { limit: 200 });
      const isOut = ({ print }: Json): boolean => print.state !== 'waiting' && print.state !== 'sending';
      return link.state === 'up' && link.backlog === 0 && printsToSettle === 0 && newest.every(isOut);
    });
    const { shift } = await at().call('shifts.current');
    const closed = await at().call(
      'shifts.close',
      { countedFen: shift.floatFen + shift.salesFen },
      newCommandId(),
    );
    if (closed.differenceFen !== 0) notes.problems.push(`the drawer differs by ${closed.differenceFen} fen`);
    if (closed.ticketCount !== undefined && closed.ticketCount !== sold)
      notes.problems.push(`the shift counts ${closed.ticketCount} tickets of ${sold}`);
    await until(
      'the closed shift is at the city',
      async () => (await at().call('status.get')).link.backlog === 0,
    );
    window.close();
    const code = await window.office.stop();
    if (code !== 0) notes.problems.push(`the office ended with code ${code}`);
  } catch (error) {
    notes.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    say(window?.office.stderr() ?? '');
  } finally {
    window?.close();
    await window?.office.kill();
    await Promise.all(broken.splice(0).map((repair) => repair().catch(() => undefined)));
    await gateway?.stop();
    notes.struck.link = proxy?.cuts ?? 0;
    await proxy?.close();
    writeFileSync(join(folder, FAULT_NOTES_FILE), JSON.stringify(notes));
    const { device, paper, gateway: gateways, office, link } = notes.struck;
    say(
      `struck: device process ${device}, paper ${paper}, gateway ${gateways}, office ${office}, link ${link}; ` +
        `${Math.round(performance.now() - begunMs)} ms`,
    );
  }

  function at(): Window {
    if (!window) throw new Error('no office');
    return window;
  }

  async function begin(): Promise<Window> {
    const office = await startOffice(folder, ['--sheets', sheetsFile], PATIENCE_MS);
    // An office that is started must be ended, whatever comes next.
    window = { office, departures: [], ...deaf };
    const page = await connectOffice(office.url, office.token);
    // A socket that is closed already says nothing more: the end of the process does.
    const gone = new Promise<never>((_resolve, reject) => {
      office.process.once('close', () => reject(new OfficeGone('the office is gone')));
    });
    gone.catch(() => undefined);
    const call: OfficeClient['call'] = (method, params, commandId) =>
      Promise.race([page.call(method, params, commandId).catch(orGone), gone]);
    const [{ number, pin }] = trialClerks;
    await call('session.signIn', { number, pin });
    await until('the timetable is there', async () => (await call('timetable.places')).places.length > 0);
    const { nowMs } = await call('status.get');
    // Departures of tomorrow: never empty at any hour of today.
    const date = new Date(nowMs + 32 * 3_600_000).toISOString().slice(0, 10);
    const { departures } = await call('timetable.departures', { date });
    const isRoomy = ({ state, left }: Json): boolean => state === 'onSale' && left >= 10;
    return { office, call, event: page.event, departures: departures.filter(isRoomy), close: page.close };
  }

  /** From now on lines are cut after a number of bytes that the dice give, up or down, the first one for certain. */
  function cutTheLink(line: LineProxy): void {
    const below = diceOf(seed + 1);
    let connections = 0;
    line.rule = (path) => {
      const isCut = connections % CONNECTIONS_A_CUT === 0;
      connections += 1;
      if (!isCut) return {};
      const { up, down } = line.lengths.get(path) ?? { up: UNSEEN_BYTES, down: UNSEEN_BYTES };
      return below(2) === 0 ? { cutUpAfter: below(up) } : { cutDownAfter: below(down) };
    };
  }

  /** One sale with its blow; afterwards it is sold, whatever struck. */
  async function sell(step: Step, n: number): Promise<void> {
    if (step.strike) await mend();
    const order = await makeOrder(step, n);
    const commandId = newCommandId();
    const struck = step.strike === undefined ? undefined : strike(step);
    const answer: Json = await at()
      .call('sales.sell', order, commandId)
      .catch((error: unknown) => {
        if (!(error instanceof OfficeGone)) throw error;
      });
    await struck;
    if (step.strike !== 'office') return acknowledge(answer, commandId);

    at().close();
    window = await begin();
    // The page does not know what became of it and sends the same command again by its id.
    try {
      const again = await at().call('sales.sell', order, commandId);
      if (answer !== undefined && numbersOf(answer).join() !== numbersOf(again).join())
        notes.problems.push(
          `the same command answered otherwise: ${numbersOf(answer).join()} and ${numbersOf(again).join()}`,
        );
      await acknowledge(again, commandId);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (answer !== undefined) {
        await acknowledge(answer, commandId);
        notes.problems.push(`accepted, and refused when sent again: ${error.message}`);
        return;
      }
      // It was not accepted, and the passengers of the killed office are gone with it: they are entered again.
      if (error.refusal.code !== 'holder.gone') throw error;
      const newId = newCommandId();
      await acknowledge(await at().call('sales.sell', await makeOrder(step, n), newId), newId);
    }
  }

  async function acknowledge(answer: Json, commandId: string): Promise<void> {
    notes.acknowledged.push(...numbersOf(answer));
    await at().call('commands.seen', { commandIds: [commandId] });
  }

  async function makeOrder(step: Step, n: number): Promise<Json> {
    const departure = at().departures[n % at().departures.length];
    if (!departure) throw new Error('no departure on sale');
    const passengers = [];
    for (let many = 0; many < step.party; many += 1) {
      const holder = step.byCard
        ? await layCard()
        : await at().call('holders.type', { documentKind: '111', ...adult((people += 1)) });
      passengers.push({ holderRef: holder.holderRef, ticketClass: 'full' });
    }
    const { totalFen } = await at().call('sales.quote', { departureId: departure.departureId, passengers });
    return {
      departureId: departure.departureId,
      passengers,
      payment: 'cash',
      totalFen,
      tenderedFen: totalFen,
    };
  }

  /** Lays a person's card until it fills the form. Six people share the cards; departures differ. */
  async function layCard(): Promise<Json> {
    await until('the reader is ready', () => isReady('id-reader'));
    const { people: known } = await at().call('trial.people');
    const person = known.find(({ id }: Json) => id === `p0${1 + (cards % 6)}`);
    cards += 1;
    const read = at().event('reader.card', ({ name }) => name === person.name, PATIENCE_MS);
    await at().call('trial.layCard', { person: person.id });
    const holder = await read;
    const removed = at().event('reader.cardRemoved', () => true, PATIENCE_MS);
    await at().call('trial.removeCard');
    await removed;
    return holder;
  }

  async function isReady(kind: string): Promise<boolean> {
    const { devices } = await at().call('status.get');
    return devices.every((device: Json) => device.kind !== kind || device.state === 'ready');
  }

  /** Begins to wait at once, and strikes at its moment. */
  async function strike({ strike: kind, onPaper, afterMs }: Step): Promise<void> {
    const victim = at();
    if (onPaper || kind === 'device') {
      // Nothing may be on its way for long when the printer is not ready: then the blow falls without.
      await victim
        .event('print.changed', ({ print }) => print.state === 'sending', 10_000)
        .catch(() => undefined);
    }
    await delay(afterMs);
    switch (kind) {
      case 'device': {
        const pid = victim.office.process.pid ?? 0;
        const processes = (): number[] =>
          familyOf(pid).flatMap((one) => (one.command.includes('native/index.mjs') ? [one.pid] : []));
        await until('a device process runs', () => Promise.resolve(processes().length > 0));
        for (const one of processes()) process.kill(one, 'SIGKILL');
        break;
      }
      case 'paper':
        await victim.call('trial.paper', { paper: 'out' });
        broken.push(() => at().call('trial.paper', { paper: 'ok' }));
        await until('the office sees that the paper is out', async () => {
          const { devices } = await victim.call('status.get');
          return devices.some(({ kind: what, paper }: Json) => what === 'printer' && paper === 'out');
        });
        break;
      case 'gateway': {
        const data = gateway;
        if (!data) throw new Error('no gateway to strike');
        await data.kill();
        const { port } = new URL(data.url);
        broken.push(async () => void (gateway = await startGateway(cityFolder, Number(port))));
        break;
      }
      case 'office':
        await victim.office.kill();
        break;
      case undefined:
        return;
    }
    notes.struck[kind] += 1;
  }

  async function mend(): Promise<void> {
    for (const repair of broken.splice(0)) await repair();
  }

  /** A printer is slower than a script. */
  async function keepUp(): Promise<void> {
    await until('the printer keeps up', async () => {
      await settlePrints();
      return (await at().call('recovery.summary')).printsWaiting <= SHEETS_WAITING;
    });
  }

  /** The clerk looks at the paper: a whole sheet is in hand, anything else is printed again. */
  async function settlePrints(): Promise<void> {
    const { prints } = await at().call('recovery.summary');
    // A printer that comes back may still put out what it has.
    if (prints.length === 0 || !(await isReady('printer'))) return;
    for (const { ticketNumber, print } of prints) {
      const isInHand = tape
        .sheets()
        .some(
          (sheet) =>
            sheet.qr.length === 1 && numberInPrint(sheet) === ticketNumber && copyOf(sheet) === print.copy,
        );
      try {
        await at().call(
          'prints.settle',
          { ticketNumber, found: isInHand ? 'inHand' : 'printAgain' },
          newCommandId(),
        );
      } catch (error) {
        // Its outcome came while the clerk looked.
        if (!(error instanceof RefusedError) || error.refusal.code !== 'print.notUnknown') throw error;
      }
    }
  }
}

/** A window before its page is connected. */
const deaf = {
  call: () => Promise.reject(new Error('not connected')),
  event: () => Promise.reject(new Error('not connected')),
  close: () => undefined,
};

/** A connection that ended is an office that ended: nobody else closes it. */
function orGone(error: unknown): never {
  if (error instanceof RefusedError) throw error;
  throw new OfficeGone('the office is gone', { cause: error });
}

function numbersOf(answer: Json): string[] {
  return answer.tickets.map(({ ticketNumber }: Json) => ticketNumber);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await delay(50);
  }
}
