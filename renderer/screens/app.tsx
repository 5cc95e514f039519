import { useEffect } from 'react';
import { mayCall } from '../../contract/permissions.ts';
import { listenToKeys, openScopes, useActions } from '../keys/dispatcher.ts';
import { goHome, keepFocus } from '../keys/home.ts';
import type { Scope } from '../keys/key-map.ts';
import { ProblemBox } from '../parts/problem.tsx';
import { beforeCode } from '../state/before-code.ts';
import type { Desk } from '../state/desk.ts';
import { useIdleLock } from '../state/idle.ts';
import { useAsk, useOffice, useStatus } from '../state/office.ts';
import { goTo, setView, useView, view } from '../state/store.ts';
import { newestTaker } from '../state/takers.ts';
import { t } from '../words/words.ts';
import { forgetWhere, useWhere } from '../workspaces/where.ts';
import { workspacesOf } from '../workspaces/workspaces.ts';
import { Body } from './body.tsx';
import { OtherCopyTickets } from './other-copy.tsx';
import { Help } from './help.tsx';
import { StatusBar } from './status-bar.tsx';
import { TrialPanel } from './trial-panel.tsx';

function scopesNow(): Scope[] {
  if (view().helpOpen) return ['help'];
  if (document.activeElement?.closest('[data-scope="trial"]')) return ['trial', 'everywhere'];
  return [...openScopes(), 'pages', 'workspaces'];
}

/** The page: one status bar, one screen, one foot of keys. */
export function App({ desk }: { desk: Desk }) {
  const { client, clock } = useOffice();
  const info = useAsk('session.info', {});
  const wasUp = useView((state) => state.wasUp);
  const link = useView((state) => state.link);
  const isTrial = info.data?.trial ?? false;
  const number = info.data?.signedIn?.number;
  const limit = info.data?.limit;
  const isOpen = number !== undefined && limit === undefined;
  const canScan = isOpen && mayCall('scanner.typed', info.data?.signedIn?.roles ?? null);
  useIdleLock(info.data?.idleLockMinutes ?? 0, isOpen);
  const canCarry = mayCall('link.export', info.data?.signedIn?.roles ?? null);
  const isCarrying = useView((state) => state.carriedOpen) && canCarry;

  useEffect(() => {
    const endKeys = listenToKeys({
      scopes: scopesNow,
      isTrial: () => isTrial,
      clock,
      canScan: () => canScan,
      beforeCode,
      onCode: (text) => void desk.readCode(text),
      onCharacter() {
        const { screen, pane, helpOpen, trialOpen, carriedOpen } = view();
        if (
          !carriedOpen &&
          newestTaker() === undefined &&
          screen === 'sale' &&
          pane === 'passengers' &&
          !helpOpen &&
          !(trialOpen && scopesNow()[0] === 'trial')
        )
          goTo('entry');
      },
    });
    const endFocus = keepFocus(clock);
    return () => {
      endKeys();
      endFocus();
    };
  }, [clock, isTrial, canScan, desk]);
  useActions({
    'help.open': () => {
      setView({ helpOpen: true });
    },
    ...(canCarry
      ? {
          'carried.open': () => {
            setView({ carriedOpen: true });
          },
        }
      : {}),
    ...(isOpen
      ? {
          'session.lock': () => void client.call('session.lock', { why: 'asked' }),
          'session.changePin': () => {
            useWhere.setState({ changingPin: true });
          },
        }
      : {}),
    'trial.toggle': () => {
      const open = !view().trialOpen;
      setView({ trialOpen: open });
      if (!open) goHome();
    },
  });
  useEffect(forgetWhere, [number]);
  useEffect(() => {
    if (number !== undefined) desk.serve(number);
  }, [desk, number]);
  useEffect(() => {
    document.title = info.data
      ? t('app.title', { station: info.data.station.name, window: info.data.window })
      : t('app.titlePlain');
  }, [info.data]);

  if (!info.data || !wasUp) {
    return (
      <main className="centre waiting">
        <h1>{link === 'turnedAway' ? t('app.turnedAway') : t('app.connecting')}</h1>
        <p>{link === 'turnedAway' ? t('app.turnedAwayNext') : t('app.connectingNext')}</p>
        {info.error && <ProblemBox problem={info.error.problem} />}
      </main>
    );
  }
  return (
    <div className={info.data.training ? 'page in-training' : 'page'}>
      {info.data.training && (
        <output className="training-band" data-part="training">
          <b>{t('training.band')}</b> {t('training.what')}
        </output>
      )}
      <StatusBar info={info.data} />
      {link !== 'up' && (
        <div className="lost" role="alert">
          {link === 'turnedAway'
            ? `${t('app.turnedAway')}\u3002${t('app.turnedAwayNext')}`
            : t('app.reconnecting')}
        </div>
      )}
      <Fenced />
      <Body info={info.data} desk={desk} isCarrying={isCarrying} />
      <Help isTrial={isTrial} isSeveral={workspacesOf(info.data.signedIn?.roles ?? []).length > 1} />
      {isTrial && <TrialPanel />}
    </div>
  );
}

/** Says on every screen that this window may not sell, why, and what to do. */
function Fenced() {
  const status = useStatus()?.status;
  const fenced = status?.fenced;
  if (!fenced) return null;
  return (
    <div className="lost fenced" role="alert" data-part="fenced">
      <b>{t('app.fenced')}</b> {fenced.refusal.message}
      {'\u3002'}
      {fenced.refusal.next}
      {status.link.forks && <OtherCopyTickets forks={status.link.forks} />}
    </div>
  );
}
