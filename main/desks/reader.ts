import type { DeviceEventOf } from '../../contract/device.ts';
import type { HolderView } from '../../contract/office.ts';
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
  onScan: (deviceId: string, text: string) => void,
  /** True when the document is somebody else's than the form's: the gate's. */
  isTaken: (holder: HolderView) => boolean = () => false,
) {
  /** Whether the readers look for cards now; undefined before the first word to them. */
  let isAttended: boolean | undefined;

  const readers = (): string[] =>
    devices.statuses().flatMap(({ deviceId, kind }) => (kind === 'id-reader' ? [deviceId] : []));

  return {
    /**
     * Readers look for cards while somebody is signed in, and only then: many a reader gives a card once and not again before
     * it is lifted, so one that lay there at the sign-in would be lost.
     */
    attend(): void {
      const someone = context.sessions.anyoneSignedIn();
      if (someone === isAttended) return;
      isAttended = someone;
      for (const deviceId of readers()) {
        if (someone) devices.resumeReader(deviceId);
        else devices.pauseReader(deviceId);
      }
    },

    heard(event: ReaderEvent): void {
      switch (event.event) {
        case 'card.read': {
          // Read in the moment in which the last clerk signed out: nobody's business.
          if (!context.sessions.anyoneSignedIn()) return;
          const holder = identities.read(event.document);
          if (holder.ok && isTaken(holder.value)) return;
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
          onScan(event.deviceId, event.text);
          return;
        case 'print.started':
          return;
      }
    },

    /** Reads the card that lies on the reader once more. */
    again(): Outcome<Record<string, never>> {
      for (const deviceId of readers()) {
        devices.pauseReader(deviceId);
        devices.resumeReader(deviceId);
      }
      return accepted({});
    },
  };
}
