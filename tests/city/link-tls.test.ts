import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeMachine, type Machine } from '../support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../support/window.ts';
import { linkOf, startGateway, type GatewayProcess, type LinkUnderTest } from './link-kit.ts';
import { startLineProxy, type LineProxy } from './line-proxy.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');

/** A CA of this test and what it signs; made by the openssl program. */
class TestCa {
  readonly pem: string;
  private readonly folder: string;
  private readonly name: string;
  constructor(folder: string, name: string) {
    this.folder = folder;
    this.name = name;
    const more = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
    this.run(
      'req',
      '-x509',
      ...NEW_KEY,
      '-keyout',
      this.at('key'),
      '-out',
      this.at('pem'),
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...more,
    );
    this.pem = readFileSync(this.at('pem'), 'utf8');
  }
  /** Key and certificate files of a server. */
  sign(name: string, options: { days?: number; address?: string } = {}): { key: string; cert: string } {
    const [key, request, cert, extension] = ['key', 'csr', 'pem', 'ext'].map((end) =>
      join(this.folder, `${name}.${end}`),
    ) as [string, string, string, string];
    this.run('req', '-new', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
    writeFileSync(extension, `subjectAltName=${options.address ?? 'IP:127.0.0.1'}\n`);
    this.run(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      this.at('pem'),
      '-CAkey',
      this.at('key'),
      '-days',
      String(options.days ?? 2),
      '-extfile',
      extension,
      '-out',
      cert,
    );
    return { key, cert };
  }
  /** The same of a server whose certificate counts from tomorrow on, as this PC's clock has it. */
  signAhead(name: string): { key: string; cert: string } {
    const { key, cert } = this.sign(name);
    const [request, config, index, extension] = ['csr', 'cnf', 'index', 'ext'].map((end) =>
      join(this.folder, `${name}.${end}`),
    ) as [string, string, string, string];
    writeFileSync(index, '');
    writeFileSync(`${index}.serial`, '1000\n');
    writeFileSync(
      config,
      `[ca]\ndefault_ca = one\n[one]\ndatabase = ${index}\nserial = ${index}.serial\nnew_certs_dir = ${this.folder}\ndefault_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n`,
    );
    const [from, to] = [1, 3].map((days) =>
      new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, ''),
    ) as [string, string];
    const [caKey, caCert] = [this.at('key'), this.at('pem')];
    const ofCa = ['ca', '-batch', '-notext', '-config', config, '-keyfile', caKey, '-cert', caCert];
    this.run(
      ...ofCa,
      '-in',
      request,
      '-out',
      cert,
      '-extfile',
      extension,
      '-startdate',
      from,
      '-enddate',
      to,
    );
    return { key, cert };
  }
  private at(end: string): string {
    return join(this.folder, `${this.name}-ca.${end}`);
  }
  private run(...args: string[]): void {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

describe('a window and a city over TLS', () => {
  let folder: string;
  let ca: TestCa;
  let other: TestCa;
  let line: LineProxy | undefined;
  const ends: (() => unknown)[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'so-tls-'));
    ca = new TestCa(folder, 'station');
    other = new TestCa(folder, 'other');
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const gatewayWith = async (files: { key: string; cert: string }): Promise<GatewayProcess> => {
    const gateway = await startGateway(join(folder, 'city'), 0, [
      '--tls-key',
      files.key,
      '--tls-cert',
      files.cert,
    ]);
    ends.push(() => gateway.stop());
    expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    return gateway;
  };
  const begin = async (
    gateway: GatewayProcess,
    trusted: string,
  ): Promise<{ machine: Machine; window: TestWindow; under: LinkUnderTest }> => {
    const machine = makeMachine();
    ends.push(() => machine.remove());
    const window = await openWindow(machine);
    ends.push(() => window.close());
    window.openShift();
    window.takeLease(DEPARTURE, { count: 50 });
    window.sell(DEPARTURE, [1]);
    const proxy = await startLineProxy(Number(new URL(gateway.url).port));
    line = proxy;
    ends.push(() => proxy.close());
    const url = `https://127.0.0.1:${proxy.port}`;
    const under = linkOf(window, machine, { url, enrolmentCode: gateway.enrolmentCode, ca: trusted });
    ends.push(() => under.link.stop());
    under.link.start();
    return { machine, window, under };
  };
  const isAllUp = (window: TestWindow) => (): boolean =>
    window.ledger.uploadState().ackSeq === window.ledger.head().seq;

  test('with the CA of station.json everything is taken, by text or by file, over TLS 1.3 and nothing below', async () => {
    const gateway = await gatewayWith(ca.sign('good'));
    const { machine, window, under } = await begin(gateway, ca.pem);
    await under.until(isAllUp(window), 'all up');
    expect(under.link.status()).toMatchObject({ state: 'up', backlog: 0 });
    const kept = JSON.parse(machine.runtime.files.readText('city.json') ?? '') as { ca: string[] };
    expect(kept.ca).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    await under.link.stop();

    machine.runtime.files.writeAtomic('city-ca.pem', ca.pem);
    const byFile = linkOf(window, machine, { url: `https://127.0.0.1:${line?.port}`, ca: 'city-ca.pem' });
    ends.push(() => byFile.link.stop());
    window.sell(DEPARTURE, [3]);
    byFile.link.start();
    await byFile.until(isAllUp(window), 'all up by file');
    await byFile.link.stop();

    const { hostname, port } = new URL(gateway.url);
    const older = await new Promise<string>((resolve) => {
      const socket = connect({ host: hostname, port: Number(port), ca: ca.pem, maxVersion: 'TLSv1.2' });
      socket.once('error', (error) => resolve(String((error as NodeJS.ErrnoException).code)));
      socket.once('secureConnect', () => resolve(socket.getProtocol() ?? ''));
    });
    expect(older).toMatch(/PROTOCOL_VERSION/);

    // Another CA than at enrolment is not believed, though its certificate would be good: only a new enrolment settles that.
    window.sell(DEPARTURE, [4]);
    const changed = linkOf(window, machine, { url: `https://127.0.0.1:${line?.port}`, ca: other.pem });
    ends.push(() => changed.link.stop());
    changed.link.start();
    await changed.until(() => changed.link.status().state === 'down', 'down');
    expect(changed.link.status().refusal).toMatchObject({ code: 'city.caChanged', field: 'city.ca' });
  }, 60_000);

  test.each<[string, () => { key: string; cert: string }, RegExp]>([
    ['of another CA', () => other.sign('stranger'), /不是所配置的 CA 签发/],
    ['that has expired', () => ca.sign('expired', { days: -1 }), /已过期/],
    ['that is not valid yet, or this clock a day behind', () => ca.signAhead('ahead'), /尚未生效/],
    ['of another name', () => ca.sign('elsewhere', { address: 'DNS:city.example' }), /名称与地址不符/],
  ])(
    'with a certificate %s nothing is sent, and it is said in words',
    async (_what, files, words) => {
      const gateway = await gatewayWith(files());
      const { machine, window, under } = await begin(gateway, ca.pem);
      await under.until(() => under.link.status().state === 'down', 'down');
      const { refusal } = under.link.status();
      expect(refusal).toMatchObject({ code: 'city.certificate', field: 'city.ca' });
      expect(refusal?.message).toMatch(words);
      expect(refusal?.next).toMatch(/未发送任何内容/);
      expect(machine.runtime.files.exists('city.json')).toBe(false);
      expect(window.ledger.uploadState().ackSeq).toBe(0);
    },
    60_000,
  );

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['no such file', 'nowhere.pem'],
    ['a name that leads out of the data folder', '../station.json'],
    ['no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('https with a CA that is %s is refused before anything is sent', async (_what, trusted) => {
    const machine = makeMachine();
    ends.push(() => machine.remove());
    const window = await openWindow(machine);
    ends.push(() => window.close());
    const config = { url: 'https://127.0.0.1:9', ...(trusted === undefined ? {} : { ca: trusted }) };
    const { link } = linkOf(window, machine, config, {
      request: () => Promise.reject(new Error('nothing may be sent')),
    });
    ends.push(() => link.stop());
    link.start();
    expect(link.status()).toMatchObject({ state: 'down', refusal: { code: 'city.ca', field: 'city.ca' } });
  });

  test('a gateway without TLS listens on this PC only, and half a TLS is none', async () => {
    await expect(startGateway(join(folder, 'city'), 0, ['--host', '0.0.0.0'])).rejects.toThrow(/--tls-key/);
    await expect(startGateway(join(folder, 'city'), 0, ['--tls-key', 'x'])).rejects.toThrow(/ended with 2/);
  }, 60_000);
});
