import { z } from 'zod';
import { tableNameSchema } from './tables.ts';

/**
 * What can be wrong with basic data, in a file or after a change: `message` says what, `next` what to do. `{name}` stands for
 * a value. An error refuses the whole; a warning asks the manager to look.
 */
export const problemCatalogue = {
  // Cells and files
  'cell.required': ['不能为空', '请填写:{expected}。'],
  'cell.wrong': ['“{text}”不对', '应为{expected}。'],
  'cell.formula': ['单元格是公式({formula}),不能确定取哪个值', '请复制后“选择性粘贴→数值”,再导入。'],
  'cell.error': ['单元格是错误值 {text}', '请改正公式或直接填写数值。'],
  'cell.merged': ['合并单元格 {range}', '请取消合并,每行都填写完整。'],
  'cell.scientific': [
    '“{text}”是科学计数,后面的位数已经丢失',
    '请把该列设为文本,从原始资料重新填写完整号码,不要只改格式。',
  ],
  'cell.serial': ['“{text}”像是日期或时间的序号({meant})', '请把单元格设为日期或时间格式,或写成 {meant}。'],
  'cell.textNumber': ['{count} 个数字存为文本,按数字读取', '无需改正;请在预览中核对。'],
  'cell.controls': ['含有不可见字符', '请删除后重新输入文字。'],
  'row.hidden': ['该行被隐藏,是否导入不明确', '请取消隐藏,或删除该行。'],
  'row.wide': ['该行有 {columns} 列,表头只有 {headings} 列', '请检查多出的逗号或引号。'],
  'row.repeated': ['与第 {row} 行是同一条', '请删除其中一行。'],
  'head.unknown': ['不认识的表头“{heading}”', '请改用模板中的表头,或删除该列。'],
  'head.repeated': ['表头“{heading}”出现两次', '请删除其中一列。'],
  'head.missing': ['缺少表头“{heading}”', '请按模板补上该列。'],
  'head.none': ['没有表头行', '第一行应为模板中的表头。'],
  'sheet.unknown': ['不认识的工作表“{sheet}”', '请把工作表改名为其中之一:{titles};或删除它。'],
  'sheet.repeated': ['工作表“{title}”出现两次', '请合并为一张。'],
  'sheet.hidden': ['工作表“{sheet}”被隐藏', '请取消隐藏,或删除它。'],
  'sheet.empty': ['“{title}”只有表头,没有内容', '若要清空整张表,请在页面上逐条删除。'],
  // References and keys
  'key.repeated': ['“{key}”重复', '同一条只能有一行,请删除或改正。'],
  'reference.stop': ['没有编号为 {id} 的站点', '请先在“站点”中添加,或改正编号。'],
  'reference.line': ['没有编号为 {id} 的航线', '请先在“航线”中添加,或改正编号。'],
  'reference.vessel': ['没有名为“{name}”的船车', '请先在“船车”中添加,或改正名称。'],
  'reference.rule': ['没有编号为 {id} 的票种规则', '请先在“票种规则”中添加,或改正编号。'],
  'reference.vehicleType': ['没有代码为 {id} 的车型', '请先在“车型”中添加,或改正代码。'],
  'vehicleFare.length': ['车长上限不大于下限', '请改正“车长超过厘米”或“至厘米”。'],
  'vehicleFare.overlap': ['与车长超过 {over} 厘米、{other} 起的一条重叠', '同一车长在同一天只能有一个票价。'],
  'kind.bare': ['程序没有代码为 {code} 的证件,须写明名称和号码规则', '请补上,或改用已有的代码。'],
  'kind.masks': ['号码规则与样式不符', '规则为“按样式”时至少写一个样式,其他规则不写样式。'],
  'kind.range': ['最少位数、最多位数不对', '规则为“文字”时两项都填且不颠倒,其他规则留空。'],
  // Lines, vessels
  'line.ends': ['起点与终点相同', '请改正其中之一。'],
  'call.end': ['停靠站与航线的起点或终点相同', '只填写中途停靠的站点。'],
  'call.order': ['离起点分钟不大于前一站', '请按顺序填写各站时间。'],
  'call.twice': ['{name} 在这条航线上出现两次', '一个站点每个方向只停靠一次,请删除其中一行。'],
  'call.notCovered': ['标为售票的停靠站从 {from} 起没有全票票价', '请补上到这一站的票价,或把“售票”改为 否。'],
  'call.late': ['离起点分钟不少于全程航时 {minutes}', '请改正分钟或航线航时。'],
  'vessel.unlicensed': ['“{name}”没有证书编号,不能排班', '请填写乘客定额证书或道路运输证编号。'],
  'vessel.licenceEnds': [
    '证书 {date} 到期,以后的班次不能使用“{name}”',
    '请换证后更新有效期,或缩短班次的有效期。',
  ],
  'vessel.mode': ['“{name}”不能用于这条航线:方式不同', '请换船车,或改正方式。'],
  'vessel.seatTwice': ['座位图中座号 {seat} 出现两次', '请改正座位图。'],
  'vessel.seatNone': ['座号 {seat} 超出核定载客 {capacity}', '请改正座号或核定载客。'],
  'vessel.seatGap': ['座位图有 {count} 个座位,核定载客 {capacity}', '对号入座时两者应一致。'],
  'vessel.classOverlap': ['舱位等级“{name}”与前面的座号重叠', '一个座号只能属于一个等级。'],
  'vessel.cars': ['车位数与车道米只能填一个', '请清空其中之一。'],
  'vessel.twice': ['“{name}”在 {time} 还在另一班次 {other}', '请换船车或改时间。'],
  // Timetable
  'run.overlap': ['与班次 {other} 在同一天同一时间', '请调整星期或有效期;确为同时两班请填“同时班序”。'],
  'run.never': ['有效期内没有一天开行', '请改正星期或有效期。'],
  'run.gate': ['停检应晚于检票开始', '检票提前分钟应大于停检提前分钟。'],
  'run.notCovered': ['航线有班次但 {from} 起没有全票票价', '请补上全票票价,或缩短班次有效期。'],
  'run.none': ['航线没有任何班次', '若尚未开航可以不管。'],
  'substitute.noRun': ['{date} 没有这个班次', '请核对航线、日期和时间。'],
  'run.sold': [
    '班次 {departure} 已售 {sold} 张票,改后没有这个班次',
    '请保留该班次到开航以后;停航请按停航办理。',
  ],
  'run.soldMore': [
    '班次 {departure} 已售 {sold} 张票,改后只有 {capacity} 个定额',
    '请改用“换船”办理该班次:先停售,再安排多出的旅客。',
  ],
  // Fares, rules, fees
  'valid.order': ['有效期止早于有效期起', '请改正日期。'],
  'valid.date': ['日期 {date} 不存在', '请改正日期。'],
  'fare.overlap': ['与 {other} 起的同票种票价有效期重叠', '请把前一条的有效期止改到新票价前一天。'],
  'fare.origin': ['到站是航线的起点', '请改为途中的停靠站,到终点的票价留空。'],
  'fare.terminus': ['到站是航线的终点', '到终点的票价请留空“到站”。'],
  'fare.notCalled': ['航线不停靠“{id}”', '请先在“停靠”中添加这一站,或改正到站。'],
  'fare.notSold': ['这一站在“停靠”中标为不售票,票价不起作用', '请把“售票”改为 是,或删除这条票价。'],
  'fare.aboveEnd': ['到途中站的全票高于到终点的全票', '请核对金额。'],
  'fare.gap': ['{from} 至 {to} 没有票价', '请补上这段时间的票价,或延长前一条。'],
  'fare.rule': ['规则 {id} 不适用于这个票种或方式', '请改用对应的票种规则。'],
  'fare.ruleEnds': ['规则 {id} 在 {date} 没有生效的一条', '请补上票种规则的有效期。'],
  'fare.aboveFull': ['高于同期全票', '请核对金额。'],
  'rule.overlap': ['与 {other} 起的同一规则有效期重叠', '请改正有效期。'],
  'rule.unbounded': ['儿童票规则没有年龄或身高条件', '请至少填写一项。'],
  'fee.overlap': ['与 {other} 起的同一档费率有效期重叠', '请改正有效期。'],
  // Reserves, quotas, settings
  'reserve.noRun': ['该航线 {time} 没有班次', '请改正时间,或留空表示每班。'],
  'reserve.tooMany': ['留座 {count} 超过“{vessel}”的 {capacity} 座', '请减少座位数。'],
  'reserve.seats': ['写明的座号共 {named} 个,座位数为 {count}', '请使两者一致。'],
  'reserve.overlap': ['与 {other} 起的同一用途留座有效期重叠', '请改正有效期。'],
  'quota.overlap': ['与 {other} 起的名额有效期重叠', '请改正有效期。'],
  'quota.ship': ['船舶按人头计定额,免票儿童也须占用', '请把“占用定额”改为 是。'],
  'setting.range': ['参数“{name}”应为 {least} 至 {most}', '请改正数值。'],
  'setting.oneOf': ['参数“{name}”只能是 {values}', '请改正数值。'],
  'setting.scope': ['参数“{name}”只能全站统一', '请清空航线编号。'],
  'mark.unsure': ['{count} 行是未经核实的默认值(M0 或 EST)', '请在核实后改为 S1 或 C2。'],
} as const satisfies Record<string, readonly [message: string, next: string]>;

export type ProblemCode = keyof typeof problemCatalogue;
const codes = Object.keys(problemCatalogue) as [ProblemCode, ...ProblemCode[]];

/** One thing wrong in one place. */
export const dataProblemSchema = z.strictObject({
  severity: z.enum(['error', 'warning']),
  code: z.enum(codes),
  table: tableNameSchema.nullable(),
  /** Key of the row in words, where a row is meant. */
  key: z.string().max(400).optional(),
  /** Heading of the column. */
  heading: z.string().max(200).optional(),
  /** Where it stands in a file: sheet (null in CSV), line from 1, cell such as `D14`. */
  place: z
    .strictObject({
      sheet: z.string().max(200).nullable(),
      row: z.int().min(1),
      cell: z.string().max(12).optional(),
    })
    .optional(),
  message: z.string(),
  next: z.string(),
});
export type DataProblem = z.infer<typeof dataProblemSchema>;

/** Message and next step with their values filled in. */
export function problemWords(
  code: ProblemCode,
  values: Record<string, string | number> = {},
): { message: string; next: string } {
  const [message, next] = problemCatalogue[code];
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new TypeError(`problem ${code} needs a value for ${name}`);
      return String(value);
    });
  return { message: fill(message), next: fill(next) };
}
