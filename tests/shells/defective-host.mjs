/** A host whose office cannot be made: what a defect in opening looks like from outside. */
import { runHost } from '../../main/shells/host.ts';

await runHost(process.argv.slice(2), () => Promise.reject(new Error('a planted defect')));
