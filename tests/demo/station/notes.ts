/** What the day wrote down while it went on; the rest is counted from outside. */
export interface StationNotes {
  /** Ticket numbers that clerks were told were sold, with their departure. */
  told: { ticketNumber: string; departureId: string }[];
  /** Departures that went, with the heads that were counted aboard by the gate's own hand. */
  sailed: { departureId: string; counted: number; list: string }[];
  /** Sales that were refused because a departure was full. */
  fullRefusals: number;
  problems: string[];
}

export const NOTES_FILE = 'station-day.json';
/** Carried out of the offices: passenger lists and the day report. */
export const PAPERS_FOLDER = 'papers';
export const REPORT_FILE = 'day-report.json';
