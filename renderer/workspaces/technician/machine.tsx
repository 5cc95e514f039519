import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeEventData, OfficeOutput } from '../../../contract/office.ts';
import type { Problem } from '../../client/office-client.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { useAsk, useOffice, useStatus } from '../../state/office.ts';
import { dateOf } from '../../text/when.ts';
import { t, type WordId } from '../../words/words.ts';
import { useCommand } from '../manager/windows/acts.tsx';
import { Checked } from '../reports/checked.tsx';

type Device = OfficeOutput<'status.get'>['devices'][number];
type Tested = OfficeEventData<'printer.tested'>;
const machineScopes = (): Scope[] => ['machine', 'pages', 'workspaces', 'everywhere'];

/** Devices as they are now, a test sheet of a printer, versions, links, and whether the ledger is right; a file of it to take away. */
export default function MachinePage() {
  const { client, clock } = useOffice();
  const status = useStatus()?.status;
  const windows = useAsk('windows.list', {}, { keep: true, everyMs: 5_000 });
  const station = useAsk('station.info', {}, { keep: true, everyMs: 30_000 });
  const [checked, setChecked] = useState<OfficeOutput<'journal.verify'> | 'running' | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useScopes(machineScopes);
  useHome(useCallback(() => heading.current, []));
  const own = windows.data?.windows.find(({ here }) => here);

  const verify = async (): Promise<void> => {
    if (checked === 'running') return;
    setChecked('running');
    setProblem(null);
    const reply = await client.call('journal.verify', {});
    setChecked(reply.ok ? reply.value : null);
    if (!reply.ok) setProblem(reply.problem);
  };
  /** Devices, versions and counts. Nobody stands in it, neither staff nor passengers. */
  const save = (): void => {
    if (!status || !own) return;
    const { nowMs, link, devices, feedVersion, printsToSettle, uploadsRefused, succession, fenced } = status;
    const { signedIn: _signedIn, shiftClerk: _shiftClerk, ...window } = own;
    const text = JSON.stringify(
      {
        at: new Date(nowMs).toISOString(),
        window,
        link: { state: link.state, backlog: link.backlog, oldestUnsentAt: link.oldestUnsentAt },
        station: station.data ?? null,
        devices,
        feedVersion,
        printsToSettle,
        uploadsRefused,
        succession: succession ?? null,
        fenced: fenced ?? null,
        verified: checked === 'running' ? null : checked,
      },
      null,
      2,
    );
    const bytes = new TextEncoder().encode(text);
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
    const name = t('machine.file', { window: Number(own.window.split('/').at(-1)), date: dateOf(nowMs) });
    saveFile(clock, { fileName: name, mediaType: 'application/json', base64 });
  };
  const test = useTestSheet(status?.devices ?? [], setProblem);
  useActions({ ...test.actions, 'machine.verify': () => void verify(), 'machine.save': save });

  return (
    <section className="report" data-page-part="machine">
      <header className="report-head">
        <h2 ref={heading} tabIndex={-1}>
          {t('machine.title')}
        </h2>
        <span className="spacer" />
        {test.printer && (
          <Button
            className="btn"
            isDisabled={test.actions['machine.test'] === undefined}
            onPress={() => act('machine.test')}
          >
            {t('machine.test')} <KeyCap action="machine.test" />
          </Button>
        )}
        <Button className="btn" onPress={() => act('machine.save')}>
          {t('machine.save')} <KeyCap action="machine.save" />
        </Button>
        <Button className="btn go" isDisabled={checked === 'running'} onPress={() => act('machine.verify')}>
          {t('machine.verify')} <KeyCap action="machine.verify" />
        </Button>
      </header>
      {problem && <ProblemBox problem={problem} />}
      {windows.error && <ProblemBox problem={windows.error.problem} />}
      {test.said}
      {checked && <Checked result={checked} />}
      {status && (
        <Devices devices={status.devices} chosen={test.hasChoice ? test.printer?.deviceId : undefined} />
      )}
      <div className="journal-split machine">
        {status && own && (
          <section className="panel" aria-labelledby="machine-versions">
            <h3 id="machine-versions">{t('machine.versions')}</h3>
            <Facts
              facts={[
                ['machine.program', own.program],
                ['machine.feed', t('machine.feedVersion', { version: status.feedVersion })],
                ['machine.city', t(`machine.city.${status.link.state}`)],
                ['machine.station', status.station?.text ?? '—'],
                ['machine.linkKey', station.data?.linkKey ?? '—'],
              ]}
            />
          </section>
        )}
        {status && own && (
          <section className="panel" aria-labelledby="machine-ledger">
            <h3 id="machine-ledger">{t('machine.ledger')}</h3>
            <Facts
              facts={[
                ['windows.ledger', t('windows.ledgerOf', { ordinal: own.ordinal, seq: own.seq })],
                ['machine.ledgerId', own.ledgerId],
                ['machine.cityHas', t('windows.entries', { count: own.citySeq })],
                ['windows.backlog', t('windows.entries', { count: own.backlog })],
                ['machine.refusedUploads', t('windows.entries', { count: status.uploadsRefused })],
                ['machine.prints', String(status.printsToSettle)],
              ]}
            />
            <p className="dim">{t('machine.saveWhat')}</p>
          </section>
        )}
      </div>
    </section>
  );
}

function Facts({ facts }: { facts: readonly [WordId, string][] }) {
  return (
    <dl className="figures-list">
      {facts.map(([word, text]) => (
        <div key={word} data-fact={word}>
          <dt>{t(word)}</dt>
          <dd className="figures wrap">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

const testTones = { confirmed: 'good', sent: 'good', unknown: 'warn', failed: 'stop' } as const;

/** The printer that a test sheet goes to, the keys for it, and what became of the last one. */
function useTestSheet(devices: readonly Device[], setProblem: (problem: Problem | null) => void) {
  const { client, clock } = useOffice();
  const command = useCommand();
  const [row, setRow] = useState(0);
  const [asked, setAsked] = useState<string | null>(null);
  const [tested, setTested] = useState<Tested | null>(null);
  const printers = devices.filter(({ kind }) => kind === 'printer');
  const printer = printers[Math.min(row, Math.max(0, printers.length - 1))];
  useEffect(
    () =>
      client.on('printer.tested', (outcome) => {
        setTested(outcome);
        setAsked(null);
      }),
    [client],
  );
  const print = async (deviceId: string): Promise<void> => {
    setAsked(deviceId);
    setTested(null);
    setProblem(null);
    const refused = await command('printer.testSheet', { deviceId }, clock.commandId(), () => undefined);
    if (!refused) return;
    setAsked(null);
    setProblem(refused);
  };
  const actions: Partial<Record<ActionId, () => void>> = {};
  if (printer && asked === null) actions['machine.test'] = () => void print(printer.deviceId);
  const hasChoice = printers.length > 1;
  if (hasChoice) {
    actions['machine.next'] = () => setRow(Math.min(printers.length - 1, row + 1));
    actions['machine.before'] = () => setRow(Math.max(0, row - 1));
  }
  const said =
    asked !== null ? (
      <output className="caution">{t('machine.testing', { device: asked })}</output>
    ) : tested ? (
      <output className={`caution ${testTones[tested.outcome]}`} data-tested={tested.outcome}>
        {t(`machine.tested.${tested.outcome}`, { device: tested.deviceId, reason: tested.reason ?? '' })}
      </output>
    ) : null;
  return { printer, hasChoice, actions, said };
}

function Devices({ devices, chosen }: { devices: readonly Device[]; chosen: string | undefined }) {
  if (devices.length === 0) return <p className="dim">{t('machine.noDevices')}</p>;
  return (
    <section className="panel" aria-labelledby="machine-devices">
      <h3 id="machine-devices">{t('machine.devices')}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('machine.device')}</th>
            <th scope="col">{t('machine.kind')}</th>
            <th scope="col">{t('machine.state')}</th>
            <th scope="col">{t('machine.said')}</th>
          </tr>
        </thead>
        <tbody>
          {devices.map((one) => (
            <tr
              key={one.deviceId}
              data-device={one.deviceId}
              className={one.deviceId === chosen ? 'sel' : ''}
            >
              <td className="figures">{one.deviceId}</td>
              <td>{t(`machine.kind.${one.kind}`)}</td>
              <td>
                <span className={`tag ${toneOf(one)}`}>{stateWord(one)}</span>
              </td>
              <td>
                {one.text}
                {one.model !== undefined && (
                  <span className="dim"> {t('machine.model', { model: one.model })}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const toneOf = ({ state, paper }: Device): string => {
  if (state === 'absent' || state === 'fault' || paper === 'out') return 'stop';
  return (state === 'ready' || state === 'paused') && paper !== 'nearEnd' ? 'good' : 'warn';
};

function stateWord({ kind, state, paper }: Device): string {
  const word = state === 'ready' ? t('machine.state.ready') : t(`bar.device.${state}`);
  return kind === 'printer' ? `${word} · ${t(`bar.paper.${paper}`)}` : word;
}
