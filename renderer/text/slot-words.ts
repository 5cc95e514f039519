import type { DepartureView, DeviceStatus } from '../../contract/office.ts';
import type { ActionId } from '../keys/key-map.ts';
import { t } from '../words/words.ts';

/** How far a card can be read here: `none` = no reader is configured. */
export type ReaderState = 'usable' | 'starting' | 'absent' | 'fault' | 'none';

/** The best of the window's readers. One that rests or wants a hand still reads. */
export function readerStateOf(devices: readonly DeviceStatus[]): ReaderState {
  const states = devices.filter(({ kind }) => kind === 'id-reader').map(({ state }) => state);
  const best = (['starting', 'fault', 'absent'] as const).find((state) => states.includes(state));
  if (best === undefined) return states.length === 0 ? 'none' : 'usable';
  return states.some((state) => state === 'ready' || state === 'paused' || state === 'attention')
    ? 'usable'
    : best;
}

export interface SlotFacts {
  reader: ReaderState;
  /** What the rules in force say of the chosen departure; undefined = as always. */
  capture: DepartureView['capture'];
  /** The clerk stands at the passengers, where figures are a document's number. */
  isHere: boolean;
}

/** What the clerk does for the next passenger, and the key that begins it where typing is the only way. */
export function slotWords({ reader, capture, isHere }: SlotFacts): { text: string; key: ActionId | null } {
  if (reader === 'usable') {
    if (!isHere) return { text: t('passengers.slotAway'), key: null };
    if (capture === 'read') return { text: t('slot.readOnly'), key: null };
    return { text: t(capture === undefined ? 'passengers.slot' : 'slot.orWithSecond'), key: null };
  }
  const what = t(`slot.reader.${reader}`);
  if (capture === 'read') return { text: t('slot.mustRead', { reader: what }), key: null };
  return {
    text: t(capture === undefined ? 'slot.type' : 'slot.typeWithSecond', { reader: what }),
    key: isHere ? 'passengers.type' : 'pane.passengers',
  };
}
