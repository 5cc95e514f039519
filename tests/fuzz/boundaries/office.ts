import { answerSchema, requestSchema, type Answer } from '../../../contract/envelope.ts';
import { officeMethods, type MethodSpec, type OfficeMethod } from '../../../contract/office.ts';
import { openWindow } from '../../support/window.ts';
import { adult } from '../../support/people.ts';
import type { Dice } from '../dice.ts';
import { Finding, must, mustBeRefusal, type Fuzzer } from '../fuzzer.ts';
import { anyJson, CANARY, mutateJson } from '../mutate.ts';
import {
  CLERK,
  openFuzzOffice,
  PIN,
  removeOffice,
  SECOND,
  SIGNED_IN,
  STRANGER,
  type FuzzOffice,
} from './office-kit.ts';

const specs: Record<string, MethodSpec> = officeMethods;
const methods = Object.keys(officeMethods) as OfficeMethod[];
/** Half of what a window does is selling. */
const often: OfficeMethod[] = [
  'sales.sell',
  'sales.sell',
  'sales.quote',
  'holders.type',
  'holders.type',
  'shifts.open',
  'sales.list',
  'shifts.close',
  'prints.settle',
  'commands.open',
];

interface Request {
  id: unknown;
  method: string;
  params: unknown;
  commandId?: string;
}

/** What the page knows by now: references, departures and numbers that good requests are made of. */
class Page {
  readonly holders: string[] = [];
  readonly departures: { departureId: string; fareFen: number }[] = [];
  readonly tickets: string[] = [];
  readonly accepted: Request[] = [];
  people = 0;

  request(dice: Dice): Request {
    const method = dice.once(3) ? dice.pick(methods) : dice.pick(often);
    if (method === 'session.signIn' && !dice.once(40)) return this.request(dice);
    if (method === 'shifts.close' && !dice.once(3)) return this.request(dice);
    // A locked screen opens again with the PIN only; most of a window's day it is open.
    if (method === 'session.lock' && !dice.once(8)) return this.request(dice);
    const { mutating } = officeMethods[method];
    return {
      id: dice.pick([1, 7, 'a1']),
      method,
      params: this.#params(dice, method),
      ...(mutating && { commandId: `cmd-${dice.hex(20)}` }),
    };
  }

  #params(dice: Dice, method: OfficeMethod): unknown {
    const departure =
      this.departures.length > 0
        ? dice.pick(this.departures)
        : { departureId: 'w-a-b/2026-11-22/0900', fareFen: 100 };
    const holder = (): string =>
      this.holders.length > 0 && !dice.once(12) ? dice.pick(this.holders.slice(-12)) : dice.hex(32);
    const passengers = Array.from({ length: dice.pick([1, 1, 1, 1, 2, 3, dice.below(2)]) }, () =>
      dice.once(10)
        ? { holderRef: holder(), ticketClass: 'child_half', childBasis: dice.pick(['age', 'height']) }
        : { holderRef: holder(), ticketClass: 'full' },
    );
    this.people += 1;
    switch (method) {
      case 'session.signIn':
        return { number: CLERK, pin: dice.once(3) ? '000000' : PIN };
      case 'session.lock':
        return { why: dice.pick(['idle', 'asked']) };
      case 'session.resume':
        return { pin: dice.once(4) ? '000000' : PIN };
      case 'session.changePin':
        return { pin: '000000', newPin: dice.pick(['739162', '111111', '']) };
      case 'people.add':
        return {
          number: String(2_000 + dice.below(40)),
          name: dice.pick([CANARY.slice(0, 20), '样例新']),
          ticketName: dice.pick([null, '新']),
          roles: dice.pick([['clerk'], ['gate', 'auditor'], []]),
          newPin: dice.pick(['739162', '640285', '12']),
        };
      case 'people.change':
        return {
          number: String(2_000 + dice.below(40)),
          name: '样例改',
          ticketName: null,
          roles: dice.pick([['clerk'], ['manager']]),
        };
      case 'people.suspend':
      case 'people.restore':
        return { number: String(2_000 + dice.below(40)) };
      case 'people.resetPin':
        return { number: String(2_000 + dice.below(40)), newPin: '640285' };
      case 'people.unlock':
        return {
          number: String(2_000 + dice.below(40)),
          secondSignature: { number: SECOND, pin: dice.once(3) ? '000000' : PIN },
        };
      case 'people.firstManager':
        return { code: dice.hex(12), number: '0001', name: '样例站', newPin: '739162' };
      case 'shifts.closeFor':
        return { countedFen: 1, secondSignature: { number: SECOND, pin: PIN } };
      case 'shifts.open':
        return { floatFen: dice.below(100_000) };
      case 'shifts.close':
        return { countedFen: dice.below(10_000_000) };
      case 'timetable.departures':
        return {
          date: dice.pick(['2026-11-21', '2026-11-22', '2026-11-24', '2027-02-29']),
          ...(dice.once(3) && { toPlaceId: 'putuoshan' }),
        };
      case 'holders.type':
        return dice.once(8)
          ? { documentKind: '553', number: '911990199001010015', name: CANARY }
          : { documentKind: '111', ...adult(this.people) };
      case 'holders.drop':
        return { holderRefs: [holder()] };
      case 'sales.quote':
        return { departureId: departure.departureId, passengers };
      case 'sales.sell': {
        const totalFen = departure.fareFen * passengers.length;
        return {
          departureId: departure.departureId,
          passengers,
          payment: 'cash',
          totalFen,
          tenderedFen: totalFen + dice.pick([0, 0, 100, 50_000, -100]),
        };
      }
      case 'sales.list':
        return {
          limit: dice.between(1, 200),
          ...(dice.once(3) && { before: dice.between(1, 100) }),
          ...(dice.once(3) && { after: dice.between(0, 100) }),
          ...(dice.once(3) && { ticketNumber: String(dice.below(99_999)) }),
        };
      case 'prints.settle':
        return {
          ticketNumber: this.tickets.length > 0 ? dice.pick(this.tickets) : '3'.repeat(20),
          found: dice.pick(['inHand', 'printAgain', 'spoil']),
        };
      case 'commands.seen':
        return { commandIds: this.accepted.slice(-2).flatMap(({ commandId }) => commandId ?? []) };
      case 'trial.layCard':
        return { person: dice.pick(['p1', CANARY]) };
      case 'trial.link':
        return { up: dice.once(2) };
      case 'trial.paper':
        return { paper: dice.pick(['ok', 'nearEnd', 'out']) };
      default:
        return {};
    }
  }

  learn(request: Request, result: unknown): void {
    if (request.method === 'holders.type') this.holders.push((result as { holderRef: string }).holderRef);
    if (request.method === 'sales.sell') {
      this.tickets.push(
        ...(result as { tickets: { ticketNumber: string }[] }).tickets.map(
          ({ ticketNumber }) => ticketNumber,
        ),
      );
    }
    if (request.commandId !== undefined) this.accepted.push(request);
  }
}

/** Names and numbers that stand in a request, long enough to be somebody's. */
function personalIn(
  value: unknown,
  found: { names: string[]; numbers: string[] } = { names: [], numbers: [] },
): typeof found {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'name' && typeof inner === 'string' && inner.length >= 3) found.names.push(inner);
    if (key === 'number' && typeof inner === 'string' && inner.length >= 12) found.numbers.push(inner);
    personalIn(inner, found);
  }
  return found;
}

/** Exactly one envelope, as the contract says, with nothing of anybody in it. */
export function mustBeAnswer(raw: unknown, answer: unknown, defect: () => string): asserts answer is Answer {
  const parsed = answerSchema.safeParse(answer);
  must(parsed.success, 'not an answer envelope', answer);
  const request = requestSchema.safeParse(raw);
  const { names, numbers } = personalIn(raw);
  if (request.success) must(parsed.data.id === request.data.id, 'an answer with another id', answer);
  if (!parsed.data.ok) {
    if (parsed.data.refusal.code === 'defect') throw new Finding(`a defect: ${defect()}`);
    // A made name may be a piece of the method's own, which a refusal may say.
    const method = (raw as { method?: unknown } | null)?.method;
    const secretNames = names.filter((name) => typeof method !== 'string' || !method.includes(name));
    return mustBeRefusal(parsed.data.refusal, [...secretNames, ...numbers]);
  }
  const text = JSON.stringify(parsed.data.result) ?? '';
  for (const number of numbers) must(!text.includes(number), 'an answer with a whole document number');
  must(request.success, 'a request that is none is answered', raw);
  const spec = specs[request.data.method];
  must(
    spec !== undefined && spec.output.safeParse(parsed.data.result).success,
    'a result that does not fit the contract',
    answer,
  );
}

async function start(dice: Dice): Promise<{ fuzz: FuzzOffice; page: Page }> {
  const fuzz = await openFuzzOffice(dice, dice.once(2));
  const page = new Page();
  await fuzz.call('session.signIn', { number: CLERK, pin: PIN });
  await fuzz.call('shifts.open', { floatFen: 10_000 }, `cmd-${dice.hex(20)}`);
  fuzz.machine.pass(200);
  const answer = await fuzz.call('timetable.departures', { date: '2026-11-22' });
  if (!answer.ok) throw new Error(answer.refusal.message);
  const { departures } = answer.result as {
    departures: { departureId: string; fullFareFen: number | null; state: string }[];
  };
  for (const { departureId, fullFareFen, state } of departures)
    if (fullFareFen !== null && state === 'onSale')
      page.departures.push({ departureId, fareFen: fullFareFen });
  page.departures.splice(6);
  return { fuzz, page };
}

export const officeFuzzer: Fuzzer = {
  name: 'office',
  boundary: 'office API: any value at the dispatcher of a whole office',
  quickCases: 1_300,
  share: 80,
  casesPerRound: 400,
  reaches: [
    'sold',
    'request.shape',
    'request.unknownMethod',
    'command.differs',
    'access.signInFirst',
    'document.checkDigit',
    'again',
    'ok prints.settle',
    'ok shifts.close',
  ],
  async open({ dice: chance, planted, count }) {
    const { fuzz, page } = await start(chance);
    const { office, machine } = fuzz;
    const call = async (raw: unknown, session: string): Promise<Answer> => {
      const answer = await office.call(raw, session);
      if (planted && !answer.ok && answer.refusal.code === 'request.shape')
        return {
          ...answer,
          refusal: { ...answer.refusal, message: `${answer.refusal.message}${JSON.stringify(raw)}` },
        };
      return answer;
    };
    const sold = new Set<string>();
    return {
      async one(dice) {
        const request = page.request(dice);
        const kind = dice.below(10);
        const raw: unknown =
          kind < 4
            ? request
            : kind < 7
              ? { ...request, params: mutateJson(dice, request.params) }
              : kind < 9
                ? mutateJson(dice, request)
                : anyJson(dice, 4);
        const session = dice.once(12) ? STRANGER : SIGNED_IN;
        const answer = await call(raw, session);
        mustBeAnswer(raw, answer, fuzz.lastDefect);
        if (answer.ok) {
          const said = raw as Request;
          page.learn(said, answer.result);
          count(`ok ${said.method}`);
          if (said.method === 'sales.sell') {
            count('sold');
            const { tickets, totalFen, tenderedFen, changeFen } = answer.result as {
              tickets: { ticketNumber: string }[];
              totalFen: number;
              tenderedFen: number;
              changeFen: number;
            };
            must(
              tenderedFen - totalFen === changeFen && changeFen >= 0,
              'money that does not add up',
              answer.result,
            );
            for (const { ticketNumber } of tickets) {
              must(!sold.has(ticketNumber), 'a number was given twice', ticketNumber);
              sold.add(ticketNumber);
            }
          }
        } else count(answer.refusal.code);
        const before =
          page.accepted.length > 0 && dice.once(6) ? dice.pick(page.accepted.slice(-20)) : undefined;
        if (before) {
          const again = await call(before, SIGNED_IN);
          mustBeAnswer(before, again, fuzz.lastDefect);
          if (again.ok) count('again');
          const other = { ...before, params: mutateJson(dice, before.params) };
          const differs = await call(other, SIGNED_IN);
          mustBeAnswer(other, differs, fuzz.lastDefect);
          if (!differs.ok) count(differs.refusal.code);
        }
        if (dice.once(3)) machine.pass(dice.pick([1, 60, 200, 1_000, 5_000, dice.once(6) ? 120_000 : 20]));
        if (dice.once(40) && session === SIGNED_IN)
          await office.call(
            { id: 1, method: 'session.signIn', params: { number: CLERK, pin: PIN } },
            SIGNED_IN,
          );
        if (dice.once(40)) await fuzz.call('shifts.open', { floatFen: 0 }, `cmd-${dice.hex(20)}`);
      },
      async end() {
        machine.pass(5_000);
        await fuzz.stop();
        const text = JSON.stringify(machine.logged);
        must(!text.includes(CANARY) && !/330999\d{11}/.test(text), 'the log holds somebody');
        const window = await openWindow(machine.restart());
        const verified = window.ledger.verify();
        const inLedger = window.ledger
          .tickets({ limit: 100_000 })
          .map(({ body }): string => body.ticketNumber);
        window.close();
        removeOffice(fuzz);
        must(verified.ok, 'the chain of the ledger does not hold', verified);
        must(
          inLedger.length === sold.size && inLedger.every((number) => sold.has(number)),
          'the ledger has other tickets than were answered',
          { inLedger: inLedger.length, sold: sold.size },
        );
      },
    };
  },
};
