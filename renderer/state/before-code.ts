import { setOrder, setView, view } from './store.ts';

/**
 * Remembers how the page stands before a key that may begin a scanned code. A keyboard scanner types its code into whatever has the
 * focus; the answer puts the page back as it was: field, pane, and the route that the code's figures chose.
 */
export function beforeCode(): (typed: string) => void {
  const { screen, pane, filtering, order } = view();
  const field = document.activeElement;
  const value = field instanceof HTMLInputElement ? field.value : '';
  return (typed) => {
    const now = document.activeElement;
    if (now instanceof HTMLInputElement) {
      const stem = now.value.endsWith(typed) ? now.value.slice(0, -typed.length) : '';
      fill(now, now === field ? value : stem);
    }
    setOrder((later) =>
      later.selling === null && later.commandId === order.commandId && later.passengers === order.passengers
        ? {
            ...later,
            placeId: order.placeId,
            date: order.date,
            departureId: order.departureId,
            row: order.row,
            cash: order.cash,
          }
        : later,
    );
    setView({ screen, pane, filtering, asked: view().asked + 1 });
  };
}

/** As if it had been typed: React hears of it. */
function fill(field: HTMLInputElement, value: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
