import type { AccessPort } from './access/port.ts';
import type { Station } from './station/create.ts';

/** The people list is made at the station's host and carried to its windows as it is. */
export function carryDocuments(
  station: Pick<Station, 'documents'>,
  owners: { people: Pick<AccessPort, 'current' | 'take'> },
): void {
  for (const [name, owner] of Object.entries(owners))
    station.documents.register(name, {
      current() {
        const document = owner.current();
        return document && { version: document.version, text: JSON.stringify(document) };
      },
      take: ({ text }) => owner.take(JSON.parse(text)),
    });
}
