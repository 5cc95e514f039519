import iconv from 'iconv-lite';
import { decodeTicketQr } from '../../../contract/encoding/ticket-qr.ts';
import { startScanner } from '../../../native/drivers/scanner.ts';
import { must, type Fuzzer } from '../fuzzer.ts';
import { mutateBytes } from '../mutate.ts';
import { surroundings, type Port } from './port.ts';

const codes = [
  `SO1.${'A'.repeat(120)}.${'b'.repeat(86)}`,
  'P<XXASAMPLE<<TEST<<<<<<<<<<<<<<<<<<<<<<<<<<<\rE000000000XXA9001011M4001015<<<<<<<<<<<<<<00',
  '33092611210301000017',
  '测试甲,样例乙',
  'ＳＯ１．全角',
];
const samples = codes.flatMap((code) => [Buffer.from(`${code}\r\n`), iconv.encode(`${code}\r`, 'gb18030')]);

export const scannerFuzzer: Fuzzer = {
  name: 'scanner',
  boundary: 'bytes of the code scanner',
  quickCases: 500,
  share: 30,
  casesPerRound: 200,
  reaches: ['scan', 'nothing', 'cut'],
  open: ({ planted, count }) => ({
    async one(dice) {
      let port: Port | undefined;
      const { host, clock, events } = surroundings({
        heard: () => 'written',
      });
      const open = host.open.bind(host);
      host.open = async (address) => {
        const opened = await open(address);
        if (opened.ok) port = opened.transport as Port;
        return opened;
      };
      const scanner = startScanner(
        { id: 'scanner', kind: 'scanner', driver: 'serial-scanner', path: '/dev/fuzz' },
        host,
      );
      await clock.runUntil(() => port !== undefined, 5_000);
      const rubbish = dice.once(20)
        ? dice.bytes(dice.between(1, 5_000))
        : mutateBytes(dice, dice.pick(samples), samples);
      let afterMs = 1;
      for (const piece of dice.cut(rubbish)) {
        port?.say(planted && piece.length > 2 ? Uint8Array.of(...piece, 0x1b, 0x2a) : piece, afterMs);
        if (dice.once(5)) afterMs += dice.pick([1, 50, 99, 101, 500]);
      }
      await clock.runUntil(() => false, afterMs + 500);
      if (dice.once(10)) {
        count('cut');
        port?.cut();
        port = undefined;
        must(await clock.runUntil(() => port !== undefined, 5_000), 'the port is not opened again');
      }
      const before = events.length;
      count(events.some(({ event }) => event === 'scan') ? 'scan' : 'nothing');
      for (const event of events) {
        if (event.event !== 'scan') continue;
        must(
          !/\p{Cc}/u.test(event.text) && event.text === event.text.trim() && event.text.isWellFormed(),
          'a code with control characters',
          event,
        );
        must(!decodeTicketQr(event.text, () => false).ok, 'a ticket without a signature', event);
        if (planted) must(!event.text.includes('*'), 'a byte that nobody sent', event);
      }
      const good = `SO1.${dice.hex(40)}`;
      port?.say(Buffer.from(`${good}\r`), 1);
      await clock.runUntil(() => false, 500);
      const heard = events.slice(before).flatMap((event) => (event.event === 'scan' ? [event.text] : []));
      must(heard.length === 1 && heard[0] === good, 'a good code is not heard as it is', { heard, good });
      let isStopped = false;
      void scanner.stop().then(() => (isStopped = true));
      must(await clock.runUntil(() => isStopped, 5_000), 'the driver does not stop');
    },
  }),
};
