import type { BoardView } from '../../contract/office.ts';
import type { OfficeClient } from '../client/office-client.ts';
import type { Clock } from '../clock.ts';
import { clockText } from '../text/when.ts';
import { t } from '../words/words.ts';
import { pagesOf } from './pages.ts';

/** Gates and seats change without a word to this page. */
const ASK_EVERY_MS = 10_000;
/** A page of many stays so long. */
const PAGE_MS = 12_000;
const TICK_MS = 1_000;

const marks: Record<BoardView['rows'][number]['tone'], string> = {
  plain: '',
  good: '●',
  warn: '▲',
  stop: '✕',
  gone: '',
};

/** Shows the board as the office has it, page after page; what cannot be asked is said to be old. */
export function followBoard(client: OfficeClient, clock: Clock, place: HTMLElement): void {
  let shown: BoardView | undefined;
  let askedAtMs = 0;
  let isUp = false;
  let painted = '';

  const ask = async (): Promise<void> => {
    const current = await client.call('board.current', {});
    if (!current.ok) return;
    shown = current.value;
    askedAtMs = clock.monotonicMs();
    paint();
  };

  function paint(): void {
    if (!shown) return;
    const sinceMs = clock.monotonicMs() - askedAtMs;
    const nowMs = shown.at + sinceMs;
    const pages = pagesOf(shown.rows);
    const page = Math.floor(clock.monotonicMs() / PAGE_MS) % pages.length;
    const head = element('header', [
      element('h1', shown.stationName),
      element('p', pages.length > 1 ? t('board.page', { page: page + 1, pages: pages.length }) : '', 'page'),
      element('time', clockText(nowMs).slice(0, 5)),
    ]);
    const table = element('table', [
      element('thead', [
        element(
          'tr',
          (['time', 'to', 'vessel', 'gate', 'seats', 'state'] as const).map((column) =>
            element('th', t(`board.col.${column}`), column),
          ),
        ),
      ]),
      element(
        'tbody',
        (pages[page] ?? []).map((row) => rowOf(row)),
      ),
    ]);
    const notices = element(
      'ul',
      shown.notices.slice(0, 3).map(({ text }) => element('li', text)),
      'notices',
    );
    const queues = element(
      'ul',
      shown.queues.map(({ name, through, waiting }) =>
        element(
          'li',
          t(through === null ? 'board.queueNone' : 'board.queue', {
            name: name ?? t('board.queueHall'),
            label: through ?? '',
            waiting,
          }),
        ),
      ),
      'queues',
    );
    const isOld = !isUp || sinceMs > 6 * ASK_EVERY_MS;
    const foot = element('footer', isOld ? t('board.old', { time: clockText(shown.at).slice(0, 5) }) : '');
    const whole = [
      head,
      table,
      ...(shown.queues.length > 0 ? [queues] : []),
      ...(shown.notices.length > 0 ? [notices] : []),
      foot,
    ];
    // Nothing moves except what changed.
    const text = whole.map((each) => each.outerHTML).join('');
    if (text === painted) return;
    painted = text;
    place.replaceChildren(...whole);
  }

  client.on('timetable.changed', () => void ask());
  client.onLink((state) => {
    isUp = state === 'up';
    if (isUp) void ask();
    else paint();
  });
  const tick = (): void => {
    clock.after(TICK_MS, tick);
    if (clock.monotonicMs() - askedAtMs >= ASK_EVERY_MS) void ask();
    paint();
  };
  void ask();
  tick();
}

function rowOf(row: BoardView['rows'][number]): HTMLElement {
  const to = [
    element('b', row.toName),
    element('small', row.extra ? t('board.extra', { line: row.lineName }) : row.lineName),
  ];
  const state =
    row.through === null ? row.words : t('board.through', { words: row.words, label: row.through });
  return element(
    'tr',
    [
      element('td', row.departLocal, 'time'),
      element('td', to, 'to'),
      element('td', row.vesselName, 'vessel'),
      element('td', row.gate ?? '', 'gate'),
      element('td', row.seats, 'seats'),
      element('td', `${marks[row.tone]} ${state}`.trim(), 'state'),
    ],
    row.tone,
  );
}

function element(tag: string, content: string | HTMLElement[], className?: string): HTMLElement {
  const made = document.createElement(tag);
  if (typeof content === 'string') made.textContent = content;
  else made.append(...content);
  if (className !== undefined) made.className = className;
  if (tag === 'th') made.setAttribute('scope', 'col');
  return made;
}
