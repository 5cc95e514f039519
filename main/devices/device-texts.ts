/** What the clerk reads about devices: what is the matter and what to do, in plain Chinese. */
import type { CardProblem, DeviceDetail, DeviceEventOf, PrintReason } from '../../contract/device.ts';

type StateEvent = Pick<DeviceEventOf<'device.state'>, 'kind' | 'state' | 'detail' | 'paper'>;

const KIND_NAMES = { 'id-reader': '读卡器', printer: '打印机', scanner: '扫码器' } as const;

const DETAIL_TEXTS: Record<Exclude<DeviceDetail, 'none'>, string> = {
  portMissing: '没有接上。请插好电源和数据线,接上后自动恢复。',
  portDenied: '的端口没有使用权限。请通知技术员。',
  portBusy: '的端口被别的程序占用。请关闭那个程序,随后自动恢复。',
  portError: '的端口打不开。请拔下数据线重新插好;仍不行请通知技术员。',
  noAnswer: '没有应答。请检查电源和数据线,接通后自动恢复。',
  garbled: '的应答无法辨认,可能是波特率不对或线路有干扰。请通知技术员。',
  readerSelfTest: '自检失败。请断电后重新通电;仍不行请更换。',
  readerNotAuthorised: '的安全模块未授权。请更换读卡器并通知技术员。',
  readerRefuses: '拒绝了命令。请断电后重新通电;仍不行请更换。',
  cardsRefuseReader: '接连被证件拒绝。请换一张证件试读,读出后自动恢复;仍不行请更换读卡器。',
  paperOut: '缺纸。请装纸,装好后自动恢复。',
  coverOpen: '上盖没有合上。请合上盖子。',
  offline: '处于脱机状态。请按联机键或重新通电。',
  cutter: '切刀卡住。请断电,清除卡纸后重新通电。',
  overheated: '打印头过热。请稍等,冷却后自动恢复。',
  recoverable: '报告可以排除的故障。请打开上盖,取出卡住的纸再合上;仍不行请断电后重新通电。',
  printerError: '报告故障。请断电后重新通电;仍不行请更换。',
  cannotReport: '不能报告打印结果。每张票打完请看一眼再交给旅客。',
};

/** Text of the status bar; empty when all is well. */
export function deviceText({ kind, state, detail, paper }: StateEvent): string {
  const name = KIND_NAMES[kind];
  if (detail !== 'none') return name + DETAIL_TEXTS[detail];
  if (state === 'starting') return `${name}正在连接…`;
  return paper === 'nearEnd' ? `${name}纸快用完了。请备好新纸卷。` : '';
}

/** The device process is being started again; nothing is known of any device. */
export function restartingText(kind: StateEvent['kind']): string {
  return `${KIND_NAMES[kind]}正在重新连接…`;
}

/** Device processes hang inside the system, in the driver of one of the devices, and cannot be ended. */
export function stuckText(kind: StateEvent['kind']): string {
  return `${KIND_NAMES[kind]}没有反应,设备程序停在系统驱动里。请把各设备的数据线拔下再插好;仍不行请重新启动电脑。`;
}

/** Why a card could not be read and what to do next. */
export const CARD_PROBLEM_TEXTS: Record<CardProblem, { message: string; next: string }> = {
  withdrawn: { message: '证件拿开得太早,没有读完', next: '请重新放上证件,听到提示再拿开。' },
  readFailed: { message: '证件没有读出来', next: '请取下证件,平放不动再读;仍不行请核对原件后手工录入。' },
  selectFailed: { message: '选不中证件,可能叠放了两张卡', next: '请只放一张证件,平放不动再读。' },
  noAnswer: { message: '读卡器读证件时没有应答', next: '请重新放上证件;仍不行请检查读卡器电源。' },
  garbled: { message: '读卡器传来的数据有误', next: '请重新放上证件;仍不行请检查数据线。' },
  notAnIdCard: {
    message: '放上的不是身份证件',
    next: '请放居民身份证、港澳台居民居住证或外国人永久居留身份证。',
  },
  suspectCard: {
    message: '证件未通过读卡器的安全认证',
    next: '请核对证件真伪;不能确认的,不要售票,报告值班站长。',
  },
  cardRefusesReader: { message: '证件拒绝了读卡器', next: '请重新放上证件;别的证件也这样时,请更换读卡器。' },
  badContent: { message: '证件里的资料不完整', next: '请核对原件后手工录入。' },
  readerRefuses: { message: '读卡器拒绝了读证命令', next: '请将读卡器断电后重新通电;这次请手工录入。' },
};

/** Why a sheet failed or is unknown. `failed` reasons mean that nothing was printed; for the others somebody looks at the paper. */
export const PRINT_REASON_TEXTS: Record<PrintReason, string> = {
  unknownDevice: '没有这台打印机,请检查设备配置',
  notAPrinter: '这个设备不是打印机,请检查设备配置',
  queueFull: '等待打印的票太多,请等打印机空闲后再打',
  absent: '打印机没有接上',
  noAnswer: '打印机没有应答,请检查电源和数据线',
  paperOut: '打印机缺纸',
  coverOpen: '打印机上盖没有合上',
  offline: '打印机处于脱机状态',
  cutter: '打印机切刀卡住',
  overheated: '打印头过热',
  recoverable: '打印机报告可以排除的故障,请打开上盖看有没有卡纸',
  printerError: '打印机报告故障',
  writeTimeout: '打印机收数据时停住了',
  portLost: '打印时数据线断开',
  confirmTimeout: '打印机没有报告打完',
  bufferFull: '打印机的缓冲区满过,票面可能缺了内容。常出现的,请技术员设置流控',
  badDocument: '票面内容不合规定,没有送往打印机',
  reconfigured: '打印时设备配置被更改',
  processLost: '打印时设备程序中断',
  processDown: '设备程序没有运行,票没有送往打印机',
};
