export type { Office, OfficeOptions } from './office-types.ts';
