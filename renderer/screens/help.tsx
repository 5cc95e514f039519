import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useActions } from '../keys/dispatcher.ts';
import { keyMap, type KeyRow, type Scope } from '../keys/key-map.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { setView, useView } from '../state/store.ts';
import { t } from '../words/words.ts';

const shown = [
  'everywhere',
  'desk',
  'departures',
  'passengers',
  'entry',
  'money',
  'sale',
  'sold',
  'form',
  'recovery',
] as const satisfies Scope[];

/** All keys, straight from the key map. */
export function Help({ isTrial }: { isTrial: boolean }) {
  const isOpen = useView((view) => view.helpOpen);
  useActions({
    'help.close': () => {
      setView({ helpOpen: false });
    },
  });
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        setView({ helpOpen: open });
      }}
    >
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title" className="dialog-title">
            {t('help.title')} <span className="spacer" /> <KeyCap action="help.close" />
          </Heading>
          <div className="help">
            {shown.map((scope) => (
              <section key={scope}>
                <h3>{t(`help.scope.${scope}`)}</h3>
                <dl>
                  {scope === 'departures' && <Line cap={t('help.digitsCap')} words={t('help.digits')} />}
                  {scope === 'passengers' && <Line cap={t('help.typingCap')} words={t('help.typing')} />}
                  {keyMap
                    .filter((row: KeyRow) => row.scope === scope && (isTrial || !row.trial))
                    .map((row) => (
                      <Line key={row.action} cap={row.cap} words={t(row.word)} />
                    ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Line({ cap, words }: { cap: string; words: string }) {
  return (
    <div>
      <dt>
        <kbd>{cap}</kbd>
      </dt>
      <dd>{words}</dd>
    </div>
  );
}
