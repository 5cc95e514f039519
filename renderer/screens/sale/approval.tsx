import type { OfficeOutput } from '../../../contract/office.ts';
import { SecondSignatureDialog } from '../../parts/second-signature.tsx';
import type { Desk } from '../../state/desk.ts';
import { useOffice } from '../../state/office.ts';
import { goTo, setView, useView, view } from '../../state/store.ts';
import { t } from '../../words/words.ts';

/** A closed dialog has given the focus back after so long. */
const FOCUS_BACK_MS = 100;

/** Before a sale on a document that needs it: a shift leader looks at the original and signs, or a colleague read it aloud. */
export function ApprovalDialog({
  desk,
  quote,
}: {
  desk: Desk;
  quote: OfficeOutput<'sales.quote'> | undefined;
}) {
  const { clock } = useOffice();
  const isOpen = useView((state) => state.signing);
  const passengers = useView((state) => state.order.passengers);
  if (!isOpen) return null;
  const named = passengers.filter((one) =>
    quote?.passengers.some(
      (quoted) => quoted.holderRef === one.holder.holderRef && (quoted.needsApproval || quoted.needsReader),
    ),
  );
  const isApproval = quote?.passengers.some(({ needsApproval }) => needsApproval) === true;
  const leave = (): void => {
    setView({ signing: false });
  };
  return (
    <SecondSignatureDialog
      title={t(isApproval ? 'approval.title' : 'approval.readTitle')}
      leave={leave}
      sign={async (signature) => {
        const refused = await desk.sell(signature);
        // The closing dialog gives the focus back to the cash field; the next order begins where every order begins.
        if (!view().signing) clock.after(FOCUS_BACK_MS, () => goTo('departures'));
        if (refused && refused.field?.startsWith('secondSignature') !== true) leave();
        return refused;
      }}
    >
      {!isApproval && <p className="dim">{t('approval.readHow')}</p>}
      {named.map(({ holder }) => (
        <p key={holder.holderRef}>
          <b>{holder.name}</b> {holder.kindName} <span className="figures">{holder.masked}</span>
        </p>
      ))}
    </SecondSignatureDialog>
  );
}
