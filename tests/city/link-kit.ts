import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Feed } from '../../contract/feed.ts';
import type { LinkStatus } from '../../contract/office.ts';
import { createCityLink } from '../../main/citylink/city-link.ts';
import type { CityLink } from '../../main/citylink/types.ts';
import { machineNetwork } from '../../main/shells/network.ts';
import type { Network } from '../../main/runtime.ts';
import type { Machine } from '../support/machine.ts';
import type { TestWindow } from '../support/window.ts';
import { WINDOW } from '../support/window.ts';

/** A gateway in a process of its own, as the trial runs it. */
export interface GatewayProcess {
  url: string;
  enrolmentCode: string;
  /** As a power cut would. */
  kill(): Promise<void>;
  /** By closing its standard input, as its parent's end would. */
  stop(): Promise<number | null>;
}

const entry = fileURLToPath(new URL('../../city/index.mjs', import.meta.url));

export async function startGateway(data: string, port = 0, more: string[] = []): Promise<GatewayProcess> {
  const args = [entry, '--data', data, '--port', String(port), '--trial', '--with-parent', ...more];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ready = await firstLine(child);
  const line = JSON.parse(ready) as { ready: boolean; url: string; enrolmentCode: string; why?: string };
  if (!line.ready) throw new Error(`the gateway does not start: ${line.why}`);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    url: line.url,
    enrolmentCode: line.enrolmentCode,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.stdin?.end();
      return ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code} before it was ready`)));
  });
}

/** A link of a real ledger and vault; the test owns its clock, the network is real unless another is given. */
export interface LinkUnderTest {
  link: CityLink;
  feeds: Feed[];
  statuses: LinkStatus[];
  /** Virtual time goes on in steps while real answers come in, until `isSo`. Fails after 20 real seconds. */
  until(isSo: () => boolean, what: string, stepMs?: number): Promise<void>;
  /** Virtual time goes on for so long. */
  pass(ms: number): Promise<void>;
}

export function linkOf(
  window: TestWindow,
  machine: Machine,
  config: { url: string; enrolmentCode?: string; ca?: string },
  network: Network = machineNetwork,
  freshEnrolmentCode?: () => string | undefined,
): LinkUnderTest {
  const feeds: Feed[] = [];
  const statuses: LinkStatus[] = [];
  const link = createCityLink({
    runtime: { ...machine.runtime, network },
    ledger: window.ledger,
    vault: window.vault,
    config,
    station: 'zhujiajian-wugongzhi',
    window: WINDOW,
    ...(freshEnrolmentCode ? { freshEnrolmentCode } : {}),
    onStatus: (status) => statuses.push(status),
    onFeed: (feed) => feeds.push(feed),
    write: (entries) => {
      window.write(entries, { bodyMac: null, actor: 'office', method: 'office' });
      link.nudge();
    },
  });
  const tick = async (ms: number): Promise<void> => {
    machine.pass(ms);
    await new Promise((resolve) => setTimeout(resolve, 4));
  };
  return {
    link,
    feeds,
    statuses,
    async until(isSo, what, stepMs = 100) {
      const startedMs = performance.now();
      while (!isSo()) {
        if (performance.now() - startedMs > 60_000) {
          throw new Error(`not so after 60 s: ${what}; the link is ${JSON.stringify(link.status())}`);
        }
        await tick(stepMs);
      }
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 250) await tick(250);
    },
  };
}

/** What one request brought to the server and what would be answered. */
export interface Exchange {
  path: string;
  method: string;
  body: Buffer;
  /** The true answer. */
  answer: { status: number; text: string };
}

/** A real HTTP server in front of a true city, which may twist any answer. */
export interface TwistingServer {
  url: string;
  /** Requests seen, as `v1/batches` or the method of an RPC. */
  seen: string[];
  twist: ((exchange: Exchange) => { status: number; text: string } | 'silence') | undefined;
  close(): Promise<void>;
}

export async function startTwistingServer(
  truth: (path: string, body: Buffer) => Promise<{ status: number; text: string }>,
): Promise<TwistingServer> {
  const twisting: Omit<TwistingServer, 'url' | 'close'> = { seen: [], twist: undefined };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const path = request.url ?? '';
      const method =
        path === '/v1/rpc' ? (JSON.parse(body.toString('utf8')) as { method: string }).method : path.slice(1);
      twisting.seen.push(method);
      void truth(path, body).then((answer) => {
        const given = twisting.twist?.({ path, method, body, answer }) ?? answer;
        if (given === 'silence') return;
        response.writeHead(given.status, { 'content-type': 'application/json' });
        response.end(given.text);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(twisting, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
