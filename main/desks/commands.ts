import type { CommandId } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { DeskContext } from './context.ts';

/** Accepted commands whose answer may have been lost on its way to the page. */
export function createCommandDesk(
  context: DeskContext,
  answerOf: (method: string, commandId: CommandId) => unknown,
) {
  const { ledger } = context;
  const list = (): OfficeOutput<'commands.open'>['commands'] =>
    ledger.openCommands().map(({ commandId, method, atMs }) => ({
      commandId: commandId as CommandId,
      method,
      at: atMs,
      result: answerOf(method, commandId as CommandId),
    }));
  return {
    list,
    desks: {
      'commands.open': (): Outcome<OfficeOutput<'commands.open'>> => accepted({ commands: list() }),
      'commands.seen'(input: OfficeInput<'commands.seen'>): Outcome<OfficeOutput<'commands.seen'>> {
        ledger.markSeen(input.commandIds);
        return accepted({});
      },
    },
  };
}
