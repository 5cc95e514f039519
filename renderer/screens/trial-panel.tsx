import { useEffect, useRef } from 'react';
import { Button, Toolbar } from 'react-aria-components';
import type { OfficeMethod } from '../../contract/office.ts';
import { useActions } from '../keys/dispatcher.ts';
import { goHome } from '../keys/home.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { useAsk, useOffice, useStatus } from '../state/office.ts';
import { setView, useView } from '../state/store.ts';
import { t } from '../words/words.ts';

/**
 * In a trial the clerk is also the passenger, the cable and the paper roll. The panel lies over the page's foot while it
 * is open; each act closes it, and the focus is back where the clerk was. It opens again at the person chosen last.
 */
export function TrialPanel() {
  const { client } = useOffice();
  const isOpen = useView((view) => view.trialOpen);
  const status = useStatus()?.status;
  const people = useAsk('trial.people', {}).data?.people ?? [];
  const panel = useRef<HTMLElement>(null);
  const close = (): void => {
    setView({ trialOpen: false });
    goHome();
  };
  useActions({ 'trial.leave': close });
  const last = useRef<string | undefined>(undefined);
  const count = people.length;
  useEffect(() => {
    if (!isOpen || count === 0) return;
    const buttons = [...(panel.current?.querySelectorAll('button') ?? [])];
    (buttons.find((one) => one.dataset['person'] === last.current) ?? buttons[0])?.focus();
  }, [isOpen, count]);
  if (!isOpen) return null;
  const paperIsOut = status?.devices.some((one) => one.kind === 'printer' && one.paper === 'out') ?? false;
  const readerIsDown =
    status?.devices.some(({ kind, state }) => kind === 'id-reader' && state !== 'ready') ?? false;
  const linkIsUp = status?.link.state === 'up';
  const done = (call: Promise<unknown>): void => {
    void call;
    close();
  };
  const layCard: OfficeMethod = 'trial.layCard';
  return (
    <aside className="trial" ref={panel} data-scope="trial" aria-label={t('trial.title')}>
      <Toolbar aria-label={t('trial.people')} className="trial-bar">
        <b>{t('trial.title')}</b>
        <span className="dim">{t('trial.people')}</span>
        {people.map((person) => (
          <Button
            key={person.id}
            className="btn small"
            data-person={person.id}
            onPress={() => {
              last.current = person.id;
              done(client.call(layCard, { person: person.id }));
            }}
          >
            {person.name} <span className="dim">{person.note}</span>
          </Button>
        ))}
        <Button
          className="btn small"
          data-trial="remove"
          onPress={() => done(client.call('trial.removeCard', {}))}
        >
          {t('trial.remove')}
        </Button>
        <Button
          className="btn small"
          data-trial="reader"
          onPress={() => done(client.call('trial.readerPower', { on: readerIsDown }))}
        >
          {readerIsDown ? t('trial.readerOn') : t('trial.readerOff')}
        </Button>
        <Button
          className="btn small"
          data-trial="link"
          onPress={() => done(client.call('trial.link', { up: !linkIsUp }))}
        >
          {linkIsUp ? t('trial.linkCut') : t('trial.linkRestore')}
        </Button>
        <Button
          className="btn small"
          data-trial="paper"
          onPress={() => done(client.call('trial.paper', { paper: paperIsOut ? 'ok' : 'out' }))}
        >
          {paperIsOut ? t('trial.paperOk') : t('trial.paperOut')}
        </Button>
        <span className="dim">
          <KeyCap action="trial.leave" /> {t('key.trialLeave')}
        </span>
      </Toolbar>
    </aside>
  );
}
