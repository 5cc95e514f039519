import { stationConfigSchema } from '../../../contract/station.ts';
import { isPin } from '../../../main/access/pin.ts';
import { parseStation, writeStation } from '../../../main/shells/station-file.ts';
import { must, mustBeRefusal, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { jsonText, mutateJson } from '../mutate.ts';

const SECRETS = ['scrypt$16$8$1$geheim', 'ABCD-EFGH-JKLM'] as const;

const station = {
  trial: false,
  station: { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' },
  window: 3,
  devices: [
    { id: 'reader', kind: 'id-reader', driver: 'sdt', path: '/dev/ttyUSB0', baudRate: 115_200 },
    {
      id: 'printer',
      kind: 'printer',
      driver: 'escpos',
      path: 'tcp://127.0.0.1:9100',
      profile: { paperWidthMm: 80, cutter: 'full', status: 'realtime', font: 'gbk', confirmTimeoutMs: 6000 },
    },
    { id: 'scanner', kind: 'scanner', driver: 'serial-scanner', path: 'COM3' },
  ],
  city: { url: 'https://city.example/so', enrolmentCode: 'ABCD-EFGH-JKLM' },
  staff: [
    { number: '0107', name: '测试丙', role: 'clerk', pin: 'scrypt$16$8$1$geheim$AAAA' },
    { number: '0108', name: '样例丁', role: 'clerk', pin: 'scrypt$16$8$1$geheim$BBBB' },
  ],
  mask: { first: 6, last: 4 },
};

export const stationFuzzer: Fuzzer = {
  name: 'station',
  boundary: 'station.json',
  quickCases: 1_500,
  share: 90,
  casesPerRound: 1_000,
  reaches: ['good', 'station.json', 'station.notJson'],
  open: ({ planted, count }) => ({
    async one(dice) {
      const text = dice.once(30) ? JSON.stringify(station) : jsonText(dice, mutateJson(dice, station), 4);
      const read = parseStation(dice.once(20) ? `\uFEFF${text}` : text);
      if (read.ok) {
        mustEqual(stationConfigSchema.parse(read.config), read.config, 'a configuration that is not one');
        let written = '';
        const files = {
          writeAtomic: (_name: string, given: string) => void (written = given),
        } as unknown as Parameters<typeof writeStation>[0];
        writeStation(files, read.config);
        mustEqual(parseStation(written), read, 'what was written is not read again');
        for (const { pin } of read.config.staff) {
          // A dear hash is as good as a cheap one, and would hold the run up.
          if (Number(pin.split('$')[1]) <= 1024) must(!(await isPin('1', pin)), 'any PIN is right', pin);
        }
        return count('good');
      }
      must(read.refusals.length > 0, 'refused without a reason');
      for (const refusal of read.refusals) {
        // A key is a word of whoever wrote the file, and is shown to them; a value never is.
        const shown = planted ? { ...refusal, message: `${refusal.message}${text}` } : refusal;
        const { field, ...words } = shown;
        must(field === undefined || field.length <= 200, 'a field that nobody can read', field);
        mustBeRefusal(
          field !== undefined && shown.message.includes(field)
            ? { ...words, message: shown.message.replace(`第 ${field} 项`, '第 ? 项') }
            : words,
          SECRETS,
        );
        count(refusal.code);
      }
    },
  }),
};
