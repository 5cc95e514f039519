import type { settingNames } from './tables.ts';
import { type DataRows, type TableName } from './tables.ts';

/** How a cell of a column is written in a file or a form, and read back. */
export type ColumnKind =
  | 'text'
  | 'code'
  | 'integer'
  | 'money'
  | 'date'
  | 'time'
  | 'weekdays'
  | 'list'
  | 'rows'
  | 'yesNo'
  | 'choice';

export interface Column {
  /** Heading in files, forms and problems. Other headings that are read as this one are in `also`. */
  readonly heading: string;
  readonly kind: ColumnKind;
  /** May be empty: it is then null, an empty list, or made by the program. */
  readonly optional?: boolean;
  /** What an empty cell means, where that is neither null nor an empty list. */
  readonly empty?: string | number;
  /** An empty cell leaves the member out of the row, as rows of older data have it. */
  readonly leftOut?: true;
  readonly choices?: Readonly<Record<string, string>>;
  readonly also?: readonly string[];
  /** What is expected, for a problem's words. */
  readonly expected: string;
}

export interface TableSpec<T extends TableName = TableName> {
  /** Name of its sheet and page. */
  readonly title: string;
  /** Members that together name a row. */
  readonly key: readonly (keyof DataRows[T] & string)[];
  /** Members that name it besides where the row has them. */
  readonly keyToo?: readonly (keyof DataRows[T] & string)[];
  readonly columns: { readonly [C in keyof DataRows[T] & string]: Column };
}

const modes = { water: '水路', road: '公路' };
const modesOrBoth = { ...modes, both: '不限' };
const marks = { C2: 'C2', S1: 'S1', M0: 'M0', D: 'D', EST: 'EST' };

const code = (heading: string, more: Partial<Column> = {}): Column => ({
  heading,
  kind: 'code',
  expected: '小写字母、数字、短横线,最多 64 个',
  ...more,
});
const text = (heading: string, more: Partial<Column> = {}): Column => ({
  heading,
  kind: 'text',
  expected: '文字',
  ...more,
});
const integer = (heading: string, more: Partial<Column> = {}): Column => ({
  heading,
  kind: 'integer',
  expected: '整数',
  ...more,
});
const date = (heading: string, more: Partial<Column> = {}): Column => ({
  heading,
  kind: 'date',
  expected: '日期,例如 2026-11-21',
  ...more,
});
const time = (heading: string, more: Partial<Column> = {}): Column => ({
  heading,
  kind: 'time',
  expected: '时间,例如 06:20',
  ...more,
});
const choice = (heading: string, choices: Record<string, string>, more: Partial<Column> = {}): Column => ({
  heading,
  kind: 'choice',
  choices,
  expected: `其中之一:${Object.values(choices).join('、')}`,
  ...more,
});
const yesNo = (heading: string): Column => ({ heading, kind: 'yesNo', expected: '是 或 否' });

const lineId = code('航线编号', { also: ['线路编号', 'line_id', 'lineId'] });
const someLine = { ...lineId, optional: true };
/** Of a fare: the stop that it is for. */
const toStop = code('到站', {
  also: ['to_stop', '到站编号'],
  optional: true,
  leftOut: true,
  expected: '途中停靠站的编号,空白为到终点',
});
const ruleCode = (heading: string, also: string[]): Column =>
  code(heading, { also, expected: '字母、数字、短横线、下划线,最多 64 个' });
const mode = choice('方式', modes, { also: ['mode'] });
const vesselName = text('船名或车号', {
  also: ['船名', '车号', 'vessel_or_vehicle'],
  expected: '船名或车号,1 至 40 字',
});
const validity = {
  validFrom: date('有效期起', { also: ['valid_from'] }),
  validTo: date('有效期止', { optional: true, also: ['valid_to'] }),
};
const proof = {
  mark: choice('把握', marks, { also: ['source_mark', 'mark'] }),
  source: text('出处', { optional: true, empty: '', also: ['source'], expected: '文字,最多 120 字' }),
};
const extra = integer('同时班序', {
  optional: true,
  empty: 0,
  also: ['extra'],
  expected: '0 至 99 的整数,平常班次为 0',
});
const depart = time('开航时间', { also: ['开车时间', 'depart_local'] });
const runTimes = {
  stopOfSaleMin: integer('停售提前分钟', { optional: true, expected: '0 至 1440 的整数,空白按参数' }),
  checkInMin: integer('检票提前分钟', { optional: true, expected: '0 至 1440 的整数,空白按参数' }),
  gateCloseMin: integer('停检提前分钟', { optional: true, expected: '0 至 1440 的整数,空白按参数' }),
};

/** Every table with its headings, in the order in which files and pages show them. */
export const tableSpecs: { readonly [T in TableName]: TableSpec<T> } = {
  stops: {
    title: '站点',
    key: ['id'],
    columns: {
      id: code('站点编号', { also: ['id', 'place_id'] }),
      name: text('站点名称', { also: ['name_zh'], expected: '站名,1 至 40 字' }),
      initials: code('拼音首字母', {
        optional: true,
        also: ['pinyin_initials'],
        expected: '小写字母或数字,空白自动生成',
      }),
      pinyin: code('全拼', { optional: true, also: ['pinyin'], expected: '小写字母或数字,空白自动生成' }),
      aliases: {
        heading: '别名',
        kind: 'list',
        optional: true,
        also: ['aliases'],
        expected: '别名,用分号分开',
      },
    },
  },
  lines: {
    title: '航线',
    key: ['id'],
    columns: {
      id: { ...lineId, also: [...(lineId.also ?? []), 'id'] },
      mode,
      name: text('航线名称', { also: ['线路名称', 'name_zh'], expected: '名称,1 至 60 字' }),
      fromPlaceId: code('起点站点', { also: ['from_place'] }),
      toPlaceId: code('终点站点', { also: ['to_place'] }),
      durationMin: integer('航时分钟', { also: ['duration_min'], expected: '1 至 2000 的整数' }),
      carrierId: text('承运人编号', {
        optional: true,
        leftOut: true,
        also: ['carrier', 'carrier_id'],
        expected: '退改规则里的承运人编号,空白为不分承运人',
      }),
    },
  },
  calls: {
    title: '停靠',
    key: ['lineId', 'order'],
    columns: {
      lineId,
      order: integer('顺序', { also: ['seq'], expected: '1 至 99 的整数' }),
      placeId: code('站点编号', { also: ['place_id'] }),
      minutesFromStart: integer('离起点分钟', { also: ['minutes_from_start'], expected: '0 至 2000 的整数' }),
      sold: {
        ...yesNo('售票'),
        optional: true,
        leftOut: true,
        expected: '是(须有票价)、否,空白则有票价即售',
      },
    },
  },
  vessels: {
    title: '船车',
    key: ['name'],
    columns: {
      name: { ...vesselName, also: [...(vesselName.also ?? []), 'name_zh'] },
      mode,
      kind: text('类型', { optional: true, empty: '', also: ['kind'], expected: '文字,最多 40 字' }),
      licence: text('证书编号', { optional: true, empty: '', expected: '乘客定额证书或道路运输证编号' }),
      licenceValidTo: date('证书有效期止', { optional: true }),
      capacity: integer('核定载客', { also: ['乘客定额', 'capacity'], expected: '1 至 5000 的整数' }),
      numberedSeats: yesNo('对号入座'),
      seatMap: {
        heading: '座位图',
        kind: 'rows',
        optional: true,
        expected: '每排用 / 分开,座号用空格分开,过道写 _',
      },
      seatClasses: {
        heading: '舱位等级',
        kind: 'list',
        optional: true,
        expected: '例如 一等舱:1-20,用分号分开',
      },
      vehiclePlaces: integer('车位数', {
        optional: true,
        also: ['vehicle_slots'],
        expected: '1 至 1000 的整数,不载车为空白',
      }),
      laneMetres: integer('车道米', { optional: true, expected: '1 至 10000 的整数,按车位计时为空白' }),
    },
  },
  timetable: {
    title: '班次表',
    key: ['lineId', 'departLocal', 'extra', 'weekdays', 'validFrom'],
    columns: {
      lineId,
      departLocal: depart,
      extra,
      vesselName,
      weekdays: { heading: '星期', kind: 'weekdays', expected: '1 至 7 的数字,例如 12345;每天写 每天' },
      ...validity,
      ...runTimes,
    },
  },
  extras: {
    title: '加班',
    key: ['lineId', 'date', 'departLocal', 'extra'],
    columns: { lineId, date: date('日期'), departLocal: depart, extra, vesselName, ...runTimes },
  },
  substitutes: {
    title: '换船',
    key: ['lineId', 'date', 'departLocal', 'extra'],
    columns: {
      lineId,
      date: date('日期'),
      departLocal: depart,
      extra,
      vesselName,
      reason: text('原因', { expected: '原因,1 至 60 字' }),
    },
  },
  rules: {
    title: '票种规则',
    key: ['ruleId', 'validFrom'],
    columns: {
      ruleId: ruleCode('规则编号', ['rule_id']),
      mode: choice('方式', modesOrBoth, { also: ['mode'] }),
      ticketClass: code('票种', { also: ['ticket_class'], expected: '票种代码,例如 full' }),
      percentOfFull: integer('占全票百分比', {
        optional: true,
        also: ['percent_of_full'],
        expected: '0 至 100 的整数',
      }),
      maxAgeYears: integer('最大年龄', { optional: true, expected: '0 至 150 的整数' }),
      maxHeightCm: integer('最大身高厘米', { optional: true, expected: '1 至 300 的整数' }),
      minCapacityAbove: integer('座位须多于', { optional: true, expected: '0 至 5000 的整数' }),
      ...validity,
      ...proof,
    },
  },
  fares: {
    title: '票价',
    key: ['lineId', 'ticketClass', 'validFrom'],
    keyToo: ['toPlaceId'],
    columns: {
      lineId,
      toPlaceId: toStop,
      ticketClass: code('票种', { also: ['ticket_class'], expected: '票种代码,例如 full' }),
      fareFen: { heading: '票价元', kind: 'money', expected: '金额,最多两位小数,例如 30.00' },
      ruleId: ruleCode('规则编号', ['rule_id']),
      ...validity,
      ...proof,
    },
  },
  vehicleTypes: {
    title: '车型',
    key: ['code'],
    columns: {
      code: code('车型代码', {
        also: ['vehicle_type', 'code'],
        expected: '小写字母、数字、下划线,最多 32 个',
      }),
      name: text('车型名称', { also: ['name_zh'], expected: '行驶证上的车型,1 至 20 字' }),
      usualLengthCm: integer('常见车长厘米', {
        optional: true,
        also: ['usual_length_cm'],
        expected: '50 至 3000 的整数,空白则每次录入',
      }),
      dangerous: yesNo('危险货物车'),
      ...proof,
    },
  },
  vehicleFares: {
    title: '车票票价',
    key: ['lineId', 'vehicleType', 'overCm', 'validFrom'],
    keyToo: ['toPlaceId'],
    columns: {
      lineId,
      toPlaceId: toStop,
      vehicleType: code('车型代码', { also: ['vehicle_type'], expected: '“车型”表中的代码,例如 small_car' }),
      overCm: integer('车长超过厘米', { also: ['over_cm'], expected: '0 至 10000 的整数' }),
      upToCm: integer('至厘米', {
        optional: true,
        also: ['up_to_cm'],
        expected: '1 至 10000 的整数,空白为不限',
      }),
      fareFen: { heading: '票价元', kind: 'money', expected: '金额,最多两位小数,例如 100.00' },
      places: integer('占车位', { expected: '0 至 20 的整数' }),
      ruleId: ruleCode('规则编号', ['rule_id']),
      ...validity,
      ...proof,
    },
  },
  documentKinds: {
    title: '证件种类',
    key: ['code'],
    columns: {
      code: code('证件代码', { also: ['code'], expected: '字母、数字、短横线,例如 217' }),
      name: text('证件名称', { optional: true, expected: '1 至 20 字,空白为原名称' }),
      on: yesNo('受理'),
      rule: choice(
        '号码规则',
        {
          citizen: '身份证号',
          passport: '护照号',
          foreignerPermanent: '永居证号',
          masks: '按样式',
          text: '文字',
        },
        { optional: true },
      ),
      masks: {
        heading: '号码样式',
        kind: 'list',
        optional: true,
        expected: '例如 H########,# 为数字、@ 为字母、& 为 I 和 O 以外的字母,用分号分开',
      },
      least: integer('最少位数', { optional: true, expected: '1 至 40 的整数,号码规则为文字时填' }),
      most: integer('最多位数', { optional: true, expected: '1 至 40 的整数,号码规则为文字时填' }),
      needsOffice: { ...yesNo('登记签发机关'), optional: true },
      needsApproval: { ...yesNo('须班长核准'), optional: true },
      ...proof,
    },
  },
  fees: {
    title: '退改费率',
    key: ['feeId', 'kind', 'minutesBefore', 'validFrom'],
    columns: {
      feeId: ruleCode('费率编号', ['fee_id']),
      kind: choice('业务', { refund: '退票', change: '改签' }),
      mode: choice('方式', modesOrBoth, { also: ['mode'] }),
      lineId: someLine,
      minutesBefore: integer('开航前分钟', { expected: '-10080 至 43200 的整数,开航后为负数' }),
      percent: integer('手续费百分比', { optional: true, expected: '0 至 100 的整数,空白表示不办理' }),
      leastFen: { heading: '最低元', kind: 'money', expected: '金额,最多两位小数' },
      ...validity,
      ...proof,
    },
  },
  reserves: {
    title: '留座',
    key: ['lineId', 'departLocal', 'purpose', 'validFrom'],
    columns: {
      lineId,
      departLocal: { ...depart, optional: true },
      purpose: text('用途', { expected: '用途,1 至 40 字' }),
      count: integer('座位数', { expected: '1 至 5000 的整数' }),
      seats: { heading: '座号', kind: 'list', optional: true, expected: '座号或范围,例如 1-4,用分号分开' },
      releaseMin: integer('放出提前分钟', { expected: '0 至 43200 的整数' }),
      ...validity,
    },
  },
  quotas: {
    title: '免票名额',
    key: ['mode', 'lineId', 'validFrom'],
    columns: {
      mode,
      lineId: someLine,
      percentOfSeats: integer('占座位百分比', { expected: '0 至 100 的整数' }),
      most: integer('最多人数', { optional: true, expected: '0 至 5000 的整数' }),
      countsInCapacity: yesNo('占用定额'),
      ...validity,
      ...proof,
    },
  },
  settings: {
    title: '参数',
    key: ['name', 'lineId'],
    columns: {
      name: choice('参数', {
        stopOfSaleMin: '停售提前分钟',
        checkInMin: '检票提前分钟',
        gateCloseMin: '停检提前分钟',
        advanceSaleDays: '预售天数',
        childByHeightBelowAgeYears: '按身高售儿童票的年龄上限',
        underWayMin: '放行后视为在途的分钟',
        fewSeats: '大屏逐个报余座的座位数',
        goneShownMin: '开出后大屏仍显示的分钟',
        infantBelowAgeYears: '名单上婴儿的年龄上限',
        feeRoundToFen: '本站退改费取整到(分)',
        feeRoundWay: '本站退改费取整方式(0 四舍五入 1 进上 2 舍去)',
        changeTimes: '本站自愿改签次数',
      } satisfies Record<(typeof settingNames)[number], string>),
      lineId: someLine,
      value: integer('数值', { expected: '0 至 1440 的整数' }),
      ...proof,
    },
  },
};

/** What names a row among those of its table; parts cannot contain the bar. */
export function rowKey<T extends TableName>(table: T, row: DataRows[T]): string {
  const record = row as unknown as Record<string, string | number | null | undefined>;
  let key = '';
  const { key: always, keyToo = [] } = tableSpecs[table] as TableSpec;
  for (const member of always) {
    const value = record[member];
    key += `${key === '' ? '' : '|'}${value ?? '-'}`;
  }
  for (const member of keyToo as readonly string[]) {
    const value = record[member];
    // A row of older data has the key that it had.
    if (value !== undefined && value !== null) key += `|${value}`;
  }
  return key;
}
