import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { openScopes, useActions } from '../keys/dispatcher.ts';
import { rowsOfHelp, scopesOfHelp } from '../keys/help-scopes.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { setView, useView } from '../state/store.ts';
import { newestTaker } from '../state/takers.ts';
import { t } from '../words/words.ts';

/** Keys, straight from the key map. `isSeveral`: the person may change workspaces. */
export function Help({ isTrial, isSeveral }: { isTrial: boolean; isSeveral: boolean }) {
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
            {scopesOfHelp(openScopes(), newestTaker() === undefined, isSeveral).map((scope) => (
              <section key={scope}>
                <h3>{t(`help.scope.${scope}`)}</h3>
                <dl>
                  {scope === 'departures' && <Line cap={t('help.digitsCap')} words={t('help.digits')} />}
                  {scope === 'passengers' && <Line cap={t('help.typingCap')} words={t('help.typing')} />}
                  {rowsOfHelp(scope, openScopes(), isTrial).map((row) => (
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
