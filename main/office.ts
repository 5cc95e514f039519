import type { LinkStatus, OfficeStatus } from '../contract/office.ts';
import { accepted, refuse, refused, type Outcome } from '../contract/refusals.ts';
import { createSessions } from './access/sessions.ts';
import { createFirstManagerCode } from './access/first-manager.ts';
import { createHallQueueDesk } from './desks/hall-queue.ts';
import { createPlanPart } from './desks/plan-part.ts';
import { createPeople, viewOf } from './access/people.ts';
import { createPersonStore } from './access/person-store.ts';
import { createAccessPort } from './access/port.ts';
import { createPinCheck } from './access/verify.ts';
import { carryData, createStationData } from './basic-data/merged-timetable.ts';
import { keptBefore } from './kept-before.ts';
import { noteFence } from './note-fence.ts';
import { startAudit } from './ledger-audit.ts';
import { createCityLink } from './citylink/city-link.ts';
import type { CityLink } from './citylink/types.ts';
import { createClockWatch } from './clock-watch.ts';
import { createAfterSalePart } from './desks/after-sale-part.ts';
import { createCarriedDesk } from './desks/carried.ts';
import type { DeskContext } from './desks/context.ts';
import { createCommandDesk } from './desks/commands.ts';
import { createDataMethods } from './desks/data-methods.ts';
import { createMachineDesk } from './desks/machine.ts';
import { createGatePart } from './desks/gate-part.ts';
import { createGlyphDesk } from './desks/glyphs.ts';
import { createDisplayDesk } from './desks/display.ts';
import { createHolderBook } from './desks/holders.ts';
import { createIdentityDesk } from './desks/identities.ts';
import { writeOfficeEntries } from './desks/journal.ts';
import { createPrintDesk } from './desks/prints.ts';
import { createReportDesks } from './desks/reports.ts';
import { createReaderDesk } from './desks/reader.ts';
import { createCityWord, createRecoveryDesk } from './desks/recovery.ts';
import { createScannerDesk } from './desks/scanner.ts';
import { createSalesDesk } from './desks/sales.ts';
import { createSoldList } from './desks/sold-list.ts';
import { createGateRightDesk } from './desks/gate-rights.ts';
import { createLossDesk } from './desks/losses.ts';
import { createPeopleDesk } from './desks/people.ts';
import { createSessionDesk } from './desks/sessions.ts';
import { createShiftDesk } from './desks/shifts.ts';
import { createStationDesk } from './desks/station.ts';
import { createStatusDesk } from './desks/status.ts';
import { createTimetableDesk } from './desks/timetable.ts';
import { createTrialDesk } from './desks/trial.ts';
import { createWindowsDesk } from './desks/windows.ts';
import { createDeviceDesk, type DeviceDesk } from './devices/device-desk.ts';
import { diskTrouble, unlessDiskFails } from './disk-trouble.ts';
import { createDispatcher, type Desks } from './dispatch.ts';
import { createEventHub } from './event-hub.ts';
import { lockDataFolder } from './ledger/lock.ts';
import { openSetAside } from './ledger/succession.ts';
import type { Office, OfficeOptions } from './office-types.ts';
import { openBooks, type Books } from './open-books.ts';
import { carryOwnFeed } from './own-feed.ts';
import { carryPeople, ticketKeysOf } from './station/carried-people.ts';
import { createRelayedKeys } from './station/relayed-keys.ts';
import { stationRole } from './station/role.ts';
import { createStationOffice } from './station-office.ts';
import { createPulse } from './pulse.ts';
import { noNetwork, trainingConfig, withTraining, type OpenedOffice } from './training.ts';

export type { Office, OfficeOptions } from './office-types.ts';

/**
 * The composition root: every part is made and joined here, nowhere else. Refuses, with nothing changed, when the folder is
 * held by another office, the ledger may not be continued, or the keys are missing.
 */
export async function createOffice(options: OfficeOptions): Promise<Outcome<Office>> {
  const opened = await openParts(options);
  if (!opened.ok) return opened;
  const { runtime, config, keyStore: _own, ...rest } = options;
  return accepted(
    withTraining(opened.value, runtime.files, (files, loan) =>
      openParts({
        ...rest,
        runtime: { ...runtime, files, network: noNetwork },
        config: trainingConfig(config),
        training: loan,
      }),
    ),
  );
}

async function openParts(options: OfficeOptions): Promise<Outcome<OpenedOffice>> {
  const { runtime } = options;
  const locked = lockDataFolder(runtime, { pid: process.pid, address: options.address });
  if (!locked.ok) return locked;
  const lock = locked.value;
  let books: Books | undefined;
  try {
    const opened = await openBooks(options);
    if (!opened.ok) {
      lock.release();
      return opened;
    }
    books = opened.value;
    return accepted(compose(options, books, lock));
  } catch (error) {
    books?.ledger.close();
    lock.release();
    const detail = diskTrouble(error);
    if (detail === undefined) throw error;
    return refused('folder.notWritable', { detail });
  }
}

function compose(
  options: OfficeOptions,
  books: Books,
  lock: { nameAddress(address: string): void; release(): void },
): OpenedOffice {
  const { runtime, config } = options;
  const { ledger, vault, window } = books;
  const sessions = createSessions();
  const hub = createEventHub(sessions, runtime.log);
  let link: CityLink | undefined;
  let isStopped = false;

  const store = createPersonStore(ledger, vault, (name) => keptBefore(runtime, ledger, name));
  const people =
    options.training?.people ??
    createPeople(config.staff, store, () => {
      sessions.refresh((number) => {
        const person = people.find(number);
        return person?.state === 'active' ? viewOf(person) : undefined;
      });
      hub.emit('session.changed', {});
      station.documents.changed('people');
    });
  const pins =
    options.training?.pins ??
    createPinCheck({
      people,
      ledger,
      clock: runtime.clock,
      journal: (body) => void writeOfficeEntries(context, [{ kind: 'access.locked', body }]),
    });
  const firstManager = createFirstManagerCode({ people, store, ledger, ...runtime });
  const access = createAccessPort(() => context);

  const stationData = createStationData({
    runtime,
    ledger,
    window,
    station: config.station.id,
    role: stationRole(config).kind,
    write: (entries) => void writeOfficeEntries(context, [...entries]),
    changed: () => station.documents.changed('basicData'),
    told: ({ version }) => {
      hub.emit('timetable.changed', { feedVersion: version });
      statusSoon();
    },
  });
  const stationOffice = createStationOffice({
    options,
    ledger,
    vault,
    window,
    context: () => context,
    changed() {
      link?.nudge();
      statusSoon();
    },
    lookAtCity: () => link?.look(),
    pictureMoved: (entries) => gate.heardEntries(entries),
    sight: () => planPart.sight(),
    seatsMoved: (departureId) =>
      hub.emit('departure.changed', { departureId, ...timetableDesk.seats(departureId) }),
  });
  const { station } = stationOffice;
  const { merged } = stationData;
  const planPart = createPlanPart({
    data: stationData.book,
    options,
    runtime,
    books,
    moved() {
      hub.emit('timetable.changed', { feedVersion: context.timetable()?.version ?? 0 });
      statusSoon();
    },
    training: options.training,
    records: station.records,
    context: () => context,
  });
  if (!options.training) carryPeople(station, access.port, window, pins);
  const context: DeskContext = {
    station,
    runtime,
    config,
    window,
    program: options.program,
    ledger,
    vault,
    people,
    pins,
    sessions,
    holders: createHolderBook(runtime.clock, runtime.random),
    trial: config.trial ? options.trial : undefined,
    training: options.training !== undefined,
    timetable: options.training?.timetable ?? (() => planPart.departures.timetable(merged.timetable())),
    ...planPart.asked,
    standstill: () => recovery.standstill() ?? stationOffice.retirement.standstill(),
    ...access.events,
    emit: hub.emit,
    changed() {
      reader.attend();
      link?.nudge();
      station.nudge();
      gate.changed();
      statusSoon();
      glyphs.look();
      prints.pump();
    },
  };

  const devices: DeviceDesk = createDeviceDesk({
    launcher: runtime.devices,
    clock: runtime.clock,
    timers: runtime.timers,
    log: runtime.log,
    devices: config.devices,
    onEvent: (event) => {
      if (event.event === 'print.finished') {
        if (![gate, afterSale, machine, hallQueue].some((part) => part.finished(event)))
          prints.finished(event);
      } else if (event.event === 'device.changed') {
        hub.emit('device.changed', event.status);
        context.changed();
      } else reader.heard(event);
    },
  });
  const plans = planPart.desksOf(context);
  const sales = createSalesDesk(context);
  const soldList = createSoldList(context);
  const glyphs = createGlyphDesk(context);
  const prints = createPrintDesk(context, devices, glyphs, soldList.showIdentity);
  const identities = createIdentityDesk(context, prints.prepare);
  const ofOthers = { relayed: createRelayedKeys({ ledger, vault }), publicKeyOf: ticketKeysOf(ledger) };
  const gate = createGatePart(context, { printer: devices, glyphs, listens: hub.listens, ...ofOthers });
  const afterSale = createAfterSalePart(context, { printer: devices, glyphs, ...ofOthers });
  const machine = createMachineDesk(context, devices, glyphs, () => !isStopped);
  const hallQueue = createHallQueueDesk(context, devices);
  const scanner = createScannerDesk(context, identities, gate.code);
  const reader = createReaderDesk(context, devices, identities, scanner.heard, gate.document);
  const cityWord = createCityWord();
  const status = createStatusDesk(context, {
    link: linkStatus,
    station: () => station.status(),
    devices: () => devices.statuses(),
    inForce: plans.inForce,
    succession: () => recovery.succession(),
    fenced: () => recovery.fenced(),
    doubled: gate.doubled,
    backup: machine.daily.trouble,
  });
  const sessionDesk = createSessionDesk(context, firstManager);
  const shifts = createShiftDesk(context);
  const timetableDesk = createTimetableDesk(context);
  const data = createDataMethods(context, stationData);
  const display = createDisplayDesk(context);
  const stationDesk = createStationDesk(context, stationOffice.retirement);
  const commands = createCommandDesk(context, (method, commandId) => dispatcher.answerOf(method, commandId));
  const recovery = createRecoveryDesk(
    context,
    { isBehind: () => stationOffice.isBehind() || cityWord.isBehind() },
    commands.list,
  );

  const desks: Desks = {
    'session.info': sessionDesk.info,
    'session.signIn': sessionDesk.signIn,
    'session.signOut': display.idleAfter(sessionDesk.signOut),
    'session.lock': sessionDesk.lock,
    'session.resume': sessionDesk.resume,
    'session.alive': sessionDesk.alive,
    'session.changePin': sessionDesk.changePin,
    'people.firstManager': sessionDesk.makeFirstManager,
    ...createPeopleDesk(context),
    'shifts.current': shifts.current,
    'shifts.open': shifts.open,
    'shifts.close': shifts.close,
    'shifts.closeFor': shifts.closeFor,
    'timetable.places': timetableDesk.places,
    'timetable.departures': timetableDesk.departures,
    ...data.methods,
    'holders.type': identities.type,
    'holders.kinds': identities.kinds,
    'holders.drop': identities.drop,
    'vehicles.choices': timetableDesk.vehicleChoices,
    'sales.quote': display.showing(sales.quote),
    'sales.sell': {
      ...sales.sell,
      answer(entries, commandId) {
        const result = sales.sell.answer(entries, commandId);
        display.sold(result);
        hub.emit('departure.changed', {
          departureId: result.departureId,
          ...timetableDesk.seats(result.departureId),
        });
        return result;
      },
    },
    'sales.list': soldList.list,
    'sales.paper': prints.paper,
    'prints.glyphs': glyphs.take,
    'scanner.typed': scanner.typed,
    'prints.settle': prints.settle,
    ...commands.desks,
    ...createCarriedDesk(context, () => !isStopped),
    'recovery.summary': recovery.summary,
    'succession.confirm': recovery.confirm,
    'status.get': status.get,
    ...stationDesk,
    ...createLossDesk(context),
    ...createGateRightDesk(context),
    ...createWindowsDesk(context, { ...stationOffice.retirement, others: stationDesk['station.windows'] }),
    'display.current': display.current,
    'reader.again': reader.again,
    ...gate.desks,
    ...plans.desks,
    ...hallQueue.desks,
    ...afterSale.desks,
    ...createReportDesks(context, () => !isStopped),
    ...machine.desks,
    ...createTrialDesk(context),
  };
  const dispatcher = createDispatcher(context, desks, afterSale.namesOn);

  function linkStatus(): LinkStatus {
    const { backlogEntries, oldestAtMs } = ledger.uploadState();
    if (!link) return { state: 'none', backlog: backlogEntries, oldestUnsentAt: oldestAtMs };
    return link.status();
  }

  const checkClock = createClockWatch(runtime.clock, (fromMs, toMs) => {
    runtime.log.warn({ fromMs, toMs }, 'the wall clock jumped');
    writeOfficeEntries(context, [{ kind: 'clock.jumped', body: { fromMs, toMs } }]);
  });
  /** A disk that does not take the jump now is told of it again at the next look. */
  const watchClock = (): void => unlessDiskFails(runtime.log, checkClock);

  const pulse = createPulse(runtime.timers, {
    tell() {
      watchClock();
      const now: OfficeStatus = status.status();
      planPart.look(now);
      hub.emit('status.changed', now);
      hub.emit('link.changed', now.link);
    },
    sweep() {
      context.holders.sweep();
      sessionDesk.lockSilent();
      if (!options.training) machine.daily.look();
      data.sweep();
    },
  });
  function statusSoon(): void {
    pulse.soon();
  }
  const endAudit = startAudit(runtime.timers, ledger);

  prints.recover();
  if (ledger.unknownPrintCount() > 0) devices.expectRemains();
  reader.attend();
  if (config.city) {
    link = createCityLink({
      runtime: { ...runtime, network: station.network },
      isRelayed: station.relays,
      ledger,
      vault,
      config: config.city,
      station: config.station.id,
      window,
      onStatus: (told) => {
        cityWord.heard(told);
        stationOffice.retirement.look();
        if (told.state === 'fenced') noteFence(context, 'fork', ledger.uploadState().ackSeq + 1);
        statusSoon();
      },
      onFeed: merged.useFeed,
      papers: planPart.papers,
      freshEnrolmentCode: () => options.trial?.enrolmentCode?.(),
      leftBehind: () => openSetAside(runtime),
      write: (entries) => void writeOfficeEntries(context, entries),
    });
    link.start();
  } else {
    carryOwnFeed(runtime, station, merged.useFeed);
  }
  const firstManagerCode = options.training || station.kind === 'window' ? undefined : firstManager.begin();
  carryData(stationData.book, station.documents, runtime.log);
  merged.remake();
  stationOffice.start();
  gate.start();
  devices.start();
  pulse.start();

  const office: Office = {
    async call(request, session) {
      if (isStopped) return dispatcher.call({}, session);
      watchClock();
      sessionDesk.lockSilent();
      return dispatcher.call(request, session);
    },
    subscribe: hub.subscribe,
    access: access.port,
    ...(firstManagerCode === undefined ? {} : { firstManagerCode }),
    nameAddress: (address) => lock.nameAddress(address),
    settle() {
      if (isStopped) return;
      ledger.writeAnchor();
      link?.nudge();
    },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      display.stop();
      hub.clear();
      endAudit();
      planPart.endFollowing();
      for (const part of [pulse, prints, glyphs, scanner]) part.stop();
      await devices.stop();
      await station.stop();
      await link?.stop();
      await ledger.backups.close();
      ledger.close();
      lock.release();
    },
  };
  return {
    office,
    inside: {
      loan: { timetable: context.timetable, people, pins, ...planPart.lent, inForce: plans.inForce },
      verify: (number, pin) => pins.verify(number, pin, 'signIn'),
      inTheWay(session) {
        if (ledger.openShift()) return refuse('training.shiftOpen');
        if (ledger.queuedPrints(1).length > 0 || ledger.unknownPrintCount() > 0 || prints.isBusy())
          return refuse('training.printsOpen');
        return sessions.anyoneBut(session) ? refuse('training.othersHere') : undefined;
      },
      lendDevices: () => devices.configure([]),
      takeDevicesBack: () => {
        if (!isStopped) devices.configure(config.devices);
        context.changed();
      },
      admit: (session, person) => sessionDesk.admit(session, person),
    },
  };
}
