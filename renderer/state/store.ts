import { create } from 'zustand';
import type { ClosedShiftView, ScannerCode } from '../../contract/office.ts';
import type { LinkState } from '../client/transport.ts';
import { machineClock } from '../clock.ts';
import { emptyOrder, type LastSale, type Order, type Pane } from './order.ts';

export type Screen = 'sale' | 'sold' | 'afterSale' | 'closeShift';

/** What the page shows and what the clerk has on the form. Everything else is asked of the office. Nothing is kept on disk. */
export interface View {
  screen: Screen;
  pane: Pane;
  /** Grows when a pane must take the focus again although it is the same one. */
  asked: number;
  helpOpen: boolean;
  trialOpen: boolean;
  /** The clerk types into the filter of the sold list. */
  filtering: boolean;
  /** A ticket's code, or one that was refused, that the sold list shows. */
  scanned: Extract<ScannerCode, { kind: 'ticketQr' | 'refused' }> | null;
  /** The ticket that the page after the sale begins with. */
  afterSale: string | null;
  /** The page for records carried by stick lies over whatever is open. */
  carriedOpen: boolean;
  /** Where batches are carried to and from; empty: the office's own folder for it. */
  carriedFolder: string;
  /** A shift leader is asked to sign for the order's documents. */
  signing: boolean;
  order: Order;
  last: LastSale | null;
  /** A shift just closed, until the clerk has seen its figures. */
  closed: ClosedShiftView | null;
  /** The clerk has seen what the start found open, or it found nothing. */
  recovered: boolean;
  link: LinkState;
  /** Once true the page has been connected; before that it shows its waiting page. */
  wasUp: boolean;
}

export const useView = create<View>()(() => ({
  screen: 'sale',
  pane: 'departures',
  asked: 0,
  helpOpen: false,
  trialOpen: false,
  filtering: false,
  scanned: null,
  afterSale: null,
  carriedOpen: false,
  carriedFolder: '',
  signing: false,
  order: emptyOrder(machineClock.commandId()),
  last: null,
  closed: null,
  recovered: false,
  link: 'down',
  wasUp: false,
}));

export const view = (): View => useView.getState();
export const setView = (change: Partial<View>): void => {
  useView.setState(change);
};
export const setOrder = (change: (order: Order) => Order): void => {
  useView.setState((state) => ({ order: change(state.order) }));
};
/** Puts the focus into a pane of the sale screen. */
export const goTo = (pane: Pane): void => {
  useView.setState((state) => ({ screen: 'sale', pane, asked: state.asked + 1 }));
};
