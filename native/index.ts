/** Entry of the device process: joins the channel, the clock and the transports, and nothing else. */
import { parentChannel } from './channel.ts';
import { systemClock } from './clock.ts';
import { startDeviceProcess } from './device-process.ts';
import { transportOpener } from './transports/open.ts';

const channel = parentChannel();
if (channel === undefined) {
  process.stderr.write('The device process is started by the office; it has nobody to talk to.\n');
  process.exit(1);
}
// The office is gone, however it ended: nobody would hear of a card or a sheet any more.
channel.onClosed(() => process.exit(0));
startDeviceProcess({ channel, clock: systemClock, open: transportOpener(systemClock), pid: process.pid });
