import { Button } from 'react-aria-components';
import { act } from '../../keys/dispatcher.ts';
import { keyMap, type KeyRow } from '../../keys/key-map.ts';
import { t } from '../../words/words.ts';

const AT = {
  empty: ['after.search', 'after.findLeave'],
  field: ['after.search', 'after.list', 'after.findLeave'],
  list: ['after.mark', 'after.find', 'after.leave'],
} as const;

/** Keys of the list of tickets, of where the focus stands: in the field without tickets, in the field above them, among them. */
export function ListKeys({ at }: { at: keyof typeof AT }) {
  const named: readonly string[] = AT[at];
  const rows: readonly KeyRow[] = keyMap.filter(({ action }) => named.includes(action));
  return (
    <div className="form-foot list-keys">
      {rows.map(({ action, cap, word }) => (
        <Button key={action} excludeFromTabOrder className="foot-key" onPress={() => act(action)}>
          <kbd>{cap}</kbd>
          {t(word)}
        </Button>
      ))}
    </div>
  );
}
