import { toBase64url } from '../../contract/encoding/bytes.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { refuse } from '../../contract/refusals.ts';
import {
  enrolProofBytes,
  hostMethods,
  type HostInput,
  type HostMethod,
  type HostOutput,
} from '../../contract/station-link.ts';
import { Down } from '../citylink/down.ts';
import { NetworkError, type Runtime, type StationNet } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { createPeer, type Reply } from './peer.ts';
import type { StationRole } from './role.ts';

/** One connection to the host, its key proven. */
export interface HostCalls {
  /** Window id of the host; set when it has said so. */
  host: WindowId;
  /** Rejects with {@link Down}: the host's own refusal, or silence. */
  call<M extends HostMethod>(
    method: M,
    input: HostInput<M>,
    options?: { body?: Uint8Array; timeoutMs?: number },
  ): Promise<HostOutput<M>>;
  /** As `call`, with the bytes that came. */
  exchange<M extends HostMethod>(
    method: M,
    input: HostInput<M>,
    options?: { body?: Uint8Array; timeoutMs?: number },
  ): Promise<{ output: HostOutput<M>; body: Uint8Array }>;
  hasEnded(): boolean;
  close(): void;
}

const CONNECT_MS = 10_000;
const CALL_MS = 15_000;

/** Connects and looks at the key before anything is sent. Rejects with {@link Down}. */
export async function connectHost(
  runtime: Pick<Runtime, 'timers' | 'log'> & { stationNet: StationNet },
  seed: Uint8Array,
  role: Extract<StationRole, { kind: 'window' }>,
  events: { onEvent: (event: string, data: unknown) => void; onEnd: () => void },
): Promise<HostCalls> {
  let hasEnded = false;
  const peer = createPeer(runtime.timers, {
    onRequest: () => ({ ok: false, refusal: refuse('host.rubbish', { detail: 'request' }) }),
    onEvent: events.onEvent,
    onEnd(why) {
      hasEnded = true;
      runtime.log.info({ why }, 'the connection to the host ended');
      events.onEnd();
    },
  });
  try {
    const connection = await runtime.stationNet.connect(
      { ...role.address, seed, timeoutMs: CONNECT_MS },
      peer.events,
    );
    if (connection.peerKey !== role.hostKey) {
      connection.close();
      throw new Down(refuse('host.wrongKey', { address: role.addressText }, 'host.key'));
    }
    peer.attach(connection);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new Down(refuse(error.reason === 'certificate' ? 'host.certificate' : 'host.unavailable'));
  }

  async function exchange<M extends HostMethod>(
    method: M,
    input: HostInput<M>,
    options: { body?: Uint8Array; timeoutMs?: number } = {},
  ): Promise<{ output: HostOutput<M>; body: Uint8Array }> {
    const { body, timeoutMs = CALL_MS } = options;
    const result = await peer.call(method, input, { timeoutMs, ...(body ? { body } : {}) });
    if (result.kind === 'silent') throw new Down(refuse('host.unavailable'));
    if (result.kind === 'refused') throw new Down(result.refusal);
    return { output: read(method, result.reply), body: result.reply.body };
  }

  return {
    host: '' as WindowId,
    call: async (method, input, options) => (await exchange(method, input, options)).output,
    exchange,
    hasEnded: () => hasEnded,
    close: () => peer.close(),
  };
}

function read<M extends HostMethod>(method: M, { value }: Reply): HostOutput<M> {
  const output = hostMethods[method].output.safeParse(value);
  if (!output.success) throw new Down(refuse('host.rubbish', { detail: method }));
  return output.data as HostOutput<M>;
}

/** Exchanges the code of `station.json` for a place at the host. Rejects with {@link Down}. */
export function enrolAtHost(
  calls: HostCalls,
  vault: Pick<Vault, 'publicKey' | 'sign' | 'station'>,
  role: Extract<StationRole, { kind: 'window' }>,
  window: WindowId,
  own: Pick<HostInput<'window.enrol'>, 'ledger'> & { freshLedgerId: LedgerId },
): Promise<HostOutput<'window.enrol'>> {
  if (role.code === undefined) throw new Down(refuse('host.notEnrolled'));
  const signingKey = vault.publicKey;
  const proof = { window, signingKey, linkKey: vault.station.linkKey, hostKey: role.hostKey };
  return calls.call('window.enrol', {
    code: role.code,
    window,
    signingKey,
    proof: toBase64url(vault.sign(enrolProofBytes(proof))),
    ...own,
  });
}
