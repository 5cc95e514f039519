/** Gives a process started by the double what a utility process of Electron has, and takes what it has not. */
import { EventEmitter } from 'node:events';

const send = process.send.bind(process);
const port = new EventEmitter();
process.on('message', (data) => port.emit('message', { data, ports: [] }));
// Electron ends its utility processes with itself.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
Object.defineProperty(process, 'parentPort', {
  value: {
    on: (event, listener) => {
      if (event !== 'message') throw new Error(`the double knows no event ${event} of parentPort`);
      port.on(event, listener);
    },
    postMessage: (message) => void send(message, undefined, undefined, () => undefined),
  },
});
delete process.send;
Object.defineProperty(process.versions, 'electron', { value: '45.4.1', configurable: true });
