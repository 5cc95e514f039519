/** Node's entry: the office, shown in a browser of this PC. */
import { createOffice } from './office.ts';
import { runHost } from './shells/host.ts';

await runHost(process.argv.slice(2), createOffice);
