import 'reflect-metadata';
import { X509CertificateGenerator } from '@peculiar/x509';
import { constants, createPrivateKey, createPublicKey } from 'node:crypto';
import { connect, createServer, type SecureContextOptions, type TLSSocket } from 'node:tls';
import {
  NetworkError,
  type StationConnection,
  type StationConnectionEvents,
  type StationNet,
} from '../runtime.ts';
import { reasonOf } from './network.ts';

/** PKCS #8 around a raw Ed25519 private key (RFC 8410). */
const PKCS8_START = Buffer.from('302e020100300506032b657004220420', 'hex');
/** More than this waiting to be sent: the other side has stopped reading. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
/** A dead cable is noticed after about so long; answers have time-outs of their own. */
const KEEP_ALIVE_MS = 10_000;
const HANDSHAKE_MS = 10_000;

/**
 * TLS 1.3 between offices of one station. Who the other side is says its key and nothing else, so the certificate around the
 * key says nothing either: it is made here from the key alone, for ever, and no authority or clock is asked.
 */
export const machineStationNet: StationNet = {
  async connect({ host, port, seed, timeoutMs }, events) {
    const context = await secureContext(seed);
    return new Promise((resolve, reject) => {
      const socket = connect({ ...context, host, port, rejectUnauthorized: false, servername: '' });
      const timer = setTimeout(
        () => fail(new NetworkError('timeout', `no handshake in ${timeoutMs} ms`)),
        timeoutMs,
      );
      const fail = (error: NetworkError): void => {
        clearTimeout(timer);
        socket.destroy();
        reject(error);
      };
      const onError = (error: Error): void => fail(new NetworkError(reasonOf(error), error.message));
      const onEarlyEnd = (): void => fail(new NetworkError('broken', 'ended in the handshake'));
      socket.once('error', onError);
      socket.once('close', onEarlyEnd);
      socket.once('secureConnect', () => {
        clearTimeout(timer);
        socket.off('error', onError);
        socket.off('close', onEarlyEnd);
        const connection = connectionOf(socket);
        if (!connection) return fail(new NetworkError('certificate', 'no Ed25519 key'));
        attach(socket, events);
        resolve(connection);
      });
    });
  },
  async listen({ host, port, seed }, onConnection) {
    const context = await secureContext(seed);
    const open = new Set<TLSSocket>();
    const server = createServer(
      { ...context, requestCert: true, rejectUnauthorized: false, handshakeTimeout: HANDSHAKE_MS },
      (socket) => {
        const connection = connectionOf(socket);
        if (!connection) return void socket.destroy();
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        attach(socket, onConnection(connection));
      },
    );
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new NetworkError(reasonOf(error), error.message)));
      server.listen({ host, port }, resolve);
    });
    server.on('error', () => undefined);
    const address = server.address();
    return {
      port: typeof address === 'object' && address ? address.port : port,
      close: () =>
        new Promise((resolve) => {
          for (const socket of open) socket.destroy();
          server.close(() => resolve());
        }),
    };
  },
};

const contexts = new Map<string, Promise<SecureContextOptions>>();

/** Key and certificate of a raw private key, made once. */
function secureContext(seed: Uint8Array): Promise<SecureContextOptions> {
  const name = Buffer.from(seed).toString('hex');
  const known = contexts.get(name) ?? makeContext(seed);
  contexts.set(name, known);
  return known;
}

async function makeContext(seed: Uint8Array): Promise<SecureContextOptions> {
  const der = Buffer.concat([PKCS8_START, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const { subtle } = globalThis.crypto;
  const alg = { name: 'Ed25519' };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=station-office',
    notBefore: new Date(Date.UTC(2000, 0, 1)),
    notAfter: new Date(Date.UTC(2049, 11, 31)),
    signingAlgorithm: alg,
    keys: {
      privateKey: await subtle.importKey('pkcs8', der, alg, false, ['sign']),
      publicKey: await subtle.importKey('spki', new Uint8Array(spki), alg, true, ['verify']),
    },
  });
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    cert: certificate.toString('pem'),
    minVersion: 'TLSv1.3',
    // Electron's BoringSSL offers Ed25519 only when it is asked to.
    sigalgs: 'ed25519',
    // A resumed session would not prove the keys anew.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

function connectionOf(socket: TLSSocket): StationConnection | undefined {
  const key = socket.getPeerX509Certificate()?.publicKey;
  if (key?.asymmetricKeyType !== 'ed25519') return undefined;
  const peerKey = key.export({ format: 'jwk' }).x;
  if (peerKey === undefined) return undefined;
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return {
    peerKey,
    from: `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`,
    send(bytes) {
      if (socket.destroyed || !socket.writable) return;
      socket.write(bytes);
      if (socket.writableLength > MOST_WAITING_BYTES) socket.destroy();
    },
    close: () => socket.destroy(),
  };
}

function attach(socket: TLSSocket, events: StationConnectionEvents): void {
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.once('close', () => events.onEnd());
  socket.on('data', (bytes: Buffer) => events.onData(bytes));
}
