/** Electron's entry. */
import { createOffice } from './office.ts';
import { runElectron } from './shells/electron.ts';

void runElectron(createOffice);
