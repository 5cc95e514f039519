import '../../styles/gate.css';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandId, DepartureId } from '../../../contract/ids.ts';
import type { GateDeparture, GateVerdict, OfficeInput } from '../../../contract/office.ts';
import { refuse, type Refusal } from '../../../contract/refusals.ts';
import type { Problem } from '../../client/office-client.ts';
import { useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import { HistoryDialog } from '../../parts/history-dialog.tsx';
import { Footer } from '../../parts/footer.tsx';
import { officeNow, useAsk, useOffice, useStatus } from '../../state/office.ts';
import { useTaker } from '../../state/takers.ts';
import { t } from '../../words/words.ts';
import type { EntryProps } from '../workspaces.ts';
import { DepartureList } from './departures.tsx';
import { GateForm, type FormKind } from './forms.tsx';
import { PassengerList, type WhichPassengers } from './passengers.tsx';
import { VerdictPane } from './verdict.tsx';

const gateScopes = (): Scope[] => ['gate', 'everywhere'];
const notStanding = refuse('gate.notStanding');
/** Counts and times of the list of departures depend on the clock. */
const ASK_EVERY_MS = 15_000;
/** What other gates let in comes with events; this is for whatever came without one. */
const VIEW_EVERY_MS = 5_000;

/**
 * The gate, full screen: departures at the left, the verdict in the middle, those missing at the right. Documents and serial
 * scanners are heard by the office itself; the page stands at a departure and shows what it is told.
 */
export default function GateWorkspace({ info }: EntryProps) {
  const { client, clock, queries } = useOffice();
  const list = useAsk('gate.departures', {}, { everyMs: ASK_EVERY_MS, keep: true });
  const departures = list.data?.departures ?? [];
  const [picked, setPicked] = useState<DepartureId | null>(null);
  const [standing, setStanding] = useState<DepartureId | null>(null);
  const [verdict, setVerdict] = useState<GateVerdict | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [text, setText] = useState('');
  const [form, setForm] = useState<FormKind | null>(null);
  const [which, setWhich] = useState<WhichPassengers>('missing');
  const [row, setRow] = useState<number | null>(null);
  const [ofHistory, setOfHistory] = useState<GateDeparture | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const view = useAsk(
    'gate.view',
    { departureId: standing ?? ('' as DepartureId) },
    {
      enabled: standing !== null,
      keep: true,
      everyMs: VIEW_EVERY_MS,
    },
  );
  const people = useAsk(
    'gate.passengers',
    { departureId: standing ?? ('' as DepartureId), which },
    {
      enabled: standing !== null,
      keep: true,
    },
  );
  const hall = useAsk('queue.list', {}, { everyMs: ASK_EVERY_MS, keep: true });
  const lineHere = standing?.split('/')[0];
  // Those of this line, then those of the hall.
  const queues = (hall.data?.queues ?? [])
    .filter(({ lineId, given }) => given > 0 && (lineId === null || lineId === lineHere))
    .toSorted((a, b) => Number(a.lineId === null) - Number(b.lineId === null));
  const toCall = queues.find(({ waiting }) => waiting > 0);
  const here = standing === null ? undefined : view.data?.departure;
  const known = useStatus();
  const nowMs = known ? officeNow(known, clock) : 0;
  const pickedNow =
    departures.find(({ departureId }) => departureId === picked) ??
    departures.find(({ state }) => state === 'open') ??
    departures.find(({ state, departAt }) => state === 'none' && departAt >= nowMs);

  useScopes(gateScopes);
  useHome(useCallback(() => input.current, []));
  useEffect(() => {
    input.current?.focus();
  }, []);

  /** The page goes on with the line once nobody more is checked at the vessel where it stands; its verdict stays in sight. */
  const follow = useCallback(
    async (told: GateVerdict): Promise<void> => {
      if (standing === null || told.departureId === standing) return;
      const now = await client.call('gate.view', { departureId: standing });
      if (now.ok && now.value.queue?.next?.departureId === told.departureId) setStanding(told.departureId);
    },
    [client, standing],
  );

  // What the office tells of this gate.
  useEffect(() => {
    const refresh = (): void => {
      for (const key of ['gate.departures', 'gate.view', 'gate.passengers', 'queue.list'])
        void queries.invalidateQueries({ queryKey: [key] });
    };
    const ends = [
      client.on('gate.verdict', (told) => {
        if (told.departureId !== standing && told.passedFrom !== standing) return;
        setVerdict(told);
        setProblem(null);
        void follow(told);
      }),
      client.on('gate.changed', refresh),
      client.on('gate.link', refresh),
      client.on('departure.changed', refresh),
      client.on('timetable.changed', refresh),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [client, queries, standing, follow]);

  // Standing at a departure is told to the office, again after every loss of contact, and taken back on leaving.
  useEffect(() => {
    if (standing === null) return undefined;
    const attend = (): void => void client.call('gate.attend', { departureId: standing });
    const end = client.onLink((link) => {
      if (link === 'up') attend();
    });
    attend();
    return () => {
      end();
      void client.call('gate.attend', { departureId: null });
    };
  }, [client, standing]);

  const show = (refusal: Refusal | Problem): void => {
    setProblem(refusal);
    setVerdict(null);
  };
  useTaker({
    card: () => {
      show(notStanding);
    },
    unreadable: show,
    raw: (code) => void present(code),
  });

  const command = (): CommandId => clock.commandId();
  const stand = async (departure: GateDeparture): Promise<void> => {
    if (departure.state === 'none') {
      const reply = await client.call('gate.open', { departureId: departure.departureId }, command());
      // Another page of this office may have opened it meanwhile: then one stands there too.
      if (!reply.ok && reply.problem.code !== 'gate.openAlready') {
        show(reply.problem);
        return;
      }
    }
    setVerdict(null);
    setProblem(null);
    setText('');
    setRow(null);
    setStanding(departure.departureId);
  };
  const present = async (
    typed: string,
    easing: Pick<OfficeInput<'gate.present'>, 'check' | 'signed'> = {},
  ): Promise<void> => {
    if (standing === null) {
      show(notStanding);
      return;
    }
    const asked = { departureId: standing, text: typed, ...easing };
    const reply = await client.call('gate.present', asked, command());
    setText('');
    if (reply.ok) {
      setProblem(null);
      setVerdict(reply.value);
      void follow(reply.value);
      void queries.invalidateQueries();
    } else show(reply.problem);
  };

  /** As many as were typed, else as many as there is room for. */
  const release = async (departureId: DepartureId): Promise<void> => {
    const count = /^[1-9]\d{0,3}$/.test(text.trim()) ? Number(text) : null;
    const reply = await client.call('gate.release', { departureId, count }, command());
    setText('');
    if (reply.ok) setProblem(null);
    else show(reply.problem);
    void queries.invalidateQueries();
  };

  /** The next number, or as many as were typed. */
  const callNext = async (lineId: string | null): Promise<void> => {
    const count = /^[1-9]\d{0,3}$/.test(text.trim()) ? Number(text) : 1;
    const reply = await client.call('queue.call', { lineId, count }, command());
    setText('');
    if (reply.ok) setProblem(null);
    else show(reply.problem);
    void queries.invalidateQueries();
  };

  const rows = people.data?.tickets ?? [];
  const step = (by: 1 | -1): void => {
    if (standing !== null) {
      if (rows.length > 0)
        setRow((at) => Math.min(rows.length - 1, Math.max(0, (at ?? (by > 0 ? -1 : 0)) + by)));
      return;
    }
    const at = departures.findIndex(({ departureId }) => departureId === pickedNow?.departureId);
    setPicked(departures[Math.min(departures.length - 1, Math.max(0, at + by))]?.departureId ?? null);
  };
  const chosen = row === null ? undefined : rows[row];
  const toUnboard =
    (which === 'aboard' ? chosen : undefined) ?? (verdict?.admit === true ? verdict.ticket : null) ?? null;

  const actions: Partial<Record<ActionId, () => void>> = {
    'session.leave': () => {
      void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
    },
  };
  if (form === null) {
    actions['gate.next'] = () => {
      step(1);
    };
    actions['gate.before'] = () => {
      step(-1);
    };
    actions['gate.enter'] = () => {
      if (text.trim() !== '') void present(text.trim());
      else if (standing === null && pickedNow) void stand(pickedNow);
    };
    const asked = here ?? pickedNow;
    if (asked)
      actions['gate.history'] = () => {
        setOfHistory(asked);
      };
    actions['gate.clear'] = () => {
      setText('');
      setProblem(null);
      setRow(null);
    };
    if (standing !== null) {
      actions['gate.departures'] = () => {
        setStanding(null);
        setVerdict(null);
        setRow(null);
      };
      actions['gate.list'] = () => {
        setWhich((now) => nextList(now, (view.data?.unchecked ?? 0) > 0));
        setRow(null);
      };
      actions['gate.unboard'] = () => {
        setForm('unboard');
      };
      actions['gate.left'] = () => {
        setForm('left');
      };
      const eased = view.data?.eased;
      if (here?.state === 'open' && eased)
        actions['gate.eased'] = () => {
          const wanted = text.trim() === '' && which === 'missing' ? chosen?.ticketNumber : text.trim();
          if (wanted === undefined || wanted === '') show(refuse('gate.nobodyChosen'));
          // What a person has to do first is confirmed.
          else if (eased.evidence.includes('signature')) setForm('eased');
          else void present(wanted, { check: eased.check });
        };
      if (which === 'unchecked' && chosen)
        actions['gate.check'] = () => {
          setForm('check');
        };
      if (toCall)
        actions['gate.call'] = () => {
          void callNext(toCall.lineId);
        };
      if (here?.state === 'open' && view.data?.queue)
        actions['gate.release'] = () => {
          void release(standing);
        };
      if (here?.state === 'open' || view.data?.listWaits === true)
        actions['gate.close'] = () => {
          setForm('close');
        };
      if (here?.state === 'closed') {
        actions['gate.open'] = () => {
          void client.call('gate.open', { departureId: standing }, command()).then((reply) => {
            if (!reply.ok) show(reply.problem);
            return queries.invalidateQueries();
          });
        };
        actions['gate.count'] = () => {
          setForm('count');
        };
      }
      if (here && here.state !== 'none')
        actions['gate.manifest'] = () => {
          setForm('manifest');
        };
    }
  }
  useActions(actions);

  return (
    <>
      <main className="gate" data-part="gate">
        <DepartureList
          departures={departures}
          picked={pickedNow?.departureId ?? null}
          standing={standing}
          onPick={(departure) => void stand(departure)}
        />
        <VerdictPane
          view={standing === null ? null : (view.data ?? null)}
          verdict={verdict}
          problem={problem ?? (list.error ? list.error.problem : null)}
          text={text}
          onText={setText}
          inputRef={input}
          queues={queues}
        />
        {form !== null && here && view.data ? (
          <GateForm
            kind={form}
            departure={here}
            view={view.data}
            ticket={form === 'unboard' ? toUnboard : (chosen ?? null)}
            typed={text.trim()}
            onVerdict={(told) => {
              setText('');
              setVerdict(told);
            }}
            onDone={() => {
              setForm(null);
              if (form !== 'eased') setVerdict(null);
              setRow(null);
              void queries.invalidateQueries();
              input.current?.focus();
            }}
          />
        ) : (
          <PassengerList
            departure={here ?? null}
            which={which}
            tickets={standing === null ? [] : rows}
            row={row}
          />
        )}
      </main>
      {ofHistory && (
        <HistoryDialog
          departureId={ofHistory.departureId}
          title={t('departureHistory.of', { time: ofHistory.departLocal, line: ofHistory.toName })}
          leave={() => {
            setOfHistory(null);
          }}
        />
      )}
      <Footer
        scopes={['everywhere', 'gate', 'pages']}
        isTrial={info.trial}
        unable={(action) => action.startsWith('gate.') && actions[action] === undefined}
      />
    </>
  );
}

/** Those missing, those aboard, and those whose check is still to be made good where there are any. */
function nextList(now: WhichPassengers, isAnyUnchecked: boolean): WhichPassengers {
  if (now === 'missing') return 'aboard';
  return now === 'aboard' && isAnyUnchecked ? 'unchecked' : 'missing';
}
