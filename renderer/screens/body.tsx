import { useState, type ReactNode } from 'react';
import { Footer } from '../parts/footer.tsx';
import type { Desk } from '../state/desk.ts';
import { useOffice } from '../state/office.ts';
import { WorkspaceFrame } from '../workspaces/frame.tsx';
import { useWhere } from '../workspaces/where.ts';
import type { Info } from '../workspaces/workspaces.ts';
import { Carried } from './carried.tsx';
import { ChangePin } from './session/change-pin.tsx';
import { FirstRun } from './session/first-run.tsx';
import { Lock } from './session/lock.tsx';
import { SignIn } from './sign-in.tsx';

/** What fills the page: nobody signed in, a locked or limited sign-in, a page over the workspace, or the workspace. */
export function Body({ info, desk, isCarrying }: { info: Info; desk: Desk; isCarrying: boolean }) {
  const { client, queries } = useOffice();
  const changingPin = useWhere((where) => where.changingPin);
  const [signingIn, setSigningIn] = useState(false);
  const withFooter = (element: ReactNode): ReactNode => (
    <>
      {element}
      <Footer scopes={['everywhere']} isTrial={info.trial} />
    </>
  );
  if (!info.signedIn) {
    if (info.firstRun && !signingIn)
      return withFooter(
        <FirstRun
          leave={() => {
            setSigningIn(true);
          }}
        />,
      );
    return withFooter(<SignIn info={info} />);
  }
  if (info.limit === 'locked') return withFooter(<Lock info={info} desk={desk} />);
  const signOut = (): void => {
    void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
  };
  if (info.limit === 'changePin') return withFooter(<ChangePin isForced leave={signOut} />);
  if (changingPin)
    return withFooter(
      <ChangePin
        isForced={false}
        leave={() => {
          useWhere.setState({ changingPin: false });
        }}
      />,
    );
  if (isCarrying) return withFooter(<Carried />);
  return <WorkspaceFrame info={info} desk={desk} />;
}
