import type { Log, LogFields } from '../../shared/log';
import type { Database } from '../../shared/store/database';

/** One run of the sweep, as its steps see it. */
export interface Run {
  database: Database;
  log: Log;
  /** When it began, epoch milliseconds. */
  now: number;
  /** Milliseconds that are left to it; a step begins nothing more at 0. */
  left(): number;
  /** Tells of one repair: a log line with its reason, and its place in the summary. */
  repaired(repair: Repair): void;
}

export type Repair = Pick<LogFields, 'streamId' | 'count'> & { step: string; reason: string };
