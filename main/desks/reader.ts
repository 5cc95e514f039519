import type { DeviceEventOf } from '../../contract/device.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { CARD_PROBLEM_TEXTS } from '../devices/device-texts.ts';
import type { DeviceDesk } from '../devices/device-desk.ts';
import type { DeskContext } from './context.ts';
import type { createIdentityDesk } from './identities.ts';

type ReaderEvent = DeviceEventOf<'card.read' | 'card.removed' | 'card.unreadable' | 'scan' | 'print.started'>;

/** What the document reader says becomes a holder in the office's memory and an event for the page. */
export function createReaderDesk(
  context: DeskContext,
  devices: DeviceDesk,
  identities: ReturnType<typeof createIdentityDesk>,
) {
  return {
    heard(event: ReaderEvent): void {
      switch (event.event) {
        case 'card.read': {
          // With nobody at the window a card that was left lying is nobody's business.
          if (!context.sessions.anyoneSignedIn()) return;
          const holder = identities.read(event.document);
          if (holder.ok) context.emit('reader.card', holder.value);
          else context.emit('reader.unreadable', { deviceId: event.deviceId, refusal: holder.refusal });
          return;
        }
        case 'card.removed':
          context.emit('reader.cardRemoved', { deviceId: event.deviceId });
          return;
        case 'card.unreadable':
          context.emit('reader.unreadable', {
            deviceId: event.deviceId,
            refusal: { code: 'document.unreadable', ...CARD_PROBLEM_TEXTS[event.problem] },
          });
          return;
        case 'scan':
        case 'print.started':
          return;
      }
    },

    /** Reads the card that lies on the reader once more. */
    again(): Outcome<Record<string, never>> {
      for (const status of devices.statuses()) {
        if (status.kind !== 'id-reader') continue;
        devices.pauseReader(status.deviceId);
        devices.resumeReader(status.deviceId);
      }
      return accepted({});
    },
  };
}
