/** Writes one file of a data folder anew, as the office does: `rewrite.ts FOLDER NAME`. Says so when it has returned. */
import { folderStore } from '../../main/shells/file-store.ts';

const [, , folder = '', name = ''] = process.argv;
folderStore(folder).writeAtomic(name, '{"new":true}\n');
process.stdout.write('written\n');
