import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { answerSchema, eventSchema } from '../../../contract/envelope.ts';
import { startBrowserShell, type BrowserShell } from '../../../main/shells/browser.ts';
import type { Dice } from '../dice.ts';
import { must, mustBeRefusal, type Fuzzer } from '../fuzzer.ts';
import { anyJson, CANARY, jsonText, mutateBytes, mutateJson } from '../mutate.ts';
import { scratchFolder } from '../scratch.ts';
import { mustBeAnswer } from './office.ts';
import { openFuzzOffice, removeOffice } from './office-kit.ts';

/** One frame as a client sends it: masked. */
function frame(dice: Dice, opcode: number, payload: Uint8Array, fin = true): Buffer {
  const mask = dice.bytes(4);
  const size = payload.length;
  const head = [(fin ? 0x80 : 0) | opcode];
  if (size < 126) head.push(0x80 | size);
  else if (size < 65_536) head.push(0x80 | 126, size >> 8, size & 0xff);
  else head.push(0x80 | 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff);
  return Buffer.concat([Buffer.from(head), mask, payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0))]);
}

/** At most twenty pieces: a server may rightly end a connection that sends thousands for one message. */
function few(pieces: readonly Uint8Array[]): Uint8Array[] {
  return pieces.length <= 20 ? [...pieces] : [...pieces.slice(0, 19), Buffer.concat(pieces.slice(19))];
}

/** One message, in one frame or several with a ping in between. */
function message(dice: Dice, payload: Uint8Array, opcode = 1): Buffer {
  if (payload.length === 0 || !dice.once(3)) return frame(dice, opcode, payload);
  const pieces = few(dice.cut(payload));
  return Buffer.concat(
    pieces.flatMap((piece, n) => [
      ...(n > 0 && dice.once(3) ? [frame(dice, 9, dice.bytes(dice.below(20)))] : []),
      frame(dice, n === 0 ? opcode : 0, piece, n === pieces.length - 1),
    ]),
  );
}

/** Frames of the server, whole ones only; never masked, never compressed. */
function framesIn(bytes: Buffer): { opcode: number; payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const [first = 0, second = 0] = bytes.subarray(at);
    must(
      (first & 0x70) === 0 && (second & 0x80) === 0,
      'a frame that no server sends',
      bytes.subarray(at, at + 16),
    );
    let size = second & 0x7f;
    let head = 2;
    if (size === 126) [size, head] = [at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0, 4];
    else if (size === 127)
      [size, head] = [at + 10 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 2)) : 0, 10];
    if (at + head + size > bytes.length) break;
    frames.push({ opcode: first & 0x0f, payload: bytes.subarray(at + head, at + head + size) });
    at += head + size;
  }
  return frames;
}

const handshake = (port: number, cookie: string): string =>
  [
    'GET /office HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Origin: http://127.0.0.1:${port}`,
    `Cookie: ${cookie}`,
    '',
    '',
  ].join('\r\n');

class Wire {
  readonly socket: Socket;
  #heard = Buffer.alloc(0);
  readonly closed: Promise<void>;
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (bytes) => {
      this.#heard = Buffer.concat([this.#heard, bytes]);
      this.#wake();
    });
    this.closed = new Promise(
      (resolve) =>
        void this.socket.once('close', () => {
          this.#wake();
          resolve();
        }),
    );
  }

  get heard(): Buffer {
    return this.#heard;
  }

  /** Until it is so, or the server has ended the connection. */
  async until(isSo: () => boolean): Promise<boolean> {
    while (!isSo()) {
      if (this.socket.closed) return isSo();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return true;
  }

  /** What came after the handshake; undefined when there was none. */
  afterUpgrade(): Buffer | undefined {
    const end = this.#heard.indexOf('\r\n\r\n');
    return end >= 0 && this.#heard.subarray(0, 12).toString() === 'HTTP/1.1 101'
      ? this.#heard.subarray(end + 4)
      : undefined;
  }
}

async function cookieOf(shell: BrowserShell): Promise<string> {
  const answer = await fetch(`${shell.url}session`, {
    method: 'POST',
    body: JSON.stringify({ token: shell.newToken() }),
  });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

const methods = ['session.info', 'status.get', 'shifts.current', 'sales.list', CANARY, 'trial.people'];

export const websocketFuzzer: Fuzzer = {
  name: 'websocket',
  boundary: 'bytes at the browser shell: HTTP requests, handshakes, raw WebSocket frames',
  quickCases: 200,
  share: 20,
  casesPerRound: 200,
  reaches: ['answered', 'closed by the server', 'turned away', 'http', 'plain HTTP'],
  async open({ dice: chance, planted, count }) {
    const fuzz = await openFuzzOffice(chance, true);
    const pageFolder = join(scratchFolder(), 'page');
    mkdirSync(pageFolder, { recursive: true });
    writeFileSync(join(pageFolder, 'index.html'), '<!doctype html>');
    const logged: string[] = [];
    const log = (fields: Record<string, unknown>, text: string): void =>
      void logged.push(JSON.stringify([fields, text]));
    const started = await startBrowserShell({
      ports: [0],
      pageFolder,
      controlSecret: 'control-secret',
      log: { info: log, warn: log, error: log },
    });
    if (!started.ok) throw new Error(started.refusal.message);
    const shell = started.value;
    const { office } = fuzz;
    const leaky: typeof office.call = async (request, session) => {
      const answer = await office.call(request, session);
      return answer.ok
        ? answer
        : {
            ...answer,
            refusal: { ...answer.refusal, message: `${answer.refusal.message}${new Error('x').stack}` },
          };
    };
    shell.attach(planted ? { ...office, call: leaky } : office);
    const cookie = await cookieOf(shell);

    const checkFrames = (bytes: Buffer): unknown[] =>
      framesIn(bytes).flatMap(({ opcode, payload }) => {
        must([1, 8, 9, 10].includes(opcode), 'a frame of a kind that no page expects', opcode);
        if (opcode !== 1) return [];
        const said: unknown = JSON.parse(payload.toString('utf8'));
        if (eventSchema.safeParse(said).success) return [];
        const answer = answerSchema.safeParse(said);
        must(answer.success, 'neither an answer nor an event', said);
        if (!answer.data.ok) mustBeRefusal(answer.data.refusal);
        return [said];
      });

    return {
      async one(dice) {
        const wire = new Wire(shell.port);
        const kind = dice.below(10);
        if (kind === 0) {
          // Any HTTP at all, broken or not.
          const path = dice.pick([
            '/',
            '/session',
            '/control/token',
            '/office',
            '/../station.json',
            '/%2e%2e/station.json',
            '/assets/%00',
            '/favicon.ico',
          ]);
          const body = jsonText(dice, mutateJson(dice, { token: 'x'.repeat(43) }));
          const request = `${dice.pick(['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS'])} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${shell.port}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCookie: ${cookie}\r\n\r\n${body}`;
          wire.socket.end(dice.once(2) ? request : mutateBytes(dice, Buffer.from(request)));
          await wire.closed;
          const said = wire.heard.toString('utf8');
          must(said === '' || said.startsWith('HTTP/1.1 '), 'no HTTP answer', said.slice(0, 100));
          must(!/control-secret|\bat .+\.ts:\d/.test(said), 'an answer with a secret or a stack', said);
          return count('plain HTTP');
        }
        if (kind === 1) {
          wire.socket.end(mutateBytes(dice, Buffer.from(handshake(shell.port, cookie))));
          await wire.closed;
          must(!wire.heard.includes('.ts:'), 'an answer with a stack');
          count(wire.afterUpgrade() === undefined ? 'turned away' : 'http');
          return;
        }
        wire.socket.write(handshake(shell.port, cookie));
        must(
          await wire.until(() => wire.afterUpgrade() !== undefined),
          'a good handshake is not taken',
          wire.heard.toString('latin1').slice(0, 200),
        );
        count('http');
        const sent = Array.from({ length: dice.between(1, 6) }, (_, n): unknown => {
          const request = { id: n, method: dice.pick(methods), params: dice.once(2) ? {} : anyJson(dice, 2) };
          return dice.once(2) ? request : dice.once(2) ? mutateJson(dice, request) : anyJson(dice, 3);
        });
        const texts = sent.map((value) => jsonText(dice, value, 8).toWellFormed());
        const good = Buffer.concat(
          texts.map((text) => message(dice, Buffer.from(text), dice.once(12) ? 2 : 1)),
        );
        if (kind < 6) {
          // Good frames with any JSON in them: each message is answered once, whatever it is.
          for (const piece of few(dice.cut(good))) {
            wire.socket.write(piece);
            if (dice.once(4)) await new Promise((resolve) => setImmediate(resolve));
          }
          const answers = (): unknown[] => checkFrames(wire.afterUpgrade() ?? Buffer.alloc(0));
          must(
            await wire.until(() => answers().length >= texts.length),
            'the connection ended before every message had its answer',
            { texts, answers: answers().length },
          );
          wire.socket.end();
          await wire.closed;
          must(answers().length === texts.length, 'more answers than messages', {
            texts,
            answers: answers(),
          });
          count('answered');
          return;
        }
        const bad =
          kind < 9
            ? mutateBytes(dice, good)
            : Buffer.concat([
                frame(dice, dice.below(16), dice.bytes(dice.below(200)), dice.once(2)),
                dice.bytes(dice.below(50)),
              ]);
        wire.socket.end(bad);
        await wire.closed;
        const said = checkFrames(wire.afterUpgrade() ?? Buffer.alloc(0));
        must(said.length <= texts.length + 60, 'more answers than there can have been messages');
        count('closed by the server');
      },
      async end() {
        const wire = new Wire(shell.port);
        wire.socket.write(handshake(shell.port, cookie));
        const probe = { id: 'probe', method: 'session.info', params: {} };
        await wire.until(() => wire.afterUpgrade() !== undefined);
        wire.socket.write(frame(chance, 1, Buffer.from(JSON.stringify(probe))));
        must(
          await wire.until(() => checkFrames(wire.afterUpgrade() ?? Buffer.alloc(0)).length === 1),
          'the office answers no more',
        );
        mustBeAnswer(probe, checkFrames(wire.afterUpgrade() ?? Buffer.alloc(0))[0], fuzz.lastDefect);
        wire.socket.end();
        await wire.closed;
        await shell.close();
        await fuzz.stop();
        removeOffice(fuzz);
        rmSync(join(pageFolder, '..'), { recursive: true, force: true });
        must(!logged.join().includes(CANARY), 'the log repeats what was sent');
        must(
          !logged.join().includes('a page request failed') && !logged.join().includes('the office threw'),
          'the shell broke on a request',
          logged.filter((line) => line.includes('stack') || line.includes('failed')),
        );
      },
    };
  },
};
