/** Refunds what is left of the cancelled departure in a folder, with one command; says so before and after. Is killed anywhere between. */
import { openMass } from '../support/mass.ts';

const [folder, commandId] = process.argv.slice(2);
if (!folder || !commandId) throw new Error('folder and command id are needed');
const office = await openMass(folder);
process.stdout.write('begun\n');
const { refunded, backFen, departure } = await office.refundAll(commandId);
process.stdout.write(`${JSON.stringify({ refunded, backFen, open: departure.open })}\n`);
await office.stop();
