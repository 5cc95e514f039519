import { useState, type RefObject } from 'react';
import type { DocumentKindView } from '../../../contract/office/sales.ts';
import type { Problem } from '../../client/office-client.ts';
import { useActions } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { problemWords } from '../../parts/problem.tsx';
import type { Desk } from '../../state/desk.ts';
import { useAsk, useOffice } from '../../state/office.ts';
import type { Pane } from '../../state/order.ts';
import { goTo, setOrder, setView, useView, view } from '../../state/store.ts';
import { kindOfNumber, plainNumber } from '../../text/document-kind.ts';
import type { slotWords } from '../../text/slot-words.ts';
import { t } from '../../words/words.ts';

/** A child without an identity card has the household book. */
const CHILD_KIND = '113';
/** Kinds listed before and after the chosen one. */
const AROUND = 3;

export interface EntrySlotProps {
  desk: Desk;
  pane: Pane | null;
  /** What the empty slot asks for. */
  says: ReturnType<typeof slotWords>;
  /** The clerk stands on the slot. */
  isHere: boolean;
  numberRef: RefObject<HTMLInputElement | null>;
  nameRef: RefObject<HTMLInputElement | null>;
}

const FIELDS = ['number', 'name', 'birthDate', 'office'] as const;
type FieldName = (typeof FIELDS)[number];
const empty: Record<FieldName, string> = { number: '', name: '', birthDate: '', office: '' };

/**
 * The empty slot below the passengers: the fields of a document typed by hand. The number tells the commonest kinds by its
 * beginning; the arrows choose any other, with what that kind is recorded with.
 */
export function EntrySlot({ desk, pane, says, isHere, numberRef, nameRef }: EntrySlotProps) {
  const { client } = useOffice();
  const kinds = useAsk('holders.kinds', {}).data?.kinds ?? [];
  const childOf = useView((state) => state.order.childOf);
  const carrier = useView((state) =>
    state.order.passengers.find((one) => one.holder.holderRef === state.order.childOf),
  );
  const [typed, setTyped] = useState(empty);
  const [chosen, setChosen] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [atName, setAtName] = useState(false);
  const code = chosen ?? (childOf !== null && typed.number === '' ? CHILD_KIND : kindOfNumber(typed.number));
  const kind = kinds.find((one) => one.code === code);
  const isOpen = pane === 'entry' || typed.number !== '';
  const fields: FieldName[] = [
    'number',
    'name',
    ...(kind && !kind.tellsBirthDate ? (['birthDate'] as const) : []),
    ...(kind?.needsOffice ? (['office'] as const) : []),
  ];

  const box = (name: FieldName): HTMLInputElement | null =>
    name === 'number'
      ? numberRef.current
      : name === 'name'
        ? nameRef.current
        : document.querySelector(`#entry-${name}`);
  const close = (): void => {
    setTyped(empty);
    setChosen(null);
    setAtName(false);
    setProblem(null);
    if (view().order.childOf !== null) setOrder((order) => ({ ...order, childOf: null }));
    goTo('passengers');
  };
  const refuseAt = (refused: Problem): void => {
    setProblem(refused);
    box(FIELDS.find((name) => name === refused.field) ?? 'number')?.focus();
  };
  const take = async (): Promise<void> => {
    const at = fields.findIndex((name) => box(name) === document.activeElement);
    if (at <= 0 && plainNumber(typed.number) === '') return close();
    const next = fields[at + 1];
    if (next !== undefined) return box(next)?.focus();
    if (typed.name.trim() === '') return refuseAt({ code: 'client.nameMissing', field: 'name' });
    const reply = await client.call('holders.type', {
      documentKind: code,
      number: plainNumber(typed.number),
      name: typed.name.trim(),
      ...(typed.birthDate === '' ? {} : { birthDate: typed.birthDate }),
      ...(typed.office === '' ? {} : { office: typed.office }),
    });
    if (!reply.ok) return refuseAt(reply.problem);
    desk.addHolder(reply.value);
    close();
  };
  const choose = (by: number): void => {
    const now = kinds.findIndex((one) => one.code === code);
    const next = kinds[Math.max(0, Math.min(kinds.length - 1, now + by))];
    if (next) setChosen(next.code);
    setProblem(null);
  };
  useActions({
    'entry.take': () => void take(),
    'entry.leave': close,
    'entry.kindNext': () => {
      choose(1);
    },
    'entry.kindBefore': () => {
      choose(-1);
    },
  });

  const wordsAt = (name: FieldName) => {
    const field = FIELDS.find((one) => one === problem?.field) ?? 'number';
    return problem && field === name ? problemWords(problem) : undefined;
  };
  const words = FIELDS.map(wordsAt).find(Boolean);
  const input = (name: FieldName, label: string, ref?: RefObject<HTMLInputElement | null>, hint = '') => (
    <input
      id={`entry-${name}`}
      ref={ref ?? null}
      className={name === 'number' || name === 'birthDate' ? 'bare figures' : 'bare'}
      aria-label={label}
      aria-invalid={wordsAt(name) !== undefined}
      aria-describedby={wordsAt(name) ? 'entry-problem' : undefined}
      tabIndex={pane === 'entry' && name !== 'number' ? 0 : -1}
      value={typed[name]}
      placeholder={hint}
      onFocus={() => {
        if (view().pane !== 'entry') setView({ pane: 'entry' });
        if (name === 'name') setAtName(true);
      }}
      onChange={(event) => {
        const { value } = event.target;
        setTyped((now) => ({ ...now, [name]: value }));
        setProblem(null);
      }}
      autoComplete="off"
      spellCheck="false"
      maxLength={name === 'number' || name === 'office' ? 40 : 64}
    />
  );
  return (
    <>
      <div className={isHere ? 'slot focus' : 'slot'}>
        {pane !== 'entry' && typed.number === '' && (
          <span className="dim hint" data-part="slot-words">
            {says.text} {says.key && <KeyCap action={says.key} />}
          </span>
        )}
        {input('number', t('passengers.number'), numberRef)}
        {isOpen && kind && <span className="tag">{kind.name}</span>}
        {isOpen && kind?.needsApproval && <span className="tag warn">{t('entry.approval')}</span>}
        <label className={isOpen ? 'name-box' : 'name-box hidden'}>
          <span className="dim">{t('passengers.name')}</span>
          {input('name', t('passengers.name'), nameRef)}
        </label>
        {pane === 'entry' && <KeyCap action="entry.take" />}
      </div>
      {isOpen && fields.length > 2 && (chosen !== null || typed.name !== '' || atName) && (
        <div className="slot more">
          {fields.includes('birthDate') && (
            <label className="name-box">
              <span className="dim">{t('entry.birth')}</span>
              {input('birthDate', t('entry.birth'), undefined, t('entry.birthHint'))}
            </label>
          )}
          {fields.includes('office') && (
            <label className="name-box">
              <span className="dim">{t('entry.office')}</span>
              {input('office', t('entry.office'))}
            </label>
          )}
        </div>
      )}
      {words && (
        <div className="at-field" id="entry-problem" role="alert">
          <b>{words.message}</b> {words.next}
        </div>
      )}
      {pane === 'entry' && carrier && (
        <p className="dim">{t('entry.childOf', { name: carrier.holder.name })}</p>
      )}
      {/* Not while a number is typed or scanned whose kind shows by itself: nothing moves below fast keys. */}
      {pane === 'entry' && (chosen !== null || typed.number === '') && <KindList kinds={kinds} code={code} />}
    </>
  );
}

/** The kinds around the chosen one. */
function KindList({ kinds, code }: { kinds: readonly DocumentKindView[]; code: string }) {
  const at = Math.max(
    0,
    kinds.findIndex((one) => one.code === code),
  );
  const from = Math.max(0, Math.min(at - AROUND, kinds.length - 2 * AROUND - 1));
  return (
    <div className="kinds">
      <span className="dim">
        {t('entry.kinds')} <KeyCap action="entry.kindBefore" /> <KeyCap action="entry.kindNext" />
      </span>
      <ol aria-label={t('entry.kinds')} start={from + 1}>
        {kinds.slice(from, from + 2 * AROUND + 1).map((one) => (
          <li key={one.code} aria-current={one.code === code} className={one.code === code ? 'sel' : ''}>
            {one.name}
          </li>
        ))}
      </ol>
    </div>
  );
}
