import type { OfficeEvent, OfficeEventData, OfficeOutput, OfficeStatus } from '../../contract/office.ts';
import { answerGlyphs } from '../paper/glyphs.ts';
import type { Desk } from './desk.ts';
import { STATUS_KEY, type KnownStatus, type Office } from './office.ts';
import { withPrint } from './order.ts';
import { setOrder, setView, view } from './store.ts';
import { newestTaker } from './takers.ts';

/** Puts what the office tells into what the screens show. Called once; returns the end of it. */
export function listen(office: Office, desk: Desk): () => void {
  const { client, clock, queries } = office;
  const ends: (() => void)[] = [];
  const on = <E extends OfficeEvent>(event: E, act: (data: OfficeEventData<E>) => void): void => {
    ends.push(client.on(event, act));
  };
  const setStatus = (status: OfficeStatus): void => {
    const known: KnownStatus = { status, atMonotonicMs: clock.monotonicMs() };
    const before = queries.getQueryData<KnownStatus>(STATUS_KEY)?.status;
    queries.setQueryData(STATUS_KEY, known);
    if (before?.businessDate !== status.businessDate)
      void queries.invalidateQueries({ queryKey: ['timetable.departures'] });
    if (
      before?.printsToSettle !== status.printsToSettle ||
      before.succession?.confirmed !== status.succession?.confirmed
    )
      void queries.invalidateQueries({ queryKey: ['recovery.summary'] });
    if (before?.shift?.shiftId !== status.shift?.shiftId)
      void queries.invalidateQueries({ queryKey: ['shifts.current'] });
    if (before?.link.backlog !== status.link.backlog)
      void queries.invalidateQueries({ queryKey: ['sales.list'] });
  };
  const patchStatus = (change: (status: OfficeStatus) => OfficeStatus): void => {
    queries.setQueryData<KnownStatus>(STATUS_KEY, (known) =>
      known ? { ...known, status: change(known.status) } : known,
    );
  };

  on('status.changed', setStatus);
  on('link.changed', (link) => {
    patchStatus((status) => ({ ...status, link }));
    void queries.invalidateQueries({ queryKey: ['sales.list'] });
  });
  on('device.changed', (device) => {
    patchStatus((status) => ({
      ...status,
      devices: status.devices.some((one) => one.deviceId === device.deviceId)
        ? status.devices.map((one) => (one.deviceId === device.deviceId ? device : one))
        : [...status.devices, device],
    }));
  });
  on('reader.card', (holder) => {
    const taker = newestTaker();
    if (taker) taker.card?.(holder);
    else desk.addHolder(holder);
  });
  on('reader.cardRemoved', () => {
    newestTaker()?.cardRemoved?.();
  });
  on('scanner.code', (code) => {
    const taker = newestTaker();
    if (taker) taker.code?.(code);
    else desk.takeCode(code);
  });
  on('reader.unreadable', ({ refusal }) => {
    const taker = newestTaker();
    if (taker) taker.unreadable?.(refusal);
    else setOrder((order) => ({ ...order, notice: { kind: 'problem', problem: refusal, again: true } }));
  });
  on('print.changed', ({ ticketNumber, print }) => {
    setView({ last: withPrint(view().last, ticketNumber, print) });
    queries.setQueriesData<OfficeOutput<'sales.list'>>({ queryKey: ['sales.list'] }, (list) =>
      list
        ? {
            ...list,
            tickets: list.tickets.map((ticket) =>
              ticket.ticketNumber === ticketNumber ? { ...ticket, print } : ticket,
            ),
          }
        : list,
    );
  });
  on('departure.changed', ({ departureId, held, left }) => {
    queries.setQueriesData<OfficeOutput<'timetable.departures'>>(
      { queryKey: ['timetable.departures'] },
      (list) =>
        list
          ? {
              departures: list.departures.map((one) =>
                one.departureId === departureId ? { ...one, held, left } : one,
              ),
            }
          : list,
    );
  });
  on('session.changed', () => {
    void queries.invalidateQueries({ queryKey: ['session.info'] });
    void queries.invalidateQueries({ queryKey: ['people.list'] });
  });
  on('timetable.changed', () => {
    void queries.invalidateQueries({ queryKey: ['timetable.places'] });
    void queries.invalidateQueries({ queryKey: ['timetable.departures'] });
    void queries.invalidateQueries({ queryKey: ['departures.history'] });
    void queries.invalidateQueries({ queryKey: ['sales.quote'] });
  });
  /** Asks where the sheets of the last sale are by now. */
  const refreshLast = async (): Promise<void> => {
    if (!view().last) return;
    const reply = await client.call('sales.list', { limit: 50 });
    if (!reply.ok) return;
    for (const ticket of reply.value.tickets)
      setView({ last: withPrint(view().last, ticket.ticketNumber, ticket.print) });
  };
  ends.push(answerGlyphs(client));
  const linkNow = (state: ReturnType<typeof client.link>): void => {
    setView({ link: state, ...(state === 'up' ? { wasUp: true } : {}) });
    if (state !== 'up') return;
    // Whatever happened meanwhile was told to nobody here.
    void queries.invalidateQueries();
    void refreshLast();
  };
  ends.push(client.onLink(linkNow));
  linkNow(client.link());
  return () => {
    for (const end of ends) end();
  };
}
