import type { Effect, Sell } from '../../contract/contingency.ts';

/**
 * Whether an effect takes away (and so ends only by a signed end) or gives way (and so ends by the clock as well).
 * Free refunds and changes are loosenings: new ones stop by the clock, rights once gained do not (`rights.ts`).
 */
export function isLoosening(effect: Effect): boolean {
  switch (effect.effect) {
    case 'departureState':
      return effect.state === 'rolling';
    case 'sale':
      return effect.sell === 'rolling';
    case 'identity':
      return effect.capture === 'typedWithSecond';
    case 'boarding':
      return effect.check !== 'full';
    case 'printing':
      return effect.print !== 'paper';
    case 'refund':
    case 'change':
      return true;
    case 'leases':
    case 'payments':
    case 'queueNumbers':
    case 'channelsClosed':
      return false;
  }
}

/** Effects that put off or simplify a check of people: they need a second person (ticketing rules 3.2). */
export function defersACheck(effect: Effect): boolean {
  return isLoosening(effect) && (effect.effect === 'identity' || effect.effect === 'boarding');
}

/** Loosest first: of two plans that speak, the one further to the right wins. */
export const sellOrder = ['rolling', 'fixed', 'standby', 'nothing'] as const satisfies readonly Sell[];
export const captureOrder = ['typedWithSecond', 'read'] as const;
export const checkOrder = ['deferred', 'list', 'full'] as const;
export const printOrder = ['none', 'slip', 'paper'] as const;
export const leaseOrder = ['normal', 'hold', 'recall'] as const;

/** The stricter of two values by an order of theirs; an absent one has not spoken. */
export function stricter<T extends string>(order: readonly T[], a: T | undefined, b: T): T {
  return a === undefined || order.indexOf(b) > order.indexOf(a) ? b : a;
}
