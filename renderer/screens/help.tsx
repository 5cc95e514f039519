import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { openScopes, useActions } from '../keys/dispatcher.ts';
import { keyMap, type KeyRow, type Scope } from '../keys/key-map.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { setView, useView } from '../state/store.ts';
import { newestTaker } from '../state/takers.ts';
import { t } from '../words/words.ts';

const shown = [
  'everywhere',
  'desk',
  'departures',
  'passengers',
  'entry',
  'vehicle',
  'money',
  'sale',
  'sold',
  'form',
  'recovery',
  'carried',
  'gate',
  'gateList',
  'gateForm',
  'people',
  'report',
  'journal',
  'machine',
  'windows',
  'reasonForm',
  'reserves',
  'logs',
  'backups',
  'plans',
  'planForm',
  'planWork',
  'planPeople',
  'data',
  'dataImport',
  'dataChanges',
  'pages',
  'workspaces',
] as const satisfies Scope[];

type Shown = (typeof shown)[number];
const frame: readonly Shown[] = ['everywhere', 'form', 'carried', 'pages', 'workspaces'];

/** Scopes of pages that no sale has. */
const ofPages: ReadonlySet<Shown> = new Set([
  'plans',
  'planForm',
  'planWork',
  'planPeople',
  'pages',
  'people',
  'report',
  'journal',
  'machine',
  'windows',
  'reasonForm',
  'reserves',
  'logs',
  'backups',
  'plans',
  'planForm',
  'planWork',
  'planPeople',
  'data',
  'dataImport',
  'dataChanges',
  'gate',
  'gateList',
  'gateForm',
]);

/** Whoever sells sees the keys of the sale; on a page of another workspace its own keys and the frame's. */
function shownNow(isSelling: boolean, isSeveral: boolean): readonly Shown[] {
  const now: readonly Scope[] = openScopes();
  return shown.filter((scope) => {
    if (scope === 'workspaces') return isSeveral;
    if (isSelling) return !ofPages.has(scope);
    return frame.includes(scope) || now.includes(scope);
  });
}

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
            {shownNow(newestTaker() === undefined, isSeveral).map((scope) => (
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
