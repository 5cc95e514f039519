/** SW3, the status byte of the reader's module, and what the driver makes of it. */
import type { CardProblem, DeviceDetail } from '../../../contract/device.ts';

export const SW3 = {
  ok: 0x90,
  noSuchItem: 0x91,
  found: 0x9f,
  checksum: 0x10,
  length: 0x11,
  badCommand: 0x21,
  notPermitted: 0x23,
  unrecognised: 0x24,
  cardRefusesModule: 0x31,
  moduleRefusesCard: 0x32,
  informationCheck: 0x33,
  unknownCardType: 0x40,
  readFailed: 0x41,
  noRandom: 0x47,
  selfTest: 0x60,
  notAuthorised: 0x66,
  noCard: 0x80,
  selectFailed: 0x81,
} as const;

/**
 * What to do after an answer that is neither success nor "no card":
 * `repeat` the same command once · `restart` from find, up to three times · `giveUp` on this card · `fault` of the reader.
 */
export type Verdict =
  | { action: 'repeat'; problem: CardProblem }
  | { action: 'restart'; problem: CardProblem }
  | { action: 'giveUp'; problem: CardProblem }
  | { action: 'fault'; detail: DeviceDetail };

/** Every byte has a verdict; one that no document names counts as "read failed" and is tried again. */
export function verdictOf(sw3: number): Verdict {
  switch (sw3) {
    case SW3.checksum:
    case SW3.length:
      return { action: 'repeat', problem: 'garbled' };
    case SW3.badCommand:
    case SW3.notPermitted:
      return { action: 'giveUp', problem: 'readerRefuses' };
    case SW3.cardRefusesModule:
      return { action: 'restart', problem: 'cardRefusesReader' };
    case SW3.moduleRefusesCard:
    case SW3.informationCheck:
      return { action: 'giveUp', problem: 'suspectCard' };
    case SW3.unknownCardType:
      return { action: 'giveUp', problem: 'notAnIdCard' };
    case SW3.selectFailed:
      return { action: 'restart', problem: 'selectFailed' };
    case SW3.selfTest:
      return { action: 'fault', detail: 'readerSelfTest' };
    case SW3.notAuthorised:
      return { action: 'fault', detail: 'readerNotAuthorised' };
    default:
      return { action: 'restart', problem: 'readFailed' };
  }
}
