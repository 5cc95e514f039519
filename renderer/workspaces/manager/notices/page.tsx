import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, Label, TextArea, TextField } from 'react-aria-components';
import type { NoticeView, OfficeInput } from '../../../../contract/office.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { Scope } from '../../../keys/key-map.ts';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { saveFile } from '../../../parts/save-file.ts';
import { useAsk, useOffice } from '../../../state/office.ts';
import { clockText } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { ReasonForm } from '../windows/reason-form.tsx';

type Draft = OfficeInput<'notices.publish'>;
type About = OfficeInput<'notices.draft'>['about'];

const editing = (): Scope[] => ['notices', 'pages', 'everywhere'];
const confirming = (): Scope[] => ['reasonForm', 'everywhere'];
const EMPTY: Draft = { board: '', broadcast: '', text: '', departures: [], orderId: null, until: null };
const FORMS = ['board', 'broadcast', 'text'] as const;
const MOST = { board: 200, broadcast: 1_000, text: 2_000 } as const;

/** One editor for everything that is told the public: the hall's board, the script for the broadcast, a text to paste, the feed. */
export default function NoticesPage() {
  const { client, clock, queries } = useOffice();
  const list = useAsk('notices.list', {}, { keep: true, everyMs: 10_000 });
  const board = useAsk('board.current', {}, { keep: true, everyMs: 10_000 });
  const plans = useAsk('plans.list', {}, { keep: true, everyMs: 10_000 });
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [step, setStep] = useState<'edits' | 'confirms'>('edits');
  const [taking, setTaking] = useState<NoticeView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [said, setSaid] = useState('');
  const first = useRef<HTMLTextAreaElement>(null);
  const go = useRef<HTMLButtonElement>(null);
  const isGoing = useRef(false);
  /** Which of the sources the key drafts from next. */
  const nextSource = useRef(0);
  useScopes(step === 'edits' ? editing : confirming);
  useHome(useCallback(() => go.current ?? first.current, []));

  const begin = async (about: About): Promise<void> => {
    const reply = await client.call('notices.draft', { about });
    setSaid('');
    if (reply.ok) {
      setProblem(null);
      setDraft({ ...reply.value, until: null });
      first.current?.focus();
    } else setProblem(reply.problem);
  };
  const publish = async (): Promise<void> => {
    // A second Enter while the first is under way publishes nothing.
    if (isGoing.current) return;
    isGoing.current = true;
    const reply = await client.call('notices.publish', draft, clock.commandId());
    isGoing.current = false;
    setStep('edits');
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    setProblem(null);
    setSaid(t('notices.done', { time: clockText(reply.value.at).slice(0, 5) }));
    setDraft(EMPTY);
    await queries.invalidateQueries();
  };
  const takeFeed = async (): Promise<void> => {
    const reply = await client.call('notices.feed', {});
    if (reply.ok) saveFile(clock, reply.value);
    else setProblem(reply.problem);
  };
  const changed = (board.data?.rows ?? []).filter(({ tone }) => tone === 'stop' || tone === 'warn');
  const orders = plans.data?.inForce ?? [];
  const sources: About[] = orders.map(({ key }) => ({ what: 'order', order: key }));
  if (changed.length > 0)
    sources.push({ what: 'departures', departures: changed.map(({ departureId }) => departureId) });
  const newestShown = list.data?.notices.find(({ shown }) => shown);
  useActions(
    step === 'edits'
      ? {
          'notices.draft': () => {
            const source = sources[nextSource.current % sources.length];
            nextSource.current += 1;
            if (source) void begin(source);
          },
          'notices.takeDown': () => {
            if (newestShown) setTaking(newestShown);
          },
          'notices.publish': () => {
            if (FORMS.some((form) => draft[form].trim() !== '')) setStep('confirms');
          },
          'notices.feed': () => void takeFeed(),
        }
      : {
          'reason.go': () => void publish(),
          'reason.leave': () => {
            setStep('edits');
          },
        },
  );

  useEffect(() => {
    if (step === 'confirms') go.current?.focus();
  }, [step]);

  if (taking)
    return (
      <ReasonForm
        title={t('notices.withdraw')}
        what={taking.board === '' ? taking.text : taking.board}
        go={t('notices.withdraw')}
        run={async (reason, commandId) => {
          const reply = await client.call(
            'notices.withdraw',
            { noticeId: taking.noticeId, reason },
            commandId,
          );
          if (!reply.ok) return reply.problem;
          setTaking(null);
          await queries.invalidateQueries();
          return undefined;
        }}
        leave={() => {
          setTaking(null);
        }}
      />
    );
  return (
    <section className="notices" data-page-part="notices">
      <div className="panel">
        <h2>
          {t('notices.from')} {sources.length > 0 && <KeyCap action="notices.draft" />}
        </h2>
        <div className="notice-sources">
          {orders.map((order) => (
            <Button
              key={order.id}
              className="btn"
              onPress={() => void begin({ what: 'order', order: order.key })}
            >
              {t('notices.ofOrder', { name: order.name ?? order.planId })}
            </Button>
          ))}
          {changed.length > 0 && (
            <Button
              className="btn"
              onPress={() => {
                const source = sources.at(-1);
                if (source) void begin(source);
              }}
            >
              {t('notices.ofChanged', { count: changed.length })}
            </Button>
          )}
          {orders.length === 0 && changed.length === 0 && <p className="dim">{t('notices.nothing')}</p>}
        </div>
        <h2>{t('notices.published')}</h2>
        <div className="scroll">
          <ul className="notice-list">
            {(list.data?.notices ?? []).map((notice) => (
              <li key={notice.noticeId} className={notice.shown ? '' : 'off'}>
                <b>{clockText(notice.at).slice(0, 5)}</b> {t('bar.clerk', { number: notice.by })}{' '}
                <span className={notice.shown ? 'tag good' : 'tag'}>
                  {notice.withdrawn
                    ? t('notices.gone')
                    : notice.shown
                      ? t('notices.shown')
                      : t('notices.over')}
                </span>
                <p>{notice.board === '' ? notice.text || notice.broadcast : notice.board}</p>
                {notice.shown && (
                  <Button
                    className="btn"
                    onPress={() => {
                      setTaking(notice);
                    }}
                  >
                    {t('notices.withdraw')}
                    {notice === newestShown && <KeyCap action="notices.takeDown" />}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </div>
      </div>
      <div className="panel here">
        <h2>{t('notices.editor')}</h2>
        {step === 'edits' ? (
          <div className="notice-form">
            {FORMS.map((form, index) => (
              <TextField
                key={form}
                className={`field ${form}`}
                value={draft[form]}
                maxLength={MOST[form]}
                onChange={(value) => {
                  setDraft((now) => ({ ...now, [form]: value }));
                }}
              >
                <Label>{t(`notices.form.${form}`)}</Label>
                <TextArea ref={index === 0 ? first : null} className="input" spellCheck="false" />
              </TextField>
            ))}
            {problem && <ProblemBox problem={problem} />}
            {said !== '' && <output className="good">{said}</output>}
            <p className="acts">
              <Button className="btn go" onPress={() => act('notices.publish')}>
                {t('key.notices.publish')} <KeyCap action="notices.publish" />
              </Button>
              <Button className="btn" onPress={() => act('notices.feed')}>
                {t('key.notices.feed')} <KeyCap action="notices.feed" />
              </Button>
            </p>
          </div>
        ) : (
          <div className="notice-form">
            <p className="caution">{t('notices.confirm')}</p>
            <dl className="notice-preview">
              {FORMS.filter((form) => draft[form].trim() !== '').map((form) => (
                <div key={form}>
                  <dt>{t(`notices.form.${form}`)}</dt>
                  <dd>{form === 'broadcast' ? t('notices.twice', { text: draft[form] }) : draft[form]}</dd>
                </div>
              ))}
            </dl>
            <p className="acts">
              <Button ref={go} className="btn go" onPress={() => act('reason.go')}>
                {t('notices.go')} <KeyCap action="reason.go" />
              </Button>
              <Button className="btn" onPress={() => act('reason.leave')}>
                {t('key.leaveForm')} <KeyCap action="reason.leave" />
              </Button>
            </p>
          </div>
        )}
      </div>
    </section>
  );
}
