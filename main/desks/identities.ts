import type { HolderView, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { defaultDocumentKinds, saidKind, type DocumentKindRow } from '../../contract/document-kinds.ts';
import type { BusinessDate, DocumentKind } from '../../contract/ids.ts';
import type { CardDocument } from '../../contract/device.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { MrzDocument } from '../../domain/documents/mrz.ts';
import { checkDocumentNumber, tellsBirthDate } from '../../domain/documents/document-number.ts';
import { checkOffice, checkTypedBirth } from '../../domain/documents/further.ts';
import { maskNumber } from '../../domain/documents/mask.ts';
import { checkName } from '../../domain/documents/name.ts';
import { businessDateOf, isoWeekOf } from '../../domain/time.ts';
import type { DeskContext } from './context.ts';
import { holderView, type Holder } from './holders.ts';

/** Takes identities in, from the reader or typed, checks them and keeps them for the sale. */
export function createIdentityDesk(context: DeskContext, onName: (name: string) => void = () => undefined) {
  const { config, holders, runtime, vault } = context;

  /** The kinds in force; before the first feed those of the program. */
  const kinds = (): readonly DocumentKindRow[] =>
    context.timetable()?.documentKinds() ?? defaultDocumentKinds;

  /** The kind of a code when the station sells on it. */
  function kindInForce(code: DocumentKind): Outcome<DocumentKindRow> {
    const kind = kinds().find((one) => one.code === code);
    if (!kind) return refused('document.kindUnknown', { kind: saidKind(code) }, 'documentKind');
    return kind.on ? accepted(kind) : refused('document.kindOff', { name: kind.name }, 'documentKind');
  }

  function keep(
    values: Pick<Holder, 'name' | 'number' | 'birthDate' | 'validTo' | 'capture' | 'office'>,
    kind: DocumentKindRow,
  ): HolderView {
    // A name with rare characters can be drawn long before it is printed.
    onName(values.name);
    const { name, number } = values;
    const token = vault.lookupToken(kind.code, number);
    const week = isoWeekOf(runtime.clock.nowMs());
    return holderView(
      holders.keep({
        ...values,
        documentKind: kind.code,
        kindName: kind.short ?? kind.name,
        masked: maskNumber(number, kind.code, config.mask),
        token,
        ahead: vault.sealAhead({ kind: kind.code, name, number }, week, token),
      }),
    );
  }

  const today = (): BusinessDate => businessDateOf(runtime.clock.nowMs());

  return {
    kinds(): Outcome<OfficeOutput<'holders.kinds'>> {
      return accepted({
        kinds: kinds()
          .filter(({ on }) => on)
          .map(({ code, name, needsOffice, needsApproval, format }) => ({
            code,
            name,
            needsOffice,
            needsApproval,
            tellsBirthDate: tellsBirthDate(format),
          })),
      });
    },

    /** A typed document of any kind in force: number by the kind's format, name, and what else the kind is recorded with. */
    type(input: OfficeInput<'holders.type'>): Outcome<HolderView> {
      const kind = kindInForce(input.documentKind);
      if (!kind.ok) return kind;
      const number = checkDocumentNumber(kind.value, input.number, today());
      if (!number.ok) return number;
      const name = checkName(input.name);
      if (!name.ok) return name;
      const birthDate = checkTypedBirth(input.birthDate, today());
      if (!birthDate.ok) return birthDate;
      const office = checkOffice(kind.value, input.office);
      if (!office.ok) return office;
      return accepted(
        keep(
          {
            name: name.value,
            number: number.value.number,
            birthDate: number.value.birthDate ?? birthDate.value,
            validTo: null,
            capture: 'typed',
            ...(office.value === undefined ? {} : { office: office.value }),
          },
          kind.value,
        ),
      );
    },

    /**
     * A document that the reader read. A card whose own number is wrong is refused like a typed one; its name is taken as the
     * chip has it, because rare characters are private-use on some cards.
     */
    read(document: CardDocument): Outcome<HolderView> {
      const kind = kindInForce(KIND_OF_CARD[document.kind]);
      if (!kind.ok) return kind;
      const number = checkDocumentNumber(kind.value, document.number, today());
      if (!number.ok) return number;
      return accepted(
        keep(
          {
            name: document.name,
            number: number.value.number,
            birthDate: document.birthDate,
            validTo: document.validTo === 'longTerm' ? null : document.validTo,
            capture: 'chip',
          },
          kind.value,
        ),
      );
    },

    /** The lines of a passport, scanned; their check digits are right. Other documents have a chip or are typed. */
    scan(document: MrzDocument): Outcome<HolderView> {
      if (!document.documentCode.startsWith('P') || document.format !== 'TD3')
        return refused('document.mrzKind');
      const kind = kindInForce('414');
      if (!kind.ok) return kind;
      const number = checkDocumentNumber(kind.value, document.number, today());
      if (!number.ok) return number;
      const { name, birthDate, validTo } = document;
      return accepted(
        keep({ name, number: number.value.number, birthDate, validTo, capture: 'mrz' }, kind.value),
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
