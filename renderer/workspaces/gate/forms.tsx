import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type {
  GateDeparture,
  GateTicket,
  GateVerdict,
  GateView,
  ManifestPage,
} from '../../../contract/office.ts';
import { refuse } from '../../../contract/refusals.ts';
import type { Problem, Reply } from '../../client/office-client.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import { DepartureHistory } from '../../parts/departure-history.tsx';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { officeNow, useOffice, useStatus } from '../../state/office.ts';
import { plainWidth } from '../../text/digits.ts';
import { clockText, dateOf, instantAt } from '../../text/when.ts';
import { t, type WordId } from '../../words/words.ts';
import { timeTyped } from '../manager/plans/plan-text.ts';
import { CheckForm, EasedForm } from './eased-forms.tsx';
import { printManifest } from './manifest-page.ts';

export type FormKind = 'unboard' | 'close' | 'count' | 'manifest' | 'left' | 'eased' | 'check';

export interface FormProps {
  kind: FormKind;
  departure: GateDeparture;
  view: GateView;
  /** Whose boarding may be taken back now, or the row that is chosen. */
  ticket: GateTicket | null;
  /** What stands in the field for a number or a name. */
  typed: string;
  /** Somebody was let aboard, or not. */
  onVerdict: (verdict: GateVerdict) => void;
  onDone: () => void;
}

export const formScopes = (): Scope[] => ['gateForm', 'everywhere'];
const manifestScopes = (): Scope[] => ['gateList', 'gateForm', 'everywhere'];

/** What is done to a gate besides letting people aboard: one form at a time, in the place of the list of passengers. */
export function GateForm(props: FormProps) {
  switch (props.kind) {
    case 'unboard':
      return <Unboard {...props} />;
    case 'close':
      return <Close {...props} />;
    case 'count':
      return <Count {...props} />;
    case 'manifest':
      return <Manifest {...props} />;
    case 'left':
      return <Left {...props} />;
    case 'eased':
      return <EasedForm {...props} />;
    case 'check':
      return <CheckForm {...props} />;
  }
}

/** A form's frame: fields, what went wrong, the key that goes and the key that leaves. */
export function Frame({
  title,
  go,
  problem,
  children,
}: {
  title: WordId;
  /** Null where the form's own keys do everything. */
  go: WordId | null;
  problem: Problem | null;
  children: React.ReactNode;
}) {
  return (
    <section className="panel here gate-form" aria-labelledby="gate-form">
      <h2 id="gate-form">{t(title)}</h2>
      <div className="form-body">
        {children}
        {problem && <ProblemBox problem={problem} />}
        {go !== null && (
          <Button
            className="btn go"
            onPress={() => {
              act('gate.go');
            }}
          >
            {t(go)} <KeyCap action="gate.go" />
          </Button>
        )}
        <Button
          className="btn"
          onPress={() => {
            act('gate.leave');
          }}
        >
          {t('key.gate.leave')} <KeyCap action="gate.leave" />
        </Button>
      </div>
    </section>
  );
}

/** A form's first field has the focus, one thing is under way at a time, and a refusal is shown where it is. */
export function useForm(onDone: () => void, scopes: () => Scope[]) {
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const { clock } = useOffice();
  const [commandId] = useState(() => clock.commandId());
  useScopes(scopes);
  useHome(useCallback(() => field.current ?? document.querySelector<HTMLElement>('.gate-form .btn'), []));
  useEffect(() => {
    (field.current ?? document.querySelector<HTMLElement>('.gate-form .btn'))?.focus();
  }, []);
  const run = async <T,>(ask: () => Promise<Reply<T>>, then: (value: T) => void = onDone): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const reply = await ask();
    setBusy(false);
    if (reply.ok) {
      setProblem(null);
      then(reply.value);
    } else setProblem(reply.problem);
  };
  return { field, problem, setProblem, run, commandId, clock };
}

function Unboard({ departure, ticket, onDone }: FormProps) {
  const { client } = useOffice();
  const { field, problem, run, commandId } = useForm(onDone, formScopes);
  const [reason, setReason] = useState('');
  // Of several places its own: what was done at another gate is taken back where nothing was done here.
  const boarding = ticket?.aboard.find(({ own }) => own) ?? ticket?.aboard[0];
  useActions({
    'gate.leave': onDone,
    'gate.go': () => {
      if (ticket)
        void run(() =>
          client.call(
            'gate.unboard',
            {
              departureId: departure.departureId,
              ticketNumber: ticket.ticketNumber,
              reason,
              ...(boarding ? { window: boarding.window } : {}),
            },
            commandId,
          ),
        );
    },
  });
  return (
    <Frame title="gate.unboardTitle" go={ticket ? 'gate.unboardTitle' : null} problem={problem}>
      {ticket ? (
        <>
          <p>
            {t('gate.unboardWho', {
              name: ticket.name ?? ticket.masked ?? '',
              number: `…${ticket.ticketNumber.slice(-6)}`,
              gate: boarding?.gate ?? '',
            })}
          </p>
          <Field
            label={t('gate.reason')}
            value={reason}
            onChange={setReason}
            inputRef={field}
            placeholder={t('gate.reasonHint')}
            maxLength={100}
          />
        </>
      ) : (
        <p>{t('gate.unboardNone')}</p>
      )}
    </Frame>
  );
}

function Close({ departure, view, onDone }: FormProps) {
  const { client } = useOffice();
  const { problem, setProblem, run, commandId, clock } = useForm(onDone, formScopes);
  const { departureId, selling, departLocal, toName, counts } = departure;
  const open = view.others.filter(({ state }) => state === 'open').map(({ gate }) => gate);
  const isAlone = open.length === 0;
  useActions({
    'gate.leave': onDone,
    'gate.go': () => {
      void run(
        async () => {
          if (selling) {
            const stopped = await client.call('gate.stopSale', { departureId }, clock.commandId());
            if (!stopped.ok && stopped.problem.code !== 'gate.notSelling') return stopped;
          }
          const without = view.listWaits && !isAlone ? { withoutOthers: true } : {};
          return client.call('gate.close', { departureId, ...without }, commandId);
        },
        () => {
          setProblem(null);
          onDone();
        },
      );
    },
  });
  return (
    <Frame
      title={selling ? 'gate.stopTitle' : view.listWaits ? 'gate.freezeTitle' : 'gate.closeTitle'}
      go={
        selling
          ? 'gate.stopGo'
          : view.listWaits
            ? 'gate.freezeGo'
            : isAlone
              ? 'gate.closeGo'
              : 'gate.closeTitle'
      }
      problem={problem}
    >
      {selling && <p className="caution">{t('gate.stopWords', { time: departLocal, to: toName })}</p>}
      {isAlone ? (
        <p>{t('gate.closeWords', { missing: counts.missing })}</p>
      ) : (
        <p className={view.listWaits ? 'caution' : ''} data-part="others-open">
          {t(view.listWaits ? 'gate.closeWithout' : 'gate.closeOthers', { gates: open.join('、') })}
        </p>
      )}
    </Frame>
  );
}

function Count({ departure, onDone }: FormProps) {
  const { client } = useOffice();
  const { field, problem, run } = useForm(onDone, formScopes);
  const { clock } = useOffice();
  const reasonField = useRef<HTMLInputElement>(null);
  const [counted, setCounted] = useState('');
  const [reason, setReason] = useState('');
  useActions({
    'gate.leave': onDone,
    'gate.go': () => {
      if (!/^\d{1,5}$/.test(counted)) {
        field.current?.focus();
        return;
      }
      const asked = {
        departureId: departure.departureId,
        counted: Number(counted),
        ...(reason.trim() === '' ? {} : { reason }),
      };
      // Another count or reason is another command.
      void run(() => client.call('gate.reconcile', asked, clock.commandId())).then(() => {
        reasonField.current?.focus();
      });
    },
  });
  return (
    <Frame title="gate.countTitle" go="gate.countTitle" problem={problem}>
      <Field
        label={t('gate.countField')}
        value={counted}
        onChange={setCounted}
        inputRef={field}
        numeric
        maxLength={5}
      />
      <Field
        label={t('gate.countReason')}
        value={reason}
        onChange={setReason}
        inputRef={reasonField}
        maxLength={100}
        problem={problem?.field === 'reason' ? problem : null}
      />
    </Frame>
  );
}

/** Says that the departure has left, and shows what was ever set for it. */
function Left({ departure, onDone }: FormProps) {
  const { client, clock } = useOffice();
  const known = useStatus();
  const nowMs = known ? officeNow(known, clock) : departure.departAt;
  const { field, problem, setProblem, run } = useForm(onDone, formScopes);
  const [time, setTime] = useState(() => clockText(nowMs).slice(0, 5));
  const [said, setSaid] = useState('');
  const { departureId, departLocal, toName } = departure;
  useActions({
    'gate.leave': onDone,
    'gate.go': () => {
      if (said !== '') {
        onDone();
        return;
      }
      const typed = timeTyped(plainWidth(time));
      if (typed === null) {
        setProblem(refuse('plan.timeShape', {}, 'leftAt'));
        return;
      }
      const leftAt = instantAt(dateOf(nowMs), typed);
      void run(
        () => client.call('departures.leave', { departureId, leftAt }, clock.commandId()),
        () => {
          setSaid(t('plans.done.left', { departure: `${departLocal} ${toName}`, time: typed }));
        },
      );
    },
  });
  const isAtField = problem !== null && 'field' in problem && problem.field === 'leftAt';
  return (
    <Frame
      title="plans.leaveTitle"
      go={said === '' ? 'plans.leaveGo' : null}
      problem={isAtField ? null : problem}
    >
      <p className="dim">{t('plans.leaveWhat')}</p>
      <Field
        label={t('plans.leaveTime')}
        value={time}
        onChange={setTime}
        inputRef={field}
        problem={isAtField ? problem : null}
        numeric
        maxLength={5}
      />
      {said !== '' && <output className="good">{said}</output>}
      <DepartureHistory departureId={departureId} />
    </Frame>
  );
}

function Manifest({ departure, onDone }: FormProps) {
  const { client } = useOffice();
  const { field, problem, setProblem, run } = useForm(onDone, manifestScopes);
  const [reason, setReason] = useState('');
  const [folder, setFolder] = useState('');
  const [said, setSaid] = useState('');
  const { departureId } = departure;
  // Before the gate closes: the list to board by.
  const expected = departure.state === 'open' ? { expected: true as const } : {};
  useEffect(
    () =>
      client.on('gate.printed', (printed) => {
        if (printed.departureId !== departureId) return;
        setSaid(
          `${t(`gate.printed.${printed.outcome}`)}${printed.reason === undefined ? '' : `:${printed.reason}`}`,
        );
      }),
    [client, departureId],
  );
  const isReady = (): boolean => {
    if (reason.trim() !== '') return true;
    field.current?.focus();
    return false;
  };
  const exportAs = (form: 'xlsx' | 'pdf') => () => {
    if (isReady())
      void run(
        () =>
          client.call('gate.export', {
            departureId,
            form,
            folder: folder.trim() || '?',
            reason,
            ...expected,
          }),
        (written) => {
          setSaid(t('gate.written', written));
        },
      );
  };
  const asked = { departureId, reason, ...expected };
  const actions: Partial<Record<ActionId, () => void>> = {
    'gate.leave': onDone,
    'gate.receipt': () => {
      if (isReady())
        void run(
          () => client.call('gate.print', asked),
          () => {
            setSaid(t('gate.printing'));
          },
        );
    },
    'gate.page': () => {
      if (isReady())
        void run(
          () => client.call('gate.page', asked),
          (page: ManifestPage) => {
            setProblem(null);
            printManifest(page);
          },
        );
    },
    'gate.excel': exportAs('xlsx'),
    'gate.pdf': exportAs('pdf'),
  };
  useActions(actions);
  const button = (action: ActionId, word: WordId) => (
    <Button
      className="btn"
      onPress={() => {
        act(action);
      }}
    >
      {t(word)} <KeyCap action={action} />
    </Button>
  );
  return (
    <Frame
      title={departure.state === 'open' ? 'gate.expectedTitle' : 'gate.listTitle'}
      go={null}
      problem={problem}
    >
      <p className="dim">{t('gate.listHint')}</p>
      <Field label={t('gate.reason')} value={reason} onChange={setReason} inputRef={field} maxLength={100} />
      {button('gate.receipt', 'gate.toReceipt')}
      {button('gate.page', 'gate.toPage')}
      <Field
        label={t('gate.folder')}
        value={folder}
        onChange={setFolder}
        placeholder={t('gate.folderHint')}
        maxLength={1_024}
      />
      {button('gate.excel', 'gate.toExcel')}
      {button('gate.pdf', 'gate.toPdf')}
      {said !== '' && (
        <output className="good" data-part="list-said">
          {said}
        </output>
      )}
    </Frame>
  );
}
