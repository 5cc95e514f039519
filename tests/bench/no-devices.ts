import type { DeviceProcessLauncher } from '../../main/runtime.ts';

/** No devices are configured, so the device process would have nothing to do but to say that it lives. */
export const noDevices: DeviceProcessLauncher = {
  start(onMessage, onExit) {
    queueMicrotask(() => onMessage({ event: 'ready', pid: 0 }));
    return {
      send(message) {
        const { command, n } = message as { command: string; n?: number };
        if (command === 'ping') queueMicrotask(() => onMessage({ event: 'pong', n }));
      },
      kill: () => onExit('killed'),
    };
  },
};
