/** What became of one row. */
export type Outcome = {
  /** What tells the row from others of its table, for people. */
  key: string;
  /** What was altered to fit, in words. */
  altered?: readonly string[];
  /** When it is from, epoch milliseconds. */
  at?: number | undefined;
} & (
  | { kind: 'new' | 'changed' | 'there' }
  /** `reason` says why, in words. */
  | { kind: 'skipped'; reason: string }
);

/** A row that did not come over as it was. */
export interface Problem {
  table: string;
  key: string;
  kind: 'skipped' | 'altered';
  reason: string;
}

/** What became of the rows of one table. */
export interface TableTally {
  table: string;
  read: number;
  new: number;
  changed: number;
  there: number;
  skipped: number;
  /** Of those that are here: too old for the lists. */
  unlisted: number;
  /** How many rows for each reason. */
  reasons: Record<Problem['kind'], Map<string, number>>;
  oldest: number | undefined;
  newest: number | undefined;
}

export interface Tally {
  tables: TableTally[];
  /** The first problems. */
  problems: Problem[];
}

const problemsKept = 20;

/** Problems are shown on a terminal: keys are shortened, and what would steer it is written as in JSON. */
const keyShown = 120;
const steering = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

function shownKey(key: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return key.replace(steering, escaped).slice(0, keyShown);
}

/**
 * Counts what became of rows.
 * @param onProblem is told of every problem, also of those that are not kept
 */
export function openTally(onProblem: (problem: Problem) => void = () => undefined) {
  const tally: Tally = { tables: [], problems: [] };

  function noteProblem(table: TableTally, kind: Problem['kind'], key: string, reason: string): void {
    const reasons = table.reasons[kind];
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const problem = { table: table.table, key: shownKey(key), kind, reason };
    if (tally.problems.length < problemsKept) tally.problems.push(problem);
    onProblem(problem);
  }

  return {
    tally,
    /**
     * Begins a table.
     * @param listedSince epoch milliseconds: rows from before are in no list
     * @returns where its rows are counted
     */
    table(name: string, listedSince: number) {
      const table: TableTally = {
        table: name,
        read: 0,
        new: 0,
        changed: 0,
        there: 0,
        skipped: 0,
        unlisted: 0,
        reasons: { skipped: new Map(), altered: new Map() },
        oldest: undefined,
        newest: undefined,
      };
      tally.tables.push(table);
      return {
        counts: table,
        add: (outcome: Outcome): void => {
          table.read += 1;
          table[outcome.kind] += 1;
          if (outcome.at !== undefined) {
            table.oldest = Math.min(table.oldest ?? outcome.at, outcome.at);
            table.newest = Math.max(table.newest ?? outcome.at, outcome.at);
          }
          const isHere = outcome.kind !== 'skipped';
          if (isHere && outcome.at !== undefined && outcome.at <= listedSince) table.unlisted += 1;
          if (!isHere) noteProblem(table, 'skipped', outcome.key, outcome.reason);
          else for (const reason of outcome.altered ?? []) noteProblem(table, 'altered', outcome.key, reason);
        },
      };
    },
  };
}
