import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeTrialStation, trialClerks } from '../../main/trial-station.ts';
import { Simulators } from '../hardware/rig.ts';
import { startGateway, type GatewayProcess } from '../city/link-kit.ts';
import { seededRandom } from '../support/machine.ts';
import { connectOffice, newCommandId, RefusedError, type OfficeClient } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { auditCity, auditFile, auditPaper, sheetsOf, type FileAudit } from './audit.ts';

const hostEntry = fileURLToPath(new URL('../../main/host.mjs', import.meta.url));
/** No start and no wait takes longer, however busy the machine is. */
const PATIENCE_MS = 90_000;

export interface KillSummary {
  kills: number;
  /** Mutating commands sent, each with an id of its own. */
  commands: number;
  /** Commands whose answer was shown, or listed as open, and that are not whole in ledger and city. */
  lost: number;
  /** The same ticket twice in ledger or city, or the same copy of it twice on paper. */
  doubled: number;
  /** Sheets that were on their way at a kill and were shown as unknown after it. */
  unknownShown: number;
  /** Everything else that was wrong, in words. */
  problems: string[];
  ok: boolean;
}

/** A command as the page knows it. */
interface Sent {
  id: string;
  method: string;
  params: any;
  /** `sent` no answer came; `done` accepted; `refused`. */
  state: 'sent' | 'done' | 'refused';
  answer?: any;
  /** The page said that it showed the answer; whether the office heard it is not known when it was killed then. */
  seen: 'no' | 'asked' | 'yes';
}

/**
 * A real host process with a real printer's simulator behind a pty and a real gateway, killed (SIGKILL) at moments of the dice
 * while a clerk works, started again and audited, `kills` times.
 */
export async function officeKills(options: {
  kills: number;
  seed: number;
  say?: (text: string) => void;
}): Promise<KillSummary> {
  const { kills, seed, say = () => undefined } = options;
  const dice = seededRandom(seed);
  const below = (limit: number): number => Buffer.from(dice.bytes(4)).readUInt32LE() % limit;
  const folder = mkdtempSync(join(tmpdir(), 'so-kills-'));
  const data = join(folder, 'data');
  const tape = join(folder, 'sheets.bin');
  const cityData = join(folder, 'city');
  const sent: Sent[] = [];
  const problems: string[] = [];
  const summary: KillSummary = {
    kills: 0,
    commands: 0,
    lost: 0,
    doubled: 0,
    unknownShown: 0,
    problems,
    ok: false,
  };
  const wrong = (text: string): void => {
    problems.push(`after kill ${summary.kills}: ${text}`);
    say(`after kill ${summary.kills}: ${text}`);
  };

  const printerLink = join(folder, 'printer');
  const simulators = new Simulators();
  let gateway: GatewayProcess | undefined;
  let host: Host | undefined;
  let person = 0;
  let startMs = 2_000;
  /** What waits for the office that runs now. */
  let doom: { left: number; strike: () => void } | undefined;
  try {
    const ready = await simulators.tell({ command: 'start', printerLink, sheetsFile: tape });
    if (ready.event !== 'ready') throw new Error(`no printer: ${JSON.stringify(ready)}`);
    gateway = await startGateway(cityData);
    const { url, enrolmentCode } = gateway;
    const station = await makeTrialStation({
      readerPath: printerLink,
      printerPath: printerLink,
      salt: () => randomBytes(16),
    });
    const devices = station.devices.filter(({ kind }) => kind === 'printer');
    host = spawnHost(data, { ...station, trial: false, devices, city: { url, enrolmentCode } });

    let client = await begin(host);
    await until(async () => (await client.call('status.get')).feedVersion > 0, 'the timetable');
    await command(client, 'shifts.open', { floatFen: 50_000 });

    while (summary.kills < kills) {
      const dying = host;
      // A third at once; the others some milliseconds after one of the next commands was sent, so also while sheets are on their way.
      const afterCommands = below(3) === 0 ? 0 : 1 + below(9);
      const struck = Promise.withResolvers<void>();
      doom = {
        left: afterCommands,
        strike: () =>
          void pause(below(80))
            .then(() => dying.kill())
            .then(struck.resolve),
      };
      if (afterCommands === 0) doom.strike();
      await work(client, dying);
      await struck.promise;
      doom = undefined;
      client.close();
      summary.kills += 1;
      const left = auditFile(data, wrong);
      // Now and then the next one is killed while it starts, once or twice.
      for (let again = below(3); again > 1 && summary.kills < kills; again -= 1) {
        const starting = spawnHost(data);
        await pause(below(Math.round(startMs)));
        await starting.kill();
        summary.kills += 1;
        auditFile(data, wrong);
      }
      const beganMs = performance.now();
      host = spawnHost(data);
      client = await begin(host);
      startMs = performance.now() - beganMs;
      await auditStart(client, left);
      say(`${summary.kills} kills, ${sent.length} commands`);
    }

    await settlePrints(client);
    await until(async () => {
      await settlePrints(client);
      const { link, printsToSettle } = await client.call('status.get');
      const { printsWaiting } = await client.call('recovery.summary');
      return link.state === 'up' && link.backlog === 0 && printsToSettle === 0 && printsWaiting === 0;
    }, 'everything is printed and at the city');
    client.close();
    await host.end();
    await gateway.stop();
    gateway = undefined;
    const end = auditFile(data, wrong);
    const acknowledged = sent
      .filter(({ state, method }) => state === 'done' && method === 'sales.sell')
      .flatMap(({ answer }) => ticketsOf(answer));
    const inLedger = new Set(end.tickets);
    const city = await auditCity(join(cityData, 'database'), wrong);
    const paper = auditPaper(tape, wrong);
    const lost = new Set(
      [...acknowledged, ...end.tickets, ...paper.tickets].filter(
        (ticket) => !inLedger.has(ticket) || !city.tickets.has(ticket),
      ),
    );
    summary.lost += lost.size;
    for (const ticket of end.tickets) if (!paper.tickets.has(ticket)) wrong(`never on paper: ${ticket}`);
    for (const ticket of city.tickets)
      if (!inLedger.has(ticket)) wrong(`in the city and not in the ledger: ${ticket}`);
    summary.doubled = end.tickets.length - inLedger.size + city.doubled + paper.doubled;
    if (end.ordinal !== 1) wrong('a kill made the ledger be left behind');
  } catch (error) {
    wrong(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await host?.kill();
    await gateway?.stop();
    const gone = new Promise((resolve) => simulators.child.once('exit', resolve));
    simulators.child.stdin?.end();
    await gone;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  summary.commands = sent.length;
  summary.ok = summary.lost === 0 && summary.doubled === 0 && problems.length === 0;
  return summary;

  async function begin(on: Host): Promise<OfficeClient> {
    const { url, token } = await on.ready;
    const page = await connectOffice(url, token);
    // A socket that is closed already says nothing more: the end of the process does.
    const dead = on.gone.then(() => {
      throw new Error('the office is gone');
    });
    dead.catch(() => undefined);
    const opened: OfficeClient = {
      ...page,
      call: (method, params, commandId) => Promise.race([page.call(method, params, commandId), dead]),
    };
    const [{ number, pin }] = trialClerks;
    await opened.call('session.signIn', { number, pin });
    return opened;
  }

  /** One mutating command; throws when the office dies before its answer. */
  async function command(on: OfficeClient, method: string, params: any): Promise<any> {
    const one: Sent = { id: newCommandId(), method, params, state: 'sent', seen: 'no' };
    sent.push(one);
    if (doom) {
      doom.left -= 1;
      if (doom.left === 0) doom.strike();
    }
    try {
      one.answer = await on.call(method, params, one.id);
      one.state = 'done';
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      one.state = 'refused';
      throw error;
    }
    if (below(2) === 0) {
      one.seen = 'asked';
      await on.call('commands.seen', { commandIds: [one.id] });
      one.seen = 'yes';
    }
    return one.answer;
  }

  /** What a clerk does, until the office is gone. */
  async function work(on: OfficeClient, victim: Host): Promise<void> {
    try {
      const { nowMs } = await on.call('status.get');
      const date = new Date(nowMs + 32 * 3_600_000).toISOString().slice(0, 10);
      const { departures } = await on.call('timetable.departures', { date });
      const open = departures.filter(({ state, left }: any) => state === 'onSale' && left > 3);
      for (;;) {
        const roll = below(20);
        if (roll === 0) {
          const { shift } = await on.call('shifts.current');
          if (shift) await command(on, 'shifts.close', { countedFen: shift.floatFen + shift.salesFen });
          await command(on, 'shifts.open', { floatFen: 50_000 });
        } else if (roll < 3) await settlePrints(on);
        else await sell(on, open[below(open.length)].departureId, 1 + below(3));
        // A printer is slower than a script: the paper must come out while there are kills left.
        const { printsWaiting } = await on.call('recovery.summary');
        if (printsWaiting > 6) await pause(400);
      }
    } catch (error) {
      if (error instanceof RefusedError) wrong(`refused: ${error.refusal.code} ${error.refusal.message}`);
      // Nobody may hang here: an office that closed its page's connection and lives on is ended, and said.
      const isStuck = await Promise.race([
        victim.gone.then(() => false),
        pause(PATIENCE_MS).then(() => true),
      ]);
      if (!isStuck) return;
      wrong(`the office lives and serves nobody: ${error instanceof Error ? error.message : String(error)}`);
      doom?.strike();
    }
  }

  async function sell(on: OfficeClient, departureId: string, party: number): Promise<void> {
    if ((await on.call('shifts.current')).shift === null)
      await command(on, 'shifts.open', { floatFen: 50_000 });
    const passengers = [];
    for (let at = 0; at < party; at += 1) {
      const { holderRef } = await on.call('holders.type', { documentKind: '111', ...adult(person) });
      person += 1;
      passengers.push({ holderRef, ticketClass: 'full' });
    }
    const { totalFen } = await on.call('sales.quote', { departureId, passengers });
    await command(on, 'sales.sell', {
      departureId,
      passengers,
      payment: 'cash',
      totalFen,
      tenderedFen: totalFen,
    });
  }

  /** The clerk looks at the paper: a whole sheet is in hand, anything else is printed again. */
  async function settlePrints(on: OfficeClient): Promise<void> {
    const { prints } = await on.call('recovery.summary');
    const sheets = prints.length === 0 ? [] : sheetsOf(tape);
    for (const { ticketNumber, print } of prints) {
      const onPaper = sheets.some(
        (sheet) => sheet.isWhole && sheet.ticketNumber === ticketNumber && sheet.copy === print.copy,
      );
      try {
        await command(on, 'prints.settle', { ticketNumber, found: onPaper ? 'inHand' : 'printAgain' });
      } catch (error) {
        // Its outcome came while the clerk looked.
        if (!(error instanceof RefusedError) || error.refusal.code !== 'print.notUnknown') throw error;
      }
    }
  }

  /** What the office says after a start, against what the page knew and what stood in the file after the kill. */
  async function auditStart(on: OfficeClient, left: FileAudit): Promise<void> {
    const first = await on.call('recovery.summary');
    const listed = new Map<string, any>(first.commands.map((each: any) => [each.commandId, each.result]));
    for (const one of sent) {
      if (one.state !== 'sent') continue;
      const answer = listed.get(one.id);
      const parts = left.commands.get(one.id);
      if ((answer === undefined) !== (parts === undefined))
        wrong(`${one.method}: listed ${answer !== undefined}, in the file ${parts !== undefined}`);
      if (answer !== undefined) {
        // The page lost the answer; the office still has it.
        one.state = 'done';
        one.answer = answer;
        if (one.method === 'sales.sell' && answer.tickets.length !== one.params.passengers.length)
          wrong('an open sale is not whole');
      }
    }
    for (const one of sent) {
      if (one.state === 'done' && one.seen === 'no' && !listed.has(one.id))
        wrong(`${one.method} was accepted, never seen, and is not listed`);
      if (one.seen === 'yes' && listed.has(one.id)) wrong(`${one.method} was seen and is listed again`);
      if (one.state === 'refused' && left.commands.has(one.id))
        wrong(`${one.method} was refused and stands in the file`);
    }
    // The same command again by its id: an accepted one gives its answer, another one has left nothing behind.
    for (const one of sent.slice(-4)) {
      if (one.state === 'refused') continue;
      const before = (await on.call('recovery.summary')).unsent.entries;
      try {
        const again = await on.call(one.method, one.params, one.id);
        if (one.state === 'done' && stable(again) !== stable(one.answer))
          wrong(`${one.method} answered otherwise: ${stable(again)} after ${stable(one.answer)}`);
        if (one.state === 'sent') Object.assign(one, { state: 'done', answer: again });
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        if (one.state === 'done')
          wrong(`${one.method} was accepted and is refused when asked again: ${error.refusal.code}`);
        else one.state = 'refused';
        if ((await on.call('recovery.summary')).unsent.entries > before + 4)
          wrong('a refused command wrote entries');
      }
    }
    const opened = sent
      .filter(({ method, state }) => state === 'done' && method.startsWith('shifts.'))
      .at(-1);
    const isOpen = (await on.call('shifts.current')).shift !== null;
    if (opened && isOpen !== (opened.method === 'shifts.open'))
      wrong(`the shift is ${isOpen ? 'open' : 'closed'}, the last command was ${opened.method}`);
    const shown = new Set<string>(first.prints.map(({ ticketNumber }: any) => ticketNumber));
    for (const { ticketNumber, state } of left.sheets) {
      if (state === 'sending' && !shown.has(ticketNumber))
        wrong(`on its way at the kill and not shown: ${ticketNumber}`);
      if (state === 'sending') summary.unknownShown += 1;
    }
    if (first.fenced || first.succession) wrong('a kill fenced the window or left its ledger behind');
  }
}

/** An answer without what goes on after it: where the paper is, and the page's own reference. */
function stable(answer: any): string {
  return JSON.stringify(answer, (key, value) => (key === 'print' || key === 'holderRef' ? undefined : value));
}

function ticketsOf(answer: any): string[] {
  return answer.tickets.map(({ ticketNumber }: any) => ticketNumber);
}

interface Host {
  ready: Promise<{ url: string; token: string }>;
  gone: Promise<unknown>;
  kill(): Promise<void>;
  end(): Promise<void>;
}

function spawnHost(data: string, station?: object): Host {
  if (station && !existsSync(join(data, 'station.json'))) {
    mkdirOnce(data);
    writeFileSync(join(data, 'station.json'), JSON.stringify(station));
  }
  const child: ChildProcess = spawn(process.execPath, [hostEntry, '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-20_000)));
  const gone = new Promise<unknown>((resolve) => child.once('close', resolve));
  const ready = new Promise<{ url: string; token: string }>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the host is not ready\n${errors}`)), PATIENCE_MS);
    timer.unref();
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = line.startsWith('{') ? JSON.parse(line) : undefined;
        if (said?.ready === true) resolve(said);
        else if (said) reject(new Error(`the host refuses: ${line}`));
      });
    }
    void gone.then(() => reject(new Error(`the host ended\n${errors}`)));
  });
  // One that is killed while it starts is nobody's wait.
  ready.catch(() => undefined);
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
    await gone;
  };
  return { ready, gone, kill: () => signal('SIGKILL'), end: () => signal('SIGTERM') };
}

function mkdirOnce(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await pause(150);
  }
}
