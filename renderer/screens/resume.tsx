import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput, SuccessionView } from '../../contract/office.ts';
import { officeMethods } from '../../contract/office.ts';
import { yuan } from '../../contract/refusals.ts';
import type { Problem } from '../client/office-client.ts';
import { act, recoveryScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { useOffice } from '../state/office.ts';
import { isTask, type OpenCommand, type Recovery } from '../state/recovery.ts';
import { setView } from '../state/store.ts';
import { ageParts, clockText } from '../text/when.ts';
import { t } from '../words/words.ts';
import { afterSaleWordsOf } from './after-sale/resume-words.ts';
import { PrintTag } from './sale/money-pane.tsx';

function commandWords(command: OpenCommand): string {
  const time = clockText(command.at);
  if (command.method === 'sales.sell') {
    const sale = officeMethods['sales.sell'].output.safeParse(command.result);
    if (sale.success) {
      const { tickets, totalFen, tenderedFen, changeFen } = sale.data;
      return t('resume.sale', {
        time,
        count: tickets.length,
        total: yuan(totalFen),
        tendered: yuan(tenderedFen),
        change: yuan(changeFen),
      });
    }
  }
  if (command.method === 'shifts.open') return t('resume.shiftOpened', { time });
  if (command.method === 'shifts.close') return t('resume.shiftClosed', { time });
  if (command.method === 'prints.settle') return t('resume.settled', { time });
  if (command.method === 'succession.confirm') return t('resume.confirmed', { time });
  return afterSaleWordsOf(command) ?? t('resume.other', { time, method: command.method });
}

interface ResumeProps {
  recovery: Recovery;
  /** Those of `recovery.commands` that this page did not ask itself. */
  commands: readonly OpenCommand[];
  nowMs: number;
}

/**
 * The first page after a start: what became durable unseen, sheets that nobody knows the fate of, what waits for the city, the
 * shift that is still open, and a new ledger to be confirmed. Enter does the next thing; Y, P and Z settle a sheet.
 */
export function Resume({ recovery, commands, nowMs }: ResumeProps) {
  const { client, clock, queries } = useOffice();
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSure, setSure] = useState(false);
  useScopes(recoveryScopes);
  useHome(useCallback(() => button.current, []));
  useEffect(() => {
    button.current?.focus();
  }, []);
  const { prints, succession } = recovery;
  const isUnconfirmed = succession !== undefined && !succession.confirmed;
  const index = Math.max(0, Math.min(prints.length - 1, at));
  const chosen = prints[index];

  /** One command of this page: asked, its refusal shown, its answer marked as seen. */
  const command = async (ask: (id: ReturnType<typeof clock.commandId>) => Promise<Problem | null>) => {
    if (busy) return;
    setBusy(true);
    const commandId = clock.commandId();
    const refused = await ask(commandId);
    setBusy(false);
    setProblem(refused);
    if (!refused) void client.call('commands.seen', { commandIds: [commandId] });
    await queries.invalidateQueries({ queryKey: ['recovery.summary'] });
  };
  const settle = (found: 'inHand' | 'printAgain' | 'spoil'): Promise<void> => {
    // Nobody's question asks for it, so one slip of a finger must not do it.
    const isAsking = found === 'spoil' && !isSure;
    setSure(isAsking);
    if (isAsking) return Promise.resolve();
    return command(async (commandId) => {
      if (!chosen) return null;
      const { ticketNumber, print } = chosen;
      const reply = await client.call('prints.settle', { ticketNumber, copy: print.copy, found }, commandId);
      return reply.ok ? null : reply.problem;
    });
  };
  const move = (to: number): void => {
    setSure(false);
    setAt(to);
  };
  const confirm = (): Promise<void> =>
    command(async (commandId) => {
      const reply = await client.call('succession.confirm', {}, commandId);
      return reply.ok ? null : reply.problem;
    });
  const done = async (): Promise<void> => {
    if (isUnconfirmed) {
      await confirm();
      return;
    }
    if (commands.length > 0) {
      const reply = await client.call('commands.seen', {
        commandIds: commands.map((one) => one.commandId).slice(0, 100),
      });
      if (!reply.ok) {
        setProblem(reply.problem);
        return;
      }
    }
    setView({ recovered: true });
    await queries.invalidateQueries({ queryKey: ['recovery.summary'] });
  };
  useActions({
    'result.done': () => void done(),
    'recovery.next': () => {
      move(Math.min(prints.length - 1, index + 1));
    },
    'recovery.before': () => {
      move(Math.max(0, index - 1));
    },
    ...(chosen
      ? {
          'recovery.inHand': () => void settle('inHand'),
          'recovery.printAgain': () => void settle('printAgain'),
          'recovery.spoil': () => void settle('spoil'),
        }
      : {}),
  });

  return (
    <main className="centre">
      <section className="panel form wide" aria-labelledby="resume-title">
        <h2 id="resume-title">{t('resume.start')}</h2>
        <div className="form-body scroll" data-part="recovery">
          {succession && <Succession succession={succession} />}
          {commands.length > 0 && (
            <section data-recovery="commands">
              <h3>{t('resume.title')}</h3>
              <p className="caution">{t('resume.hint')}</p>
              <ul className="plain-list">
                {commands.map((one) => (
                  <li key={one.commandId}>{commandWords(one)}</li>
                ))}
              </ul>
            </section>
          )}
          {prints.length > 0 && (
            <section data-recovery="prints">
              <h3>{t('resume.prints', { count: prints.length })}</h3>
              <p className="caution">{t('sold.settleAsk')}</p>
              <ul className="plain-list sheets">
                {prints.map((one, row) => (
                  <li
                    key={`${one.ticketNumber} ${one.print.copy}`}
                    className={row === index ? 'sel' : ''}
                    aria-current={row === index}
                    ref={(item) => {
                      if (row === index) item?.scrollIntoView({ block: 'nearest' });
                    }}
                  >
                    <b className="figures">{one.ticketNumber.slice(-8)}</b> {clockText(one.soldAt)}{' '}
                    <PrintTag print={one.print} /> <span className="dim">{one.print.reason}</span>
                  </li>
                ))}
              </ul>
              {isSure && (
                <p className="caution" role="alert">
                  {t('resume.spoilSure')}
                </p>
              )}
              <p className="settle-keys">
                <Button className="btn" isDisabled={busy} onPress={() => act('recovery.inHand')}>
                  {t('sold.inHand')} <KeyCap action="recovery.inHand" />
                </Button>
                <Button className="btn" isDisabled={busy} onPress={() => act('recovery.printAgain')}>
                  {t('sold.printAgain')} <KeyCap action="recovery.printAgain" />
                </Button>
                <Button className="btn" isDisabled={busy} onPress={() => act('recovery.spoil')}>
                  {t('sold.spoil')} <KeyCap action="recovery.spoil" />
                </Button>
              </p>
            </section>
          )}
          <Facts recovery={recovery} nowMs={nowMs} />
          {problem && <ProblemBox problem={problem} />}
        </div>
        <div className="form-foot">
          <Button ref={button} className="btn go" onPress={() => void done()}>
            {isUnconfirmed
              ? t('resume.confirm')
              : isTask(recovery, commands)
                ? t('resume.done')
                : t('resume.goOn')}{' '}
            <KeyCap action="result.done" />
          </Button>
        </div>
      </section>
    </main>
  );
}

function Succession({ succession }: { succession: SuccessionView }) {
  const { why, at, fromSeq, anchorSeq, frozenThrough, frozenDepartures, confirmed } = succession;
  return (
    <section data-recovery="succession">
      <h3>{t('resume.succession')}</h3>
      <div className="caution">
        <p>{t(`resume.why.${why}`, { seq: fromSeq, anchor: anchorSeq ?? t('resume.unreadable') })}</p>
        <p>{t('resume.newLedger', { time: clockText(at) })}</p>
        <p>
          {frozenThrough === null
            ? t('resume.nothingFrozen')
            : t('resume.frozen', { date: frozenThrough, count: frozenDepartures })}
        </p>
      </div>
      {confirmed && <p className="dim">{t('resume.isConfirmed')}</p>}
    </section>
  );
}

/** What is nobody's task, but good to know: it goes on by itself. */
function Facts({ recovery, nowMs }: { recovery: OfficeOutput<'recovery.summary'>; nowMs: number }) {
  const { printsWaiting, unsent, shift } = recovery;
  if (printsWaiting === 0 && unsent.entries === 0 && !shift) return null;
  const { unit, count } = ageParts(unsent.oldestAt === null ? 0 : nowMs - unsent.oldestAt);
  return (
    <section data-recovery="facts">
      <h3>{t('resume.facts')}</h3>
      <ul className="plain-list">
        {shift && (
          <li>
            {t('resume.shift', {
              number: shift.clerkNumber,
              time: clockText(shift.openedAt).slice(0, 5),
              date: shift.businessDate,
              count: shift.ticketCount,
              yuan: yuan(shift.salesFen),
            })}
          </li>
        )}
        {printsWaiting > 0 && <li>{t('resume.printsWaiting', { count: printsWaiting })}</li>}
        {unsent.entries > 0 && (
          <li>{t('resume.unsent', { entries: unsent.entries, age: t(`bar.age.${unit}`, { count }) })}</li>
        )}
      </ul>
    </section>
  );
}
