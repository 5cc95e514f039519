import { useState } from 'react';
import type { OfficeOutput } from '../../../../contract/office.ts';
import { refuse } from '../../../../contract/refusals.ts';
import type { Problem } from '../../../client/office-client.ts';
import { Field } from '../../../parts/field.tsx';
import { useAsk, useOffice } from '../../../state/office.ts';
import { plainWidth } from '../../../text/digits.ts';
import { clockText, dateOf } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { numberOf, useCommand, type ActProps, type Window } from './acts.tsx';
import { ReasonForm } from './reason-form.tsx';

type Losses = OfficeOutput<'station.losses'>;

/** What the page knows of lost machines; asked again while it is looked at. */
export const useLosses = (enabled: boolean) =>
  useAsk('station.losses', {}, { keep: true, everyMs: 5_000, enabled });

/** Numbers of windows as people type them: 1、3 or 1,3 or 1 3. Null where something else stands there. */
export function readNumbers(typed: string): number[] | null {
  const parts = plainWidth(typed)
    .split(/[\s,,、;;]+/)
    .filter((part) => part !== '');
  const numbers = parts.map(Number);
  return numbers.every((one) => Number.isInteger(one) && one >= 1 && one <= 99) ? numbers : null;
}

const waits = (losses: Losses): boolean =>
  losses.waitsFor !== null && (losses.waitsFor.formerHost || losses.waitsFor.windows.length > 0);

/** What a thaw still waits for, in one line; null when nothing is frozen. */
function waitingWords({ waitsFor }: Losses): string | null {
  if (!waitsFor) return null;
  const parts = [
    ...(waitsFor.formerHost ? [t('windows.waitsHost')] : []),
    ...waitsFor.windows.map((window) => t('windows.waitsWindow', { window: numberOf(window) })),
  ];
  return parts.length > 0
    ? t('windows.waitsFor', { what: parts.join('\u3001') })
    : t('windows.waitsForNothing');
}

/** Machines that were read back, who has not reported, and what nobody can know. */
export function LossesPanel({ losses }: { losses: Losses }) {
  const waiting = waitingWords(losses);
  return (
    <section className="panel losses" data-part="losses">
      <h2>{t('windows.losses')}</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <section className="scroll form-body" tabIndex={0} aria-label={t('windows.losses')}>
        {waiting !== null && <p className={waits(losses) ? 'caution' : 'caution good'}>{waiting}</p>}
        {losses.lost.map((one) => (
          <p key={one.ledgerId} data-lost={numberOf(one.window)}>
            {t(one.wasHost ? 'windows.lostHost' : 'windows.lostWindow', {
              window: numberOf(one.window),
              upTo: one.upTo,
              time: `${dateOf(one.lastAt).slice(5)} ${clockText(one.lastAt).slice(0, 5)}`,
              tickets: one.tickets,
              leases: one.leases,
            })}
          </p>
        ))}
        {losses.notReported.map(({ window, ledgerId, departures }) => (
          <p key={ledgerId} data-not-reported={numberOf(window)}>
            {t('windows.notReported', {
              window: numberOf(window),
              departures: departures.length,
              seats: departures.reduce((sum, { seats }) => sum + seats, 0),
              sold: departures.reduce((sum, { sold }) => sum + sold, 0),
            })}
          </p>
        ))}
        {losses.unknown.length > 0 && <h3>{t('windows.unknown')}</h3>}
        {losses.unknown.map((words) => (
          <p key={words} className="dim">
            {words}
          </p>
        ))}
        {losses.lost.length === 0 && losses.unknown.length === 0 && (
          <p className="dim">{t('windows.noLosses')}</p>
        )}
      </section>
    </section>
  );
}

/** Reads from the city what a lost machine had sold, held and given. */
export function ReadBackForm({ window, done, leave }: ActProps & { window: Window | null }) {
  const { client, queries } = useOffice();
  const [number, setNumber] = useState(window && !window.here ? String(numberOf(window.window)) : '');
  const [wrong, setWrong] = useState<Problem | null>(null);
  return (
    <ReasonForm
      title={t('windows.readBackTitle')}
      what={t('windows.readBackWhat')}
      go={t('windows.readBackGo')}
      leave={leave}
      run={async (reason) => {
        setWrong(null);
        const asked = Number(plainWidth(number).trim());
        if (!Number.isInteger(asked) || asked < 1 || asked > 99) {
          const refusal = refuse('window.number', {}, 'window');
          setWrong(refusal);
          return refusal;
        }
        const reply = await client.call('station.readBack', { window: asked, reason });
        if (!reply.ok) {
          if ('field' in reply.problem && reply.problem.field?.endsWith('window')) setWrong(reply.problem);
          return reply.problem;
        }
        void queries.invalidateQueries({ queryKey: ['station.losses'] });
        const { lost } = reply.value;
        done(
          t('windows.readBackDone', {
            window: asked,
            tickets: lost.reduce((sum, { tickets }) => sum + tickets, 0),
            leases: lost.reduce((sum, { leases }) => sum + leases, 0),
          }),
        );
        return undefined;
      }}
    >
      <Field
        label={t('windows.readBackNumber')}
        value={number}
        onChange={setNumber}
        problem={wrong}
        placeholder={t('windows.readBackHint')}
        numeric
        maxLength={2}
      />
    </ReasonForm>
  );
}

/** At a host that took over: what nobody holds may be given again. */
export function ThawForm({
  frozenThrough,
  losses,
  done,
  leave,
}: ActProps & { frozenThrough: string; losses: Losses | undefined }) {
  const command = useCommand();
  const [gone, setGone] = useState('');
  const [wrong, setWrong] = useState<Problem | null>(null);
  const isOpen = losses !== undefined && waits(losses);
  const numbers = readNumbers(gone);
  return (
    <ReasonForm
      title={t('windows.thawTitle')}
      what={t('windows.thawWhat')}
      go={t('windows.writeOffGo')}
      leave={leave}
      signs={(reason) =>
        numbers && numbers.length > 0
          ? t('windows.thawSaysGone', { date: frozenThrough, reason, windows: numbers.join('\u3001') })
          : t('windows.thawSays', { date: frozenThrough, reason })
      }
      run={async (reason, commandId, secondSignature) => {
        setWrong(null);
        if (!secondSignature) return undefined;
        if (numbers === null) {
          const refusal = refuse('window.number', {}, 'diskGone');
          setWrong(refusal);
          return refusal;
        }
        const input = {
          reason,
          secondSignature,
          ...(numbers.length > 0 ? { diskGone: numbers } : {}),
        };
        const refused = await command('station.thaw', input, commandId, () => done(t('windows.thawed')));
        if (refused && 'field' in refused && refused.field?.includes('diskGone')) setWrong(refused);
        return refused;
      }}
    >
      {isOpen && <p className="caution">{waitingWords(losses)}</p>}
      {isOpen && (
        <Field
          label={t('windows.diskGone')}
          value={gone}
          onChange={setGone}
          problem={wrong}
          placeholder={t('windows.diskGoneHint')}
          numeric
          maxLength={60}
        />
      )}
      {isOpen && <p className="dim">{t('windows.diskGoneWhat')}</p>}
    </ReasonForm>
  );
}
