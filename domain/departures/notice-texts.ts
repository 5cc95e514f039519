import type { DepartureNotice } from '../../contract/office.ts';
import type { NoticeTexts } from '../../contract/entries/notices.ts';

/** A departure as a notice tells of it. */
export interface ToldDeparture {
  readonly lineName: string;
  readonly toName: string;
  readonly departLocal: string;
  readonly notice: DepartureNotice | undefined;
}

/** As announcers read it: twice. */
export function broadcastScript(text: string): string {
  return text === '' ? '' : `${text}\n再播送一遍:${text}`;
}

const refundWords = {
  none: '',
  vehicles: '已购车票的旅客可到售票窗口全额退票。',
  all: '已购票旅客可到售票窗口免费退票或改签。',
} as const;

/** Texts to begin with, of departures as they stand; one line, one state a sentence. A person reads and changes them. */
export function draftOfDepartures(stationName: string, departures: readonly ToldDeparture[]): NoticeTexts {
  const groups = Map.groupBy(departures, ({ lineName, notice }) => `${lineName} ${notice?.words ?? '正常'}`);
  const sentences = [...groups.values()].map((group) => {
    const [{ lineName, notice } = { lineName: '', notice: undefined }] = group;
    const times = group.map(({ departLocal }) => departLocal).join('、');
    // 停航有售 is a word of the office's, not of the public's.
    return { line: `${lineName} ${times}`, words: (notice?.words ?? '恢复正常').replace('有售', '') };
  });
  const said = sentences.map(({ line, words }) => `${line} ${words}`).join(';');
  const refunds = new Set(departures.map(({ notice }) => notice?.freeRefund ?? 'none'));
  const refund = refundWords[refunds.has('all') ? 'all' : refunds.has('vehicles') ? 'vehicles' : 'none'];
  return {
    board: said.slice(0, 200),
    broadcast: `各位旅客请注意:${said}。${refund}给您带来不便,敬请谅解。`.slice(0, 1_000),
    text: `【${stationName}】${said}。${refund}`.slice(0, 2_000),
  };
}
