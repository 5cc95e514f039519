import type { HolderView, OfficeInput } from '../../contract/office.ts';
import type { DocumentKind } from '../../contract/ids.ts';
import type { CardDocument } from '../../contract/device.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { MrzDocument } from '../../domain/documents/mrz.ts';
import { checkDocumentNumber } from '../../domain/documents/document-number.ts';
import { maskNumber } from '../../domain/documents/mask.ts';
import { checkName } from '../../domain/documents/name.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DeskContext } from './context.ts';
import { holderView, type Holder } from './holders.ts';

/** Takes identities in, from the reader or typed, checks them and keeps them for the sale. */
export function createIdentityDesk(context: DeskContext, onName: (name: string) => void = () => undefined) {
  const { config, holders, runtime, vault } = context;

  function keep(
    values: Pick<Holder, 'documentKind' | 'name' | 'number' | 'birthDate' | 'validTo' | 'capture'>,
  ): HolderView {
    // A name with rare characters can be drawn long before it is printed.
    onName(values.name);
    return holderView(
      holders.keep({
        ...values,
        masked: maskNumber(values.number, values.documentKind, config.mask),
        token: vault.lookupToken(values.documentKind, values.number),
      }),
    );
  }

  return {
    /** A typed document of any kind that has a format to check. */
    type(input: OfficeInput<'holders.type'>): Outcome<HolderView> {
      const number = checkDocumentNumber(
        input.documentKind,
        input.number,
        businessDateOf(runtime.clock.nowMs()),
      );
      if (!number.ok) return number;
      const name = checkName(input.name);
      if (!name.ok) return name;
      return accepted(
        keep({
          documentKind: input.documentKind,
          name: name.value,
          number: number.value.number,
          birthDate: number.value.birthDate,
          validTo: null,
          capture: 'typed',
        }),
      );
    },

    /**
     * A document that the reader read. A card whose own number is wrong is refused like a typed one; its name is taken as the
     * chip has it, because rare characters are private-use on some cards.
     */
    read(document: CardDocument): Outcome<HolderView> {
      const documentKind: DocumentKind = KIND_OF_CARD[document.kind];
      const number = checkDocumentNumber(
        documentKind,
        document.number,
        businessDateOf(runtime.clock.nowMs()),
      );
      if (!number.ok) return number;
      return accepted(
        keep({
          documentKind,
          name: document.name,
          number: number.value.number,
          birthDate: document.birthDate,
          validTo: document.validTo === 'longTerm' ? null : document.validTo,
          capture: 'chip',
        }),
      );
    },

    /** The lines of a passport, scanned; their check digits are right. Other documents have a chip or are typed. */
    scan(document: MrzDocument): Outcome<HolderView> {
      if (!document.documentCode.startsWith('P') || document.format !== 'TD3')
        return refused('document.mrzKind');
      const number = checkDocumentNumber('414', document.number, businessDateOf(runtime.clock.nowMs()));
      if (!number.ok) return number;
      const { name, birthDate, validTo } = document;
      return accepted(
        keep({ documentKind: '414', name, number: number.value.number, birthDate, validTo, capture: 'mrz' }),
      );
    },

    drop(input: OfficeInput<'holders.drop'>): Outcome<Record<string, never>> {
      holders.drop(input.holderRefs);
      return accepted({});
    },
  };
}

const KIND_OF_CARD: Record<CardDocument['kind'], DocumentKind> = {
  residentId: '111',
  hkMoTwPermit: 'hkmt-permit',
  foreignerPermit2017: '553',
  foreignerPermit2023: '553',
};
