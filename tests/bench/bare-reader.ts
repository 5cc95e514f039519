/**
 * The least that a device process could be: `serialport` and nothing else. Tries the port in its argument until it opens, sends one
 * byte, and says on stdout when each answer of so many bytes is whole. Ends when its standard input closes.
 */
import { SerialPort } from 'serialport';

const [path = '', bytes = '0'] = process.argv.slice(2);
const wanted = Number(bytes);
const say = (what: string): void => void process.stdout.write(`${what}\n`);
const QUESTION = Buffer.from([0xaa]);
const AGAIN_MS = 10;

let have = 0;
function open(): void {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  port.on('error', () => undefined);
  port.on('data', (chunk: Buffer) => {
    have += chunk.length;
    for (; have >= wanted; have -= wanted) say('whole');
  });
  port.on('close', () => {
    have = 0;
    setTimeout(open, AGAIN_MS);
  });
  port.open((error) => {
    if (error) setTimeout(open, AGAIN_MS);
    else port.write(QUESTION);
  });
}

process.stdin.on('end', () => process.exit(0)).resume();
say('ready');
open();
