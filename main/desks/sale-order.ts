import { toHex } from '../../contract/encoding/bytes.ts';
import type { Fen } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { SalePassenger, SaleVehicle } from '../../domain/types.ts';
import type { Holder } from './holders.ts';

type Order = Pick<OfficeInput<'sales.sell'>, 'passengers' | 'vehicles'>;

/** A quote of an order that cannot be priced. */
export function unpriced(input: OfficeInput<'sales.quote'>, refusal: Refusal): OfficeOutput<'sales.quote'> {
  return {
    passengers: input.passengers.map(({ holderRef, ticketClass }) => ({
      holderRef,
      fareFen: null,
      suggestedClass: ticketClass,
      ageYears: null,
    })),
    vehicles: (input.vehicles ?? []).map(() => ({ fareFen: null, deck: null })),
    classes: [],
    totalFen: 0 as Fen,
    refusal,
  };
}

/** An order's people as the rules see them; whom it ties to nobody of the order is tied to nobody. */
export function salePassengers(input: Pick<Order, 'passengers'>, found: readonly Holder[]): SalePassenger[] {
  return input.passengers.map((passenger, index) => {
    const holder = found[index] as Holder;
    const { ticketClass, childBasis, proof, carriedBy } = passenger;
    return {
      documentKind: holder.documentKind,
      birthDate: holder.birthDate,
      validTo: holder.validTo,
      capture: holder.capture,
      ticketClass,
      samePersonKey: toHex(holder.token),
      ...(childBasis === undefined ? {} : { childBasis }),
      ...(proof === undefined ? {} : { proof }),
      ...(carriedBy === undefined ? {} : { carriedBy: placeOf(input, carriedBy) }),
      ...(holder.office === undefined ? {} : { documentOffice: holder.office }),
    };
  });
}

export function saleVehicles(input: Order): SaleVehicle[] {
  return (input.vehicles ?? []).map(({ vehicleType, lengthCm, plate, deck, driver }) => ({
    vehicleType,
    lengthCm,
    plate,
    deck: deck ?? null,
    driver: placeOf(input, driver),
  }));
}

/** Place of a person in the order; −1 for one who is not in it. */
export function placeOf(input: Pick<Order, 'passengers'>, ref: string): number {
  return input.passengers.findIndex((one) => one.holderRef === ref);
}
