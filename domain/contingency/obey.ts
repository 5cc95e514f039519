import type { Evidence, PaymentKind } from '../../contract/contingency.ts';
import { refused, type Refusal } from '../../contract/refusals.ts';
import { checkOrder } from './effects.ts';
import { stateMeanings } from '../departures/states.ts';
import type { Rules } from './rules.ts';

/** A sale as far as plans may speak of it. */
export interface SaleAttempt {
  readonly subject: 'passenger' | 'vehicle';
  /** Null = nobody's identity was taken; of a vehicle ticket that of its driver. */
  readonly capture: 'chip' | 'mrz' | 'typed' | null;
  /** Staff number of whoever read aloud while it was typed. */
  readonly secondReader: string | null;
  readonly payment: PaymentKind;
}

const paymentNames: Record<PaymentKind, string> = {
  cash: '现金',
  mobile: '移动支付',
  bankCard: '银行卡',
  transportCard: '交通卡',
};
const evidenceNames: Record<Evidence, string> = {
  headCount: '人数',
  nameList: '名单',
  checkAboard: '船(车)上补查',
  signature: '签字',
};

/**
 * What the rules say against a sale; undefined = nothing. What kind of ticket it becomes (fixed, standby, for the day) is
 * `rules.sale`. That an identity is taken is asked whatever the rules say.
 */
export function obstacleToSale(rules: Rules, attempt: SaleAttempt): Refusal | undefined {
  const { subject, capture, secondReader, payment } = attempt;
  if (rules.unreadable.length > 0) return refused('rules.unreadable').refusal;
  const state = stateMeanings[rules.state].chinese;
  if (subject === 'passenger' && rules.sale.passengers === 'nothing')
    return refused('rules.saleStopped', { state }).refusal;
  if (subject === 'vehicle' && rules.sale.vehicles === 'nothing')
    return refused('rules.vehiclesStopped', { state }).refusal;
  if (!rules.channelOpen) return refused('rules.channelClosed').refusal;
  const notTaken = obstacleToPayment(rules, payment);
  if (notTaken) return notTaken;
  if (capture === null) return refused('rules.identityMissing', {}, 'passengers').refusal;
  if (capture === 'typed' && rules.identity.capture === 'read')
    return refused('rules.identityRead', {}, 'passengers').refusal;
  if (capture === 'typed' && rules.identity.capture === 'typedWithSecond' && secondReader === null)
    return refused('rules.secondReader', {}, 'secondSignature').refusal;
  return undefined;
}

/** What the rules say against taking money this way; undefined = nothing. Money is always given back. */
export function obstacleToPayment(rules: Rules, payment: PaymentKind): Refusal | undefined {
  if (!rules.payments || rules.payments.has(payment)) return undefined;
  const allowed = [...rules.payments].map((kind) => paymentNames[kind]).join('、') || '暂无';
  return refused('rules.payment', { allowed }, 'payment').refusal;
}

/** People about to go aboard. */
export interface BoardingAttempt {
  /** Heads aboard already, and those of this attempt; infants too. */
  readonly aboard: number;
  readonly heads: number;
  /** How they are checked; absent = as the rules have it. Stricter than the rules is always right. */
  readonly check?: Rules['boarding']['check'];
  /** What this boarding leaves behind; only asked where the check is not full. */
  readonly evidence: readonly Evidence[];
}

/** What the rules say against letting people aboard; undefined = nothing. The licence holds in every mode. */
export function obstacleToBoarding(rules: Rules, attempt: BoardingAttempt): Refusal | undefined {
  const { open, mostAboard, check, evidence } = rules.boarding;
  if (!open) return refused('rules.boardingClosed', { state: stateMeanings[rules.state].chinese }).refusal;
  const { aboard, heads } = attempt;
  if (mostAboard !== null && aboard + heads > mostAboard)
    return refused('rules.overLicence', { aboard, heads, most: mostAboard }).refusal;
  const how = attempt.check ?? check;
  if (checkOrder.indexOf(how) < checkOrder.indexOf(check))
    return refused(how === 'list' ? 'rules.listNotAllowed' : 'rules.deferNotAllowed').refusal;
  if (how === 'full') return undefined;
  const missing = evidence
    .filter((each) => !attempt.evidence.includes(each))
    .map((each) => evidenceNames[each]);
  return missing.length === 0
    ? undefined
    : refused('rules.evidence', { missing: missing.join('、') }).refusal;
}
