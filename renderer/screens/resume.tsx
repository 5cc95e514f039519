import { useCallback, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../contract/office.ts';
import { officeMethods } from '../../contract/office.ts';
import { yuan } from '../../contract/refusals.ts';
import { resultScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { useOffice } from '../state/office.ts';
import { clockText } from '../text/when.ts';
import { t } from '../words/words.ts';

type OpenCommand = OfficeOutput<'commands.open'>['commands'][number];

function commandWords(command: OpenCommand): string {
  const time = clockText(command.at);
  if (command.method === 'sales.sell') {
    const sale = officeMethods['sales.sell'].output.safeParse(command.result);
    if (sale.success) {
      const { tickets, totalFen, tenderedFen, changeFen } = sale.data;
      return t('resume.sale', {
        time,
        count: tickets.length,
        total: yuan(totalFen),
        tendered: yuan(tenderedFen),
        change: yuan(changeFen),
      });
    }
  }
  if (command.method === 'shifts.open') return t('resume.shiftOpened', { time });
  if (command.method === 'shifts.close') return t('resume.shiftClosed', { time });
  if (command.method === 'prints.settle') return t('resume.settled', { time });
  return t('resume.other', { time, method: command.method });
}

/** After a restart: what became durable although no page saw its answer. */
export function Resume({ commands }: { commands: readonly OpenCommand[] }) {
  const { client, queries } = useOffice();
  const button = useRef<HTMLButtonElement>(null);
  useScopes(resultScopes);
  useHome(useCallback(() => button.current, []));
  useEffect(() => {
    button.current?.focus();
  }, []);
  const done = async (): Promise<void> => {
    await client.call('commands.seen', { commandIds: commands.map((one) => one.commandId) });
    await queries.invalidateQueries({ queryKey: ['commands.open'] });
  };
  useActions({ 'result.done': () => void done() });
  return (
    <main className="centre">
      <section className="panel form wide">
        <h2>{t('resume.title')}</h2>
        <div className="form-body">
          <p className="caution">{t('resume.hint')}</p>
          <ul className="plain-list">
            {commands.map((one) => (
              <li key={one.commandId}>{commandWords(one)}</li>
            ))}
          </ul>
          <Button ref={button} className="btn go" onPress={() => void done()}>
            {t('resume.done')} <KeyCap action="result.done" />
          </Button>
        </div>
      </section>
    </main>
  );
}
