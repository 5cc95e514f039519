import { useState } from 'react';
import { Checkbox } from 'react-aria-components';
import { businessDateSchema, type CommandId } from '../../../../contract/ids.ts';
import type { OfficeInput, OfficeMethod, OfficeOutput } from '../../../../contract/office.ts';
import { refuse } from '../../../../contract/refusals.ts';
import type { Problem } from '../../../client/office-client.ts';
import { Field } from '../../../parts/field.tsx';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useAsk, useOffice } from '../../../state/office.ts';
import { plainWidth } from '../../../text/digits.ts';
import { addDays, clockText, dateOf } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { ReasonForm } from './reason-form.tsx';

export type Window = OfficeOutput<'windows.list'>['windows'][number];
export type IssuedCode = OfficeOutput<'station.code'>;

export interface ActProps {
  done: (words: string) => void;
  leave: () => void;
}

/** Number of a window, of its id. */
export const numberOf = (window: string): number => Number(window.split('/').at(-1));

/** A command, its answer seen at once. */
export function useCommand() {
  const { client } = useOffice();
  return async <M extends OfficeMethod>(
    method: M,
    input: OfficeInput<M>,
    commandId: CommandId,
    then: (value: OfficeOutput<M>) => void,
  ): Promise<Problem | undefined> => {
    const reply = await client.call(method, input, commandId);
    if (!reply.ok) return reply.problem;
    void client.call('commands.seen', { commandIds: [commandId] });
    then(reply.value);
    return undefined;
  };
}

/** A code for a new window (`window` null: its number is typed) or for the PC that takes the place of one. */
export function CodeForm({
  window,
  mayGive,
  issued,
  leave,
}: {
  window: Window | null;
  /** Who asks may give the right to work as a gate with it. */
  mayGive: boolean;
  issued: (code: IssuedCode) => void;
  leave: () => void;
}) {
  const { client } = useOffice();
  const fixed = window && numberOf(window.window);
  const [number, setNumber] = useState('');
  const [mayGate, setMayGate] = useState(false);
  const [wrong, setWrong] = useState<Problem | null>(null);
  return (
    <ReasonForm
      title={fixed === null ? t('windows.codeTitle') : t('windows.replaceTitle', { window: fixed })}
      what={t(fixed === null ? 'windows.codeWhat' : 'windows.replaceWhat')}
      go={t('windows.codeGo')}
      leave={leave}
      actions={mayGive ? { 'reason.gate': () => setMayGate(!mayGate) } : {}}
      run={async (reason) => {
        setWrong(null);
        const asked = fixed ?? Number(plainWidth(number).trim());
        if (!Number.isInteger(asked) || asked < 1 || asked > 99) {
          const refusal = refuse('window.number', {}, 'window');
          setWrong(refusal);
          return refusal;
        }
        const reply = await client.call('station.code', {
          window: asked,
          ...(mayGate ? { gate: true } : {}),
          reason,
        });
        if (!reply.ok) {
          if ('field' in reply.problem && reply.problem.field?.endsWith('window')) setWrong(reply.problem);
          return reply.problem;
        }
        issued(reply.value);
        return undefined;
      }}
    >
      {fixed === null && (
        <Field
          label={t('windows.number')}
          value={number}
          onChange={setNumber}
          problem={wrong}
          placeholder={t('windows.numberHint')}
          numeric
          maxLength={2}
        />
      )}
      {mayGive && (
        <Checkbox className="check" isSelected={mayGate} onChange={setMayGate}>
          <span className="check-box" aria-hidden="true" />
          {t('windows.codeGate')} <KeyCap action="reason.gate" />
        </Checkbox>
      )}
    </ReasonForm>
  );
}

/** The code, shown once, with the lines that the new PC's `station.json` takes. */
export function CodeShown({ code }: { code: IssuedCode }) {
  const info = useAsk('station.info', {});
  const host = {
    address: `192.168.x.x:${info.data?.ports[0] ?? ''}`,
    key: info.data?.linkKey ?? '',
    enrolmentCode: code.code,
  };
  return (
    <section className="panel" data-part="code">
      <h2>{t('windows.codeIs', { window: numberOf(code.window) })}</h2>
      <div className="form-body">
        <p className="number figures" data-figure="code">
          {code.code}
        </p>
        <p className="dim">
          {t('windows.codeUntil', {
            time: `${dateOf(code.expiresAt).slice(5)} ${clockText(code.expiresAt).slice(0, 5)}`,
          })}
        </p>
        <p>{t('windows.codeConfig')}</p>
        <pre className="config">{`"host": ${JSON.stringify(host, null, 2)}`}</pre>
      </div>
    </section>
  );
}

const MOST_SHOWN = 200;

/** Asks the windows for the seats of one departure that they do not need. */
export function RecallForm({ today, done, leave }: ActProps & { today: string }) {
  const { client } = useOffice();
  const [date, setDate] = useState(today);
  const [row, setRow] = useState(0);
  const list = useAsk('timetable.departures', { date: businessDateSchema.parse(date) }, { keep: true });
  const open = (list.data?.departures ?? []).filter(({ state }) => state !== 'left').slice(0, MOST_SHOWN);
  const at = Math.min(row, Math.max(0, open.length - 1));
  const chosen = open[at];
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(open.length - 1, to));
    setRow(next);
    document.getElementById(`recall-${String(next)}`)?.scrollIntoView({ block: 'nearest' });
  };
  const turn = (by: number): void => {
    const next = addDays(date, by);
    if (next < today) return;
    setDate(next);
    setRow(0);
  };
  return (
    <ReasonForm
      title={t('windows.recallTitle')}
      what={t('windows.recallWhat')}
      go={t('windows.recallGo')}
      leave={leave}
      isBlocked={!chosen}
      actions={{
        'reason.next': () => move(at + 1),
        'reason.before': () => move(at - 1),
        'reason.dateNext': () => turn(1),
        'reason.dateBefore': () => turn(-1),
      }}
      run={async (reason) => {
        if (!chosen) return undefined;
        const reply = await client.call('station.recall', { departureId: chosen.departureId, reason });
        if (!reply.ok) return reply.problem;
        done(t('windows.recalled', { asked: reply.value.asked, left: reply.value.left }));
        return undefined;
      }}
    >
      <h3>
        {t('windows.recallDate', { date })} <KeyCap action="reason.dateBefore" />{' '}
        <KeyCap action="reason.dateNext" />
      </h3>
      {list.error && <ProblemBox problem={list.error.problem} />}
      {list.data && open.length === 0 && <p className="dim">{t('windows.recallNone')}</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <section className="scroll recall" tabIndex={0} aria-label={t('windows.recallTitle')}>
        <table>
          <tbody>
            {open.map((one, index) => (
              <tr
                key={one.departureId}
                id={`recall-${String(index)}`}
                className={index === at ? 'sel' : ''}
                aria-current={index === at}
                onClick={() => setRow(index)}
              >
                <td className="figures b">{one.departLocal}</td>
                <td className="cut">{one.lineName}</td>
                <td>{one.vesselName}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {chosen && (
        <p>
          {t('windows.recallSays', {
            departure: `${chosen.departLocal} ${chosen.lineName}`,
            vessel: chosen.vesselName,
          })}
        </p>
      )}
    </ReasonForm>
  );
}

/** Gives a window the right to work as a gate, or takes it away. */
export function GateRightForm({ window, done, leave }: ActProps & { window: Window }) {
  const command = useCommand();
  const number = numberOf(window.window);
  const [allowed] = useState(window.mayGate !== true);
  const way = allowed ? 'gateOn' : 'gateOff';
  return (
    <ReasonForm
      title={t(`windows.${way}Title`, { window: number })}
      what={t(`windows.${way}What`)}
      go={t(`windows.${way}Go`)}
      leave={leave}
      run={(reason, commandId) =>
        command('station.gateRight', { window: number, allowed, reason }, commandId, () =>
          done(t(`windows.${way}`, { window: number })),
        )
      }
    />
  );
}

/** A machine that is off and will not come back. */
export function WriteOffForm({ window, done, leave }: ActProps & { window: Window }) {
  const command = useCommand();
  const [unsoldProven, setProven] = useState(false);
  const number = numberOf(window.window);
  return (
    <ReasonForm
      title={t('windows.writeOffTitle', { window: number })}
      what={t('windows.writeOffWhat')}
      go={t('windows.writeOffGo')}
      leave={leave}
      actions={{ 'reason.proven': () => setProven(!unsoldProven) }}
      signs={(reason) => t('windows.writeOffSays', { window: number, reason })}
      run={async (reason, commandId, secondSignature) => {
        if (!secondSignature) return undefined;
        const input = { window: number, unsoldProven, reason, secondSignature };
        return command('station.writeOff', input, commandId, ({ leases, freed }) => {
          done(t('windows.writtenOff', { window: number, leases, freed }));
        });
      }}
    >
      <Checkbox className="check" isSelected={unsoldProven} onChange={setProven}>
        <span className="check-box" aria-hidden="true" />
        {t('windows.proven')} <KeyCap action="reason.proven" />
      </Checkbox>
      {!unsoldProven && <p className="dim">{t('windows.notProven')}</p>}
    </ReasonForm>
  );
}

/** This PC on its way out: stop selling, go on after all, or be done with it. */
export function RetireForm({
  step,
  nextOrdinal,
  done,
  leave,
}: ActProps & { step: 'drain' | 'stopDrain' | 'retire'; nextOrdinal: number }) {
  const command = useCommand();
  const said = {
    drain: 'windows.drained',
    stopDrain: 'windows.stopDrained',
    retire: 'windows.retired',
  } as const;
  return (
    <ReasonForm
      title={t(`windows.${step}Title`)}
      what={t(`windows.${step}What`, { next: nextOrdinal })}
      go={t(`windows.${step}Go`)}
      leave={leave}
      run={(reason, commandId) => command(`window.${step}`, { reason }, commandId, () => done(t(said[step])))}
    />
  );
}
