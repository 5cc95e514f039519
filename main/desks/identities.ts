import type { HolderView, OfficeInput } from '../../contract/office.ts';
import type { DocumentKind } from '../../contract/ids.ts';
import type { CardDocument } from '../../contract/device.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { checkCitizenNumber } from '../../domain/documents/citizen-number.ts';
import { maskNumber } from '../../domain/documents/mask.ts';
import { checkName } from '../../domain/documents/name.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DeskContext } from './context.ts';
import { holderView, type Holder } from './holders.ts';

/** Takes identities in, from the reader or typed, checks them and keeps them for the sale. */
export function createIdentityDesk(context: DeskContext) {
  const { config, holders, runtime, vault } = context;

  function keep(values: Pick<Holder, 'documentKind' | 'name' | 'number' | 'birthDate' | 'validTo' | 'capture'>): HolderView {
    return holderView(
      holders.keep({
        ...values,
        masked: maskNumber(values.number, values.documentKind, config.mask),
        token: vault.lookupToken(values.documentKind, values.number),
      }),
    );
  }

  return {
    /** A typed document. In this version the clerk can type resident identity cards only. */
    type(input: OfficeInput<'holders.type'>): Outcome<HolderView> {
      if (input.documentKind !== '111') {
        return refused('request.shape', { detail: 'documentKind: 111' }, 'documentKind');
      }
      const number = checkCitizenNumber(input.number, businessDateOf(runtime.clock.nowMs()));
      if (!number.ok) return { ok: false, refusal: { field: 'number', ...number.refusal } };
      const name = checkName(input.name);
      if (!name.ok) return { ok: false, refusal: { field: 'name', ...name.refusal } };
      return accepted(
        keep({
          documentKind: '111',
          name: name.value,
          number: number.value.number,
          birthDate: number.value.birthDate,
          validTo: null,
          capture: 'typed',
        }),
      );
    },

    /** A document that the reader read. A card whose own data is wrong is refused like a typed one. */
    read(document: CardDocument): Outcome<HolderView> {
      const documentKind: DocumentKind = KIND_OF_CARD[document.kind];
      let number = document.number;
      if (document.kind === 'residentId' || document.kind === 'hkMoTwPermit') {
        const checked = checkCitizenNumber(document.number, businessDateOf(runtime.clock.nowMs()));
        if (!checked.ok) return checked;
        number = checked.value.number;
      }
      const name = checkName(document.name);
      if (!name.ok) return name;
      return accepted(
        keep({
          documentKind,
          name: name.value,
          number,
          birthDate: document.birthDate,
          validTo: document.validTo === 'longTerm' ? null : document.validTo,
          capture: 'chip',
        }),
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
