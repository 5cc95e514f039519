/** Printer models as the driver uses them. They live in the contract, because the ticket's picture on screen needs them too. */
export { columnsOf, PROFILES, profileOf } from '../../../contract/printer-profiles.ts';
