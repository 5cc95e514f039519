/** The simulated devices on the bench: their ports, their power and the commands that move them. */
import { simulatorCommand, type SimulatorCommand, type SimulatorEvent } from '../../contract/simulators.ts';
import type { NativeClock } from '../clock.ts';
import { appendBytesTo } from '../transports/byte-file.ts';
import { openPtyEnd } from '../transports/pty.ts';
import { openTcpEnd } from '../transports/tcp-end.ts';
import { IdReaderSimulator } from './id-reader.ts';
import { PrinterSimulator } from './printer.ts';

type Device = 'reader' | 'printer' | 'scanner';

/** The end of a cable, serial or network. */
interface End {
  pid?: number;
  port?: number;
  onBytes(listen: (bytes: Uint8Array) => void): void;
  send(bytes: Uint8Array): void;
  close(): Promise<void>;
}

interface Plug {
  open(): Promise<End>;
  receive(bytes: Uint8Array): void;
  end: End | undefined;
}

export class Bench {
  readonly #clock: NativeClock;
  readonly #say: (event: SimulatorEvent) => void;
  readonly #plugs = new Map<Device, Plug>();
  readonly #reader: IdReaderSimulator;
  readonly #printer: PrinterSimulator;
  #tape: (bytes: Uint8Array) => void = () => undefined;
  #sheets = 0;
  #scannerPowered = true;

  constructor(clock: NativeClock, say: (event: SimulatorEvent) => void) {
    this.#clock = clock;
    this.#say = say;
    this.#reader = new IdReaderSimulator(clock, (bytes) => this.#send('reader', bytes));
    this.#printer = new PrinterSimulator(clock, {
      send: (bytes) => this.#send('printer', bytes),
      tape: (bytes) => this.#tape(bytes),
      sheet: ({ lines, qr }) => this.#say({ event: 'sheet', n: (this.#sheets += 1), lines, qr }),
      drawer: () => this.#say({ event: 'drawer' }),
    });
  }

  /** One line of input. Never rejects: what is wrong is said by name. */
  async obey(line: string): Promise<void> {
    const command = this.#parse(line);
    if (command === undefined) return;
    try {
      await this.#do(command);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#say({ event: 'refused', command: command.command, problem });
    }
  }

  #parse(line: string): SimulatorCommand | undefined {
    let raw: unknown;
    try {
      raw = JSON.parse(line);
    } catch {
      this.#say({ event: 'refused', command: '?', problem: 'not JSON' });
      return undefined;
    }
    const parsed = simulatorCommand.safeParse(raw);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const name = (raw as { command?: unknown } | null)?.command;
    const command = typeof name === 'string' ? name.slice(0, 40) : '?';
    this.#say({
      event: 'refused',
      command,
      field: issue?.path.join('.') ?? '',
      problem: issue?.message ?? 'wrong shape',
    });
    return undefined;
  }

  async #do(command: SimulatorCommand): Promise<void> {
    switch (command.command) {
      case 'start':
        return this.#start(command);
      case 'layCard':
        this.#reader.layCard(command.person, command);
        break;
      case 'layUnreadableCard':
        this.#reader.layUnreadableCard(command.sw3);
        break;
      case 'removeCard':
        this.#reader.removeCard(command.which);
        break;
      case 'paper':
        this.#printer.setPaper(command.state);
        break;
      case 'reader.faults':
        this.#reader.setFaults(command.faults);
        break;
      case 'printer.faults':
        this.#printer.setFaults(command.faults);
        break;
      case 'scan':
        if (this.#scannerPowered)
          this.#send('scanner', new TextEncoder().encode(command.text + command.suffix));
        break;
      case 'power':
        this.#power(command.device, command.state === 'on');
        break;
      case 'cable':
        await (command.state === 'in' ? this.#plugIn(command.device) : this.#pull(command.device));
        break;
    }
    this.#say({ event: 'done', command: command.command });
  }

  async #start(command: Extract<SimulatorCommand, { command: 'start' }>): Promise<void> {
    if (command.sheetsFile !== undefined) this.#tape = appendBytesTo(command.sheetsFile);
    const serial = (link: string | undefined): (() => Promise<End>) | undefined =>
      link === undefined ? undefined : () => openPtyEnd(link, this.#clock);
    const wanted: [Device, (() => Promise<End>) | undefined, (bytes: Uint8Array) => void][] = [
      ['reader', serial(command.readerLink), (bytes) => this.#reader.receive(bytes)],
      [
        'printer',
        command.printerPort === undefined ? serial(command.printerLink) : network(command.printerPort),
        (bytes) => this.#printer.receive(bytes),
      ],
      ['scanner', serial(command.scannerLink), () => undefined],
    ];
    for (const [device, open, receive] of wanted) {
      if (open === undefined) continue;
      if (this.#plugs.has(device)) throw new Error(`the ${device} is already on the bench`);
      this.#plugs.set(device, { open, receive, end: undefined });
      await this.#plugIn(device);
    }
    const printerPort = this.#plugs.get('printer')?.end?.port;
    this.#say({
      event: 'ready',
      pids: [...this.#plugs.values()].flatMap(({ end }) => end?.pid ?? []),
      ...(printerPort === undefined ? {} : { printerPort }),
    });
  }

  async #plugIn(device: Device): Promise<void> {
    const plug = this.#plug(device);
    if (plug.end !== undefined) return;
    const end = await plug.open();
    end.onBytes((bytes) => plug.receive(bytes));
    plug.end = end;
  }

  async #pull(device: Device): Promise<void> {
    const plug = this.#plug(device);
    await plug.end?.close();
    plug.end = undefined;
  }

  #power(device: Device, on: boolean): void {
    if (device === 'reader') this.#reader.setPower(on);
    if (device === 'printer') this.#printer.setPower(on);
    if (device === 'scanner') this.#scannerPowered = on;
  }

  #plug(device: Device): Plug {
    const plug = this.#plugs.get(device);
    if (plug === undefined) throw new Error(`there is no ${device} on the bench; name its link in "start"`);
    return plug;
  }

  #send(device: Device, bytes: Uint8Array): void {
    this.#plugs.get(device)?.end?.send(bytes);
  }
}

/** Opens the same port each time once one was found. */
function network(wanted: number): () => Promise<End> {
  let port = wanted;
  return async () => {
    const end = await openTcpEnd(port);
    port = end.port;
    return end;
  };
}
