import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import {
  carriedRecordBytes,
  type CarriedRecord,
  type StationRecord,
} from '../../contract/station-records.ts';
import type { StationNet } from '../../main/runtime.ts';
import { machineStationNet } from '../../main/shells/station-net.ts';
import { createFrameReader, encodeFrame } from '../../main/station/frames.ts';
import { closeOffices } from '../office/kit.ts';
import { as, openHost, openWindowAt, until } from './kit.ts';
import { expectOrders, inForceAt, order } from './orders-kit.ts';

afterEach(closeOffices);

type Sync = { method?: string; params?: { records?: StationRecord[] } };

/** A window's own network, on which somebody changes the records that it gives to its host. */
function forging(forge: (record: StationRecord) => StationRecord): StationNet {
  return {
    ...machineStationNet,
    async connect(wanted, events) {
      const connection = await machineStationNet.connect(wanted, events);
      const reader = createFrameReader();
      return {
        ...connection,
        send(bytes) {
          for (const { json, body } of reader.take(bytes) ?? []) {
            const { method, params } = json as Sync;
            if (method === 'records.sync' && params?.records) params.records = params.records.map(forge);
            connection.send(encodeFrame(json, body));
          }
        },
      };
    },
  };
}

const stranger = generateKeyPairSync('ed25519');
const strangersKey = stranger.publicKey.export({ format: 'jwk' }).x ?? '';
const parsed = ({ text }: StationRecord): CarriedRecord => JSON.parse(text) as CarriedRecord;
const written = (record: CarriedRecord): StationRecord => ({
  issuer: record.ledgerId,
  n: record.seq,
  text: jcs(record),
});
/** The record as somebody with another key signs it. */
const signedByStranger = (record: CarriedRecord): StationRecord => {
  const { signature: _, ...unsigned } = { ...record, key: strangersKey };
  const signature = toBase64url(sign(null, carriedRecordBytes(unsigned), stranger.privateKey));
  return written({ ...unsigned, signature });
};

test.each<[string, (record: StationRecord) => StationRecord]>([
  ['signed with another key than its window enrolled with', (record) => signedByStranger(parsed(record))],
  [
    'changed on the way',
    (record) => {
      const { body, ...rest } = parsed(record);
      return written({ ...rest, body: { ...body, reason: '改过' } });
    },
  ],
  ['given another number', (record) => ({ ...record, n: record.n + 1 })],
  ['given as that of another ledger', (record) => ({ ...record, issuer: 'f'.repeat(32) as never })],
  ['of another station', (record) => signedByStranger({ ...parsed(record), window: 'zhoushan/02' as never })],
  ['no record at all', (record) => ({ ...record, text: '{"v":1' })],
])('a record that is %s counts nowhere, is named to the manager, and the link goes on', async (_, forge) => {
  const station = await openHost();
  const two = await openWindowAt(station, 2, { runtime: { stationNet: forging(forge) } });
  const three = await openWindowAt(station, 3);
  await as(two, 'manager');
  await order(two);
  await as(station.host, 'manager');
  const broken = await until(async () => {
    const list = await station.host.ok('plans.list', {}, undefined, 'manager');
    return list.broken.length > 0 ? list.broken : undefined;
  }, 'the forged record named at the host');
  expect(broken[0]?.message).toContain('/02 传来的记录签名不对');
  expect(await inForceAt(station.host)).toEqual([]);
  // What is honest still passes.
  const { id } = await order(station.host, { planId: 'wind-typhoon' });
  await expectOrders(three, [id]);
  expect(await inForceAt(two)).toContain(id);
});
