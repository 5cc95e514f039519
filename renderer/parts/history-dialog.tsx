// What scrolls must be reached by the keyboard.
/* oxlint-disable jsx-a11y/no-noninteractive-tabindex */
import { useEffect, useRef } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { DepartureId } from '../../contract/ids.ts';
import { act, useActions, useScopes } from '../keys/dispatcher.ts';
import type { Scope } from '../keys/key-map.ts';
import { t } from '../words/words.ts';
import { DepartureHistory } from './departure-history.tsx';
import { KeyCap } from './key-cap.tsx';

const scopes = (): Scope[] => ['history', 'everywhere'];

/** Who set what for a departure, why and until when, over whatever is open: for whoever is asked at the window or the gate. */
export function HistoryDialog({
  departureId,
  title,
  leave,
}: {
  departureId: DepartureId;
  title: string;
  leave: () => void;
}) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) leave();
      }}
    >
      <Modal className="modal narrow">
        <Dialog className="dialog" data-part="historyDialog">
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          <Body departureId={departureId} leave={leave} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Inside the dialog, so that its keys count only while it is open. */
function Body({ departureId, leave }: { departureId: DepartureId; leave: () => void }) {
  const text = useRef<HTMLElement>(null);
  useScopes(scopes);
  useActions({ 'history.leave': leave });
  useEffect(() => {
    text.current?.focus();
  }, []);
  return (
    <div className="form-body">
      <section
        className="scroll history-scroll"
        tabIndex={0}
        ref={text}
        aria-label={t('departureHistory.title')}
      >
        <DepartureHistory departureId={departureId} />
      </section>
      <Button className="btn" onPress={() => act('history.leave')}>
        {t('key.history.leave')} <KeyCap action="history.leave" />
      </Button>
    </div>
  );
}
