/** `npm start`: the office in a window of its own, in Electron or in Chromium, or its address where there is no display. */
import { createOffice } from './office.ts';
import { runStart } from './shells/start.ts';

await runStart(process.argv.slice(2), createOffice);
