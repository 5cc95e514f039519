// A table that is walked row by row is a grid (WAI-ARIA); HTML has no element of that kind.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { ChangeSetView } from '../../../../contract/office/basic-data.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import type { Scope } from '../../../keys/key-map.ts';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';
import { instantShown } from './when-field.ts';

const changesScopes = (): Scope[] => ['dataChanges', 'form', 'everywhere'];
const tones = { pending: 'tag warn', inEffect: 'tag good', undone: 'tag' } as const;

interface ChangesProps {
  changes: readonly ChangeSetView[];
  mayChange: boolean;
  done: (words: string) => void;
  leave: () => void;
}

/** What was changed, by whom and from when; what is not yet in effect can be taken back. */
export function ChangesPanel({ changes, mayChange, done, leave }: ChangesProps) {
  const { client, clock } = useOffice();
  const [at, setAt] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const chosen = changes[at];
  useScopes(changesScopes);
  useEffect(() => grid.current?.focus(), []);
  const undo = async (changeId: string): Promise<void> => {
    const commandId = clock.commandId();
    const reply = await client.call('data.undo', { changeId, note: '' }, commandId);
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    void client.call('commands.seen', { commandIds: [commandId] });
    done(t('data.undone', { number: reply.value.number }));
  };
  const canUndo = mayChange && chosen?.state === 'pending';
  useActions({
    'data.changesNext': () => setAt((now) => Math.min(changes.length - 1, now + 1)),
    'data.changesBefore': () => setAt((now) => Math.max(0, now - 1)),
    ...(canUndo ? { 'data.undo': () => void undo(chosen.changeId) } : {}),
    'form.leave': leave,
  });
  return (
    <section className="panel data-import" aria-labelledby="changes-title">
      <h2 id="changes-title">{t('data.changesTitle')}</h2>
      {problem && <ProblemBox problem={problem} />}
      <div className="scroll">
        <table
          ref={grid}
          role="grid"
          tabIndex={0}
          aria-labelledby="changes-title"
          aria-activedescendant={chosen ? `change-${chosen.changeId}` : ''}
        >
          <thead>
            <tr>
              <th scope="col">{t('data.colNumber')}</th>
              <th scope="col">{t('data.colState')}</th>
              <th scope="col">{t('data.colEffective')}</th>
              <th scope="col">{t('data.colMade')}</th>
              <th scope="col">{t('data.colActor')}</th>
              <th scope="col">{t('data.colCounts')}</th>
              <th scope="col">{t('data.note')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change, n) => (
              <tr
                key={change.changeId}
                id={`change-${change.changeId}`}
                aria-selected={n === at}
                className={n === at ? 'sel' : ''}
                onMouseDown={() => setAt(n)}
              >
                <td className="figures">{change.number}</td>
                <td>
                  <span className={tones[change.state]}>{t(`data.state.${change.state}`)}</span>
                </td>
                <td className="figures">{instantShown(change.effectiveAt)}</td>
                <td className="figures">{instantShown(change.at)}</td>
                <td className="figures">{change.actor}</td>
                <td>
                  {t('data.counts', {
                    added: change.counts.added,
                    changed: change.counts.changed,
                    removed: change.counts.removed,
                  })}
                </td>
                <td>{change.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {changes.length === 0 && <p className="empty">{t('data.noChanges')}</p>}
      </div>
      <div className="form-foot row">
        <Button className="btn" isDisabled={!canUndo} onPress={() => act('data.undo')}>
          {t('data.undo')} <KeyCap action="data.undo" />
        </Button>
        <Button className="btn" onPress={() => act('form.leave')}>
          {t('data.leave')} <KeyCap action="form.leave" />
        </Button>
      </div>
    </section>
  );
}
