import type { StationData } from '../basic-data/merged-timetable.ts';
import { createBasicDataDesk } from './basic-data.ts';
import type { DeskContext } from './context.ts';
import { createDataFilesDesk } from './data-files.ts';
import { createReserveDesk } from './reserves.ts';

/** Every method of basic data, and what is forgotten with time. */
export function createDataMethods(context: DeskContext, { book, merged }: StationData) {
  const data = createBasicDataDesk(context, { book, ...merged });
  const files = createDataFilesDesk(context, book, data);
  return {
    sweep() {
      book.refresh();
      files.sweep();
    },
    methods: {
      'data.overview': data.overview,
      'data.rows': data.rows,
      'data.check': data.check,
      'data.change': data.change,
      'data.undo': data.undo,
      'data.pinyin': data.pinyin,
      'data.surplus': data.surplus,
      ...createReserveDesk(context, data.surplus),
      'data.importBegin': files.begin,
      'data.importPart': files.part,
      'data.importRead': files.read,
      'data.importPreview': files.preview,
      'data.importConfirm': files.confirm,
      'data.importDrop': files.drop,
      'data.export': files.export,
      'data.exportPart': files.exportPart,
    },
  };
}
