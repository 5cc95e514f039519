import { capOf, type ActionId } from '../keys/key-map.ts';

/** The key of an action, as printed beside it. */
export function KeyCap({ action }: { action: ActionId }) {
  return <kbd>{capOf(action)}</kbd>;
}
