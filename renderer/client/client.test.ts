import { describe, expect, it } from 'vitest';
import { commandIdSchema, fenSchema } from '../../contract/ids.ts';
import type { Clock } from '../clock.ts';
import { takeToken } from './address.ts';
import { officeClient } from './office-client.ts';
import { preloadTransport } from './preload.ts';
import { ANSWER_WITHIN_MS, webSocketTransport, type Browser, type SocketEvents } from './websocket.ts';

interface Sent {
  id: number;
  method: string;
  commandId?: string;
  params: unknown;
}

/** A clock that moves only when told, and sockets whose other end the test holds. */
function world(options: { refuseToken?: boolean; noSession?: boolean } = {}) {
  let now = 0;
  let timers: { atMs: number; call: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => now,
    monotonicMs: () => now,
    after(delayMs, call) {
      const timer = { atMs: now + delayMs, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    commandId: () => commandIdSchema.parse('command-0000000000001'),
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const pass = async (ms: number): Promise<void> => {
    now += ms;
    const due = timers.filter((one) => one.atMs <= now);
    timers = timers.filter((one) => one.atMs > now);
    for (const one of due) one.call();
    await settle();
  };
  const sockets: (SocketEvents & { sent: Sent[] })[] = [];
  const tokens: string[] = [];
  const browser: Browser = {
    clock,
    open(events) {
      const sent: Sent[] = [];
      sockets.push({ ...events, sent });
      return { send: (text) => void sent.push(JSON.parse(text) as Sent) };
    },
    postSession(token) {
      tokens.push(token);
      return Promise.resolve(!options.refuseToken);
    },
    hasSession: () => Promise.resolve(!options.noSession),
  };
  return { clock, browser, sockets, tokens, settle, pass };
}

const commandId = commandIdSchema.parse('command-0000000000001');
const shift = {
  shiftId: '0'.repeat(32),
  clerkNumber: '0107',
  openedAt: 1,
  businessDate: '2026-11-21',
  floatFen: 20_000,
  ticketCount: 0,
  salesFen: 0,
  backCount: 0,
  backFen: 0,
  moreFen: 0,
};
const floatFen = fenSchema.parse(20_000);

describe('the client of the page', () => {
  it('asks again with the same command id when the answer was lost with the link', async () => {
    const { browser, clock, sockets, pass, settle } = world();
    const client = officeClient(webSocketTransport(browser, undefined), clock);
    sockets[0]?.open();
    const states: string[] = [];
    const reply = client.call('shifts.open', { floatFen }, commandId, (state) => states.push(state));
    await settle();
    sockets[0]?.close();
    await pass(200);
    sockets[1]?.open();
    await settle();
    const [first, second] = [sockets[0]?.sent[0], sockets[1]?.sent[0]];
    expect(second).toMatchObject({ method: 'shifts.open', params: { floatFen: 20_000 }, commandId });
    expect(second?.id).not.toBe(first?.id);
    sockets[1]?.message(JSON.stringify({ id: second?.id, ok: true, result: shift }));
    expect(await reply).toEqual({ ok: true, value: shift });
    expect(states).toEqual(['asking', 'askingAgain']);
  });

  it('asks again when the office keeps its socket open and says nothing', async () => {
    const { browser, clock, sockets, pass, settle } = world();
    const client = officeClient(webSocketTransport(browser, undefined), clock);
    sockets[0]?.open();
    void client.call('shifts.open', { floatFen }, commandId);
    await pass(ANSWER_WITHIN_MS);
    await pass(300);
    await settle();
    expect(sockets[0]?.sent.map((one) => one.commandId)).toEqual([commandId, commandId]);
  });

  it('hands a refusal on as it is', async () => {
    const { browser, clock, sockets, settle } = world();
    const client = officeClient(webSocketTransport(browser, undefined), clock);
    sockets[0]?.open();
    const reply = client.call('session.signIn', { number: '0107', pin: '0' });
    await settle();
    const refusal = { code: 'access.wrongPin', field: 'pin', message: 'm', next: 'n' };
    sockets[0]?.message(JSON.stringify({ id: sockets[0]?.sent[0]?.id, ok: false, refusal }));
    expect(await reply).toEqual({ ok: false, problem: refusal });
  });

  it('says so when an answer has another shape than the contract promises', async () => {
    const { browser, clock, sockets, settle } = world();
    const client = officeClient(webSocketTransport(browser, undefined), clock);
    sockets[0]?.open();
    const query = client.call('shifts.current', {});
    const command = client.call('shifts.open', { floatFen }, commandId);
    await settle();
    for (const sent of sockets[0]?.sent ?? [])
      sockets[0]?.message(JSON.stringify({ id: sent.id, ok: true, result: { shift: 5 } }));
    expect(await query).toEqual({ ok: false, problem: { code: 'client.badAnswer' } });
    expect(await command).toEqual({ ok: false, problem: { code: 'client.badAnswerAfterCommand' } });
  });

  it('tells events of the right shape and leaves out all others', async () => {
    const { browser, clock, sockets } = world();
    const client = officeClient(webSocketTransport(browser, undefined), clock);
    const heard: unknown[] = [];
    client.on('reader.cardRemoved', (data) => heard.push(data));
    for (const data of [
      'rubbish',
      '{"event":"reader.cardRemoved","data":{"wrong":1}}',
      '{"event":"nobody.knows","data":{}}',
      '{"event":"reader.cardRemoved","data":{"deviceId":"r1"}}',
    ])
      sockets[0]?.message(data);
    expect(heard).toEqual([{ deviceId: 'r1' }]);
  });

  it('spends its token once, and connects with the cookie it has when the token is refused', async () => {
    const { browser, sockets, tokens, settle, pass } = world({ refuseToken: true });
    webSocketTransport(browser, 'once');
    await settle();
    expect(sockets.length).toBe(1);
    sockets[0]?.close();
    await settle();
    await pass(200);
    expect([tokens, sockets.length]).toEqual([['once'], 2]);
  });

  it('says that the office turned it away, and goes on trying', async () => {
    const { browser, sockets, settle, pass } = world({ noSession: true });
    const transport = webSocketTransport(browser, undefined);
    sockets[0]?.close();
    await settle();
    expect(transport.link()).toBe('turnedAway');
    await pass(200);
    sockets[1]?.open();
    expect(transport.link()).toBe('up');
  });

  it('waits longer between attempts, up to two seconds', async () => {
    const { browser, sockets, pass, settle } = world();
    webSocketTransport(browser, undefined);
    for (const waitMs of [200, 400, 800, 1600, 2000, 2000]) {
      const before = sockets.length;
      sockets.at(-1)?.close();
      await settle();
      await pass(waitMs - 1);
      expect(sockets.length).toBe(before);
      await pass(1);
      expect(sockets.length).toBe(before + 1);
    }
  });

  it('treats a preload call that throws as a lost answer', async () => {
    const { clock, pass, settle } = world();
    let calls = 0;
    const transport = preloadTransport({
      call: (request) => {
        calls += 1;
        return calls === 1
          ? Promise.reject(new Error('gone'))
          : Promise.resolve({ id: request.id, ok: true, result: { shift: null } });
      },
      onEvent: () => undefined,
    });
    const reply = officeClient(transport, clock).call('shifts.current', {});
    await settle();
    await pass(300);
    expect(await reply).toEqual({ ok: true, value: { shift: null } });
  });
});

describe('the one-time token', () => {
  it('is taken out of the address, from the query or the fragment', () => {
    expect(takeToken('http://127.0.0.1:4000/?token=abc')).toEqual({ token: 'abc', clean: '/' });
    expect(takeToken('http://127.0.0.1:4000/#token=abc')).toEqual({ token: 'abc', clean: '/' });
    expect(takeToken('http://127.0.0.1:4000/?a=1&token=abc#x')).toEqual({ token: 'abc', clean: '/?a=1#x' });
    expect(takeToken('http://127.0.0.1:4000/')).toEqual({ token: undefined, clean: '/' });
  });
});
