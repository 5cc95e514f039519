import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../../contract/office.ts';
import { mayCall } from '../../../contract/permissions.ts';
import { refuse } from '../../../contract/refusals.ts';
import { resultScopes, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { Scope } from '../../keys/key-map.ts';
import { Footer } from '../../parts/footer.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useOfficeNow } from '../../parts/tick.ts';
import { AfterSale } from '../../screens/after-sale/after-sale.tsx';
import { openAfterSale } from '../../screens/after-sale/open.ts';
import { CloseShift, ShiftClosed } from '../../screens/close-shift.tsx';
import { CloseFor } from '../../screens/close-for.tsx';
import { OpenShift } from '../../screens/open-shift.tsx';
import { Resume } from '../../screens/resume.tsx';
import { Sale } from '../../screens/sale/sale.tsx';
import { Sold } from '../../screens/sold.tsx';
import type { Desk } from '../../state/desk.ts';
import { useAsk, useOffice } from '../../state/office.ts';
import { needsRecovery } from '../../state/recovery.ts';
import { goTo, setView, useView, view, type Screen } from '../../state/store.ts';
import { t } from '../../words/words.ts';
import type { EntryProps } from '../workspaces.ts';

function deskScopes(): Scope[] {
  const { screen, pane, filtering } = view();
  if (screen === 'sold') return [filtering ? 'form' : 'sold', 'desk', 'everywhere'];
  if (screen === 'closeShift') return ['form', 'desk', 'everywhere'];
  return [pane, 'sale', 'desk', 'everywhere'];
}

/** No shift, or at the desk: the office decides which screen there can be. */
export function SaleWorkspace({ info, desk }: EntryProps) {
  const { client } = useOffice();
  const shift = useAsk('shifts.current', {});
  const recovery = useAsk('recovery.summary', {});
  const recovered = useView((state) => state.recovered);
  const unseen = (recovery.data?.commands ?? []).filter((one) => !client.isOwn(one.commandId));
  const isRecovering = recovery.data !== undefined && needsRecovery(recovery.data, unseen, !recovered);
  const isClear = recovery.data !== undefined && !isRecovering;
  const nowMs = useOfficeNow(5_000) ?? 0;
  useEffect(() => {
    if (isClear) setView({ recovered: true });
  }, [isClear]);
  const closed = useView((state) => state.closed);
  const screen = useView((state) => state.screen);
  const withFooter = (element: ReactNode): ReactNode => (
    <>
      {element}
      <Footer scopes={['everywhere']} isTrial={info.trial} />
    </>
  );
  if (closed) return withFooter(<ShiftClosed closed={closed} />);
  if (shift.error) return withFooter(<Failure problem={shift.error.problem} />);
  if (recovery.error) return withFooter(<Failure problem={recovery.error.problem} />);
  if (!shift.data || !recovery.data) return withFooter(<main className="centre" />);
  if (isRecovering) return withFooter(<Resume recovery={recovery.data} commands={unseen} nowMs={nowMs} />);
  if (!shift.data.shift) return withFooter(<OpenShift />);
  if (shift.data.shift.clerkNumber !== info.signedIn?.number)
    return withFooter(
      mayCall('shifts.closeFor', info.signedIn?.roles ?? null) ? (
        <CloseFor clerkNumber={shift.data.shift.clerkNumber} />
      ) : (
        <OtherClerk clerkNumber={shift.data.shift.clerkNumber} />
      ),
    );
  return <DeskScreens info={info} desk={desk} screen={screen} />;
}

function DeskScreens({
  info,
  desk,
  screen,
}: {
  info: OfficeOutput<'session.info'>;
  desk: Desk;
  screen: Screen;
}) {
  useScopes(deskScopes);
  const form = useView(({ pane }) =>
    pane === 'entry' || pane === 'vehicle' || pane === 'money' ? pane : null,
  );
  const isInForm = screen === 'sale' && form !== null;
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
    'after.open': () => {
      openAfterSale();
    },
    'shift.close': () => {
      setView({ screen: 'closeShift' });
    },
  });
  return (
    <>
      {screen === 'sale' && <Sale info={info} desk={desk} />}
      {screen === 'sold' && <Sold />}
      {screen === 'afterSale' && <AfterSale />}
      {screen === 'closeShift' && <CloseShift />}
      <Footer
        scopes={
          screen === 'sale'
            ? ['everywhere', 'desk', 'sale', ...(form === null ? [] : [form])]
            : screen === 'sold'
              ? ['everywhere', 'desk', 'sold']
              : screen === 'afterSale'
                ? ['everywhere']
                : ['everywhere', 'desk']
        }
        // While the shift is closed F10 means to leave for a while, and stands beside it. In a form Esc leaves the form first.
        without={screen === 'closeShift' ? 'shift.close' : isInForm ? 'order.clear' : undefined}
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
