import { useEffect, useRef } from 'react';
import type { HolderView, ScannerCode } from '../../contract/office.ts';
import type { Refusal } from '../../contract/refusals.ts';

/** What a screen does with a card on the reader or a scanned code. What it does not name is let go. */
export interface Taker {
  card?: (holder: HolderView) => void;
  cardRemoved?: () => void;
  unreadable?: (refusal: Refusal) => void;
  code?: (code: ScannerCode) => void;
  /** Takes what a keyboard scanner typed as it is, to give it to the office itself. */
  raw?: (text: string) => void;
}

const takers: { current: Taker }[] = [];

/**
 * While this screen is drawn, cards and codes are its own: the newest screen gets them. Without one they are the sale's. `beneath`: a
 * frame around screens, which comes before none of them.
 */
export function useTaker(taker: Taker, where: 'onTop' | 'beneath' = 'onTop'): void {
  const latest = useRef(taker);
  useEffect(() => {
    latest.current = taker;
  });
  useEffect(() => {
    if (where === 'beneath') takers.unshift(latest);
    else takers.push(latest);
    return () => {
      takers.splice(takers.indexOf(latest), 1);
    };
  }, [where]);
}

/** Who takes cards and codes now; undefined = the sale. */
export const newestTaker = (): Taker | undefined => takers.at(-1)?.current;
