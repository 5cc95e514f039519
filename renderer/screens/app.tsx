import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../contract/office.ts';
import { act, listenToKeys, openScopes, resultScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { goHome, keepFocus, useHome } from '../keys/home.ts';
import { keyMap, type Scope } from '../keys/key-map.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import type { Desk } from '../state/desk.ts';
import { useOfficeNow } from '../parts/tick.ts';
import { useAsk, useOffice, useStatus } from '../state/office.ts';
import { beforeCode } from '../state/before-code.ts';
import { needsRecovery } from '../state/recovery.ts';
import { goTo, setView, useView, view } from '../state/store.ts';
import { t, type WordId } from '../words/words.ts';
import { refuse } from '../../contract/refusals.ts';
import { CloseShift, ShiftClosed } from './close-shift.tsx';
import { Help } from './help.tsx';
import { OpenShift } from './open-shift.tsx';
import { Resume } from './resume.tsx';
import { Sale } from './sale/sale.tsx';
import { SignIn } from './sign-in.tsx';
import { Sold } from './sold.tsx';
import { StatusBar } from './status-bar.tsx';
import { TrialPanel } from './trial-panel.tsx';

function scopesNow(): Scope[] {
  if (view().helpOpen) return ['help'];
  if (document.activeElement?.closest('[data-scope="trial"]')) return ['trial', 'everywhere'];
  return openScopes();
}

function deskScopes(): Scope[] {
  const { screen, pane, filtering } = view();
  if (screen === 'sold') return [filtering ? 'form' : 'sold', 'desk', 'everywhere'];
  if (screen === 'closeShift') return ['form', 'desk', 'everywhere'];
  return [pane, 'sale', 'desk', 'everywhere'];
}

/** The page: one status bar, one screen, one foot of keys. */
export function App({ desk }: { desk: Desk }) {
  const { clock } = useOffice();
  const info = useAsk('session.info', {});
  const wasUp = useView((state) => state.wasUp);
  const link = useView((state) => state.link);
  const isTrial = info.data?.trial ?? false;
  const isSignedIn = (info.data?.signedIn ?? null) !== null;

  useEffect(() => {
    const endKeys = listenToKeys({
      scopes: scopesNow,
      isTrial: () => isTrial,
      clock,
      canScan: () => isSignedIn,
      beforeCode,
      onCode: (text) => void desk.readCode(text),
      onCharacter() {
        const { screen, pane, helpOpen, trialOpen } = view();
        if (
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
  }, [clock, isTrial, isSignedIn, desk]);
  useActions({
    'help.open': () => {
      setView({ helpOpen: true });
    },
    'trial.toggle': () => {
      const open = !view().trialOpen;
      setView({ trialOpen: open });
      if (!open) goHome();
    },
  });
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
    <div className="page">
      <StatusBar info={info.data} />
      {link !== 'up' && (
        <div className="lost" role="alert">
          {link === 'turnedAway'
            ? `${t('app.turnedAway')}\u3002${t('app.turnedAwayNext')}`
            : t('app.reconnecting')}
        </div>
      )}
      <Fenced />
      <Screen info={info.data} desk={desk} />
      <Help isTrial={isTrial} />
      {isTrial && <TrialPanel />}
    </div>
  );
}

/** Says on every screen that this window may not sell, why, and what to do. */
function Fenced() {
  const fenced = useStatus()?.status.fenced;
  if (!fenced) return null;
  return (
    <div className="lost fenced" role="alert" data-part="fenced">
      <b>{t('app.fenced')}</b> {fenced.refusal.message}
      {'\u3002'}
      {fenced.refusal.next}
    </div>
  );
}

/** Signed out, no shift, or at the desk: the office decides which screen there can be. */
function Screen({ info, desk }: { info: OfficeOutput<'session.info'>; desk: Desk }) {
  const { client } = useOffice();
  const isSignedIn = info.signedIn !== null;
  const shift = useAsk('shifts.current', {}, { enabled: isSignedIn });
  const recovery = useAsk('recovery.summary', {}, { enabled: isSignedIn });
  const recovered = useView((state) => state.recovered);
  const unseen = (recovery.data?.commands ?? []).filter((one) => !client.isOwn(one.commandId));
  const isRecovering = recovery.data !== undefined && needsRecovery(recovery.data, unseen, !recovered);
  const isClear = recovery.data !== undefined && !isRecovering;
  const nowMs = useOfficeNow(5_000) ?? 0;
  useEffect(() => {
    if (isSignedIn && isClear) setView({ recovered: true });
  }, [isSignedIn, isClear]);
  const closed = useView((state) => state.closed);
  const screen = useView((state) => state.screen);
  const withFooter = (element: ReactNode): ReactNode => (
    <>
      {element}
      <Footer scopes={['everywhere']} isTrial={info.trial} />
    </>
  );
  if (!isSignedIn) return withFooter(<SignIn info={info} />);
  if (closed) return withFooter(<ShiftClosed closed={closed} />);
  if (shift.error) return withFooter(<Failure problem={shift.error.problem} />);
  if (recovery.error) return withFooter(<Failure problem={recovery.error.problem} />);
  if (!shift.data || !recovery.data) return withFooter(<main className="centre" />);
  if (isRecovering) return withFooter(<Resume recovery={recovery.data} commands={unseen} nowMs={nowMs} />);
  if (!shift.data.shift) return withFooter(<OpenShift />);
  if (shift.data.shift.clerkNumber !== info.signedIn?.number)
    return withFooter(<OtherClerk clerkNumber={shift.data.shift.clerkNumber} />);
  return <DeskScreens info={info} desk={desk} screen={screen} />;
}

function DeskScreens({
  info,
  desk,
  screen,
}: {
  info: OfficeOutput<'session.info'>;
  desk: Desk;
  screen: 'sale' | 'sold' | 'closeShift';
}) {
  useScopes(deskScopes);
  useActions({
    'pane.departures': () => {
      goTo('departures');
    },
    'pane.passengers': () => {
      goTo('passengers');
    },
    'sold.open': () => {
      setView({ screen: 'sold', filtering: false, scanned: null });
    },
    'shift.close': () => {
      setView({ screen: 'closeShift' });
    },
  });
  return (
    <>
      {screen === 'sale' && <Sale info={info} desk={desk} />}
      {screen === 'sold' && <Sold />}
      {screen === 'closeShift' && <CloseShift />}
      <Footer
        scopes={
          screen === 'sale'
            ? ['everywhere', 'desk', 'sale']
            : screen === 'sold'
              ? ['everywhere', 'desk', 'sold']
              : ['everywhere', 'desk']
        }
        isTrial={info.trial}
      />
    </>
  );
}

function Failure({ problem }: { problem: Parameters<typeof ProblemBox>[0]['problem'] }) {
  return (
    <main className="centre">
      <ProblemBox problem={problem} />
    </main>
  );
}

/** The window's shift belongs to somebody else, who has to close it first. */
function OtherClerk({ clerkNumber }: { clerkNumber: string }) {
  const { client, queries } = useOffice();
  const button = useRef<HTMLButtonElement>(null);
  useHome(useCallback(() => button.current, []));
  useEffect(() => {
    button.current?.focus();
  }, []);
  const leave = (): void => {
    void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
  };
  useScopes(resultScopes);
  useActions({ 'result.done': leave });
  return (
    <main className="centre">
      <section className="panel form">
        <div className="form-body">
          <ProblemBox problem={refuse('shift.otherClerk', { clerkNumber })} />
          <Button className="btn go" onPress={leave} ref={button}>
            {t('shift.signOut')} <KeyCap action="result.done" />
          </Button>
        </div>
      </section>
    </main>
  );
}

/** The keys of the screen, each beside what it does; a click does the same. */
function Footer({ scopes, isTrial }: { scopes: Scope[]; isTrial: boolean }) {
  const rows = keyMap.filter((row) => row.footer && scopes.includes(row.scope) && (isTrial || !row.trial));
  const isLast = (scope: Scope): boolean => scope === 'sale' || scope === 'sold';
  const button = (row: (typeof rows)[number]) => (
    <Button key={row.action} excludeFromTabOrder className="foot-key" onPress={() => act(row.action)}>
      <kbd>{row.cap}</kbd>
      {t(row.word satisfies WordId)}
    </Button>
  );
  return (
    <footer>
      {rows.filter((row) => !isLast(row.scope)).map(button)}
      <span className="spacer" />
      {rows.filter((row) => isLast(row.scope)).map(button)}
    </footer>
  );
}
