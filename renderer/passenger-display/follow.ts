import type { OfficeClient } from '../client/office-client.ts';
import type { DisplayView } from '../../contract/office.ts';
import { displayRows } from './rows.ts';

/** Shows what the office says the passengers may see: once when connected, then at every change. */
export function followOffice(client: OfficeClient, place: HTMLElement): void {
  let station = '';
  let shown: DisplayView | undefined;
  const paint = (): void => {
    place.dataset['state'] = shown?.state ?? 'idle';
    place.replaceChildren(
      ...displayRows(station, shown).map(({ kind, parts }) => {
        const row = document.createElement('p');
        row.className = kind;
        row.append(
          ...parts.map((text) => {
            const part = document.createElement('span');
            part.textContent = text;
            return part;
          }),
        );
        return row;
      }),
    );
  };
  const ask = async (): Promise<void> => {
    const [info, current] = await Promise.all([
      client.call('session.info', {}),
      client.call('display.current', {}),
    ]);
    if (info.ok) station = info.value.station.name;
    if (current.ok) shown = current.value;
    paint();
  };
  client.on('display.changed', (view) => {
    shown = view;
    paint();
  });
  // What changed while nobody was connected was not told.
  client.onLink((state) => {
    if (state === 'up') void ask();
  });
  void ask();
}
