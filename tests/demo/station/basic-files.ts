import * as XLSX from '@e965/xlsx';
import iconv from 'iconv-lite';

/** A line of the station's own, that no city's feed has: a boat of few numbered places. */
export const ownLine = {
  lineId: 'w-wgz-ylj',
  departLocal: '14:30',
  vesselName: '样例快艇1',
  places: 12,
  fareFen: 4_000,
} as const;

const START = '2026-01-01';

/** Stops, lines, vessels, rules and fares as one workbook, typed as an office clerk types them. */
export function workbook(): Uint8Array {
  const { lineId, vesselName, places, fareFen } = ownLine;
  const book = XLSX.utils.book_new();
  const sheets: [string, unknown[][]][] = [
    [
      '站点',
      [
        ['站点编号', '站点名称', '拼音首字母', '全拼', '别名'],
        ['zhujiajian-wugongzhi', '朱家尖蜈蚣峙码头', '', '', '蜈蚣峙'],
        ['yangliejiao', '样例礁码头', '', '', '样例礁;小礁'],
      ],
    ],
    [
      '航线',
      [
        ['航线编号', '方式', '航线名称', '起点站点', '终点站点', '航时分钟'],
        [lineId, '水路', '朱家尖—样例礁', 'zhujiajian-wugongzhi', 'yangliejiao', 25],
      ],
    ],
    [
      '船车',
      [
        ['船名或车号', '方式', '类型', '证书编号', '证书有效期止', '核定载客', '对号入座'],
        [vesselName, '水路', '快艇', '样证-0001', '2030-12-31', places, '是'],
      ],
    ],
    [
      '票种规则',
      [
        [
          '规则编号',
          '方式',
          '票种',
          '占全票百分比',
          '最大年龄',
          '最大身高厘米',
          '有效期起',
          '有效期止',
          '把握',
          '出处',
        ],
        ['OWN-FULL', '水路', 'full', 100, '', '', START, '', 'D', '本站公示'],
        ['OWN-CHILD', '水路', 'child_half', 50, 14, 150, START, '', 'D', '本站公示'],
      ],
    ],
    [
      '票价',
      [
        ['航线编号', '票种', '票价元', '规则编号', '有效期起', '有效期止', '把握', '出处'],
        [lineId, 'full', fareFen / 100, 'OWN-FULL', START, '', 'D', '本站公示'],
        [lineId, 'child_half', fareFen / 200, 'OWN-CHILD', START, '', 'D', '本站公示'],
      ],
    ],
  ];
  for (const [name, rows] of sheets) XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), name);
  return new Uint8Array(XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
}

/** The timetable as comma-separated text in GB 18030, as a Chinese spreadsheet program saves it. */
export function timetableCsv(departLocal: string = ownLine.departLocal): Uint8Array {
  const { lineId, vesselName } = ownLine;
  const text = [
    '航线编号,开航时间,船名或车号,星期,有效期起',
    `${lineId},${departLocal},${vesselName},每天,${START}`,
    '',
  ].join('\r\n');
  return iconv.encode(text, 'gb18030');
}
