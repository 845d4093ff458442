import { parseArgs } from 'node:util';
import { parseOffset } from './legacyTime';

export interface CommandLine {
  /** undefined for what the environment has to say. */
  from: string | undefined;
  to: string | undefined;
  dryRun: boolean;
  offsetMinutes: number;
  /** File for all problems. */
  problems: string | undefined;
}

export const usage = `usage: npm run import-legacy -- --from mysql://user:password@host:3306/database [options]

  --from URL        the database of the old server; or the variable LEGACY_DATABASE_URL, which no other user of this
                    machine can see. A user that may only SELECT is enough
  --to URL          where to copy to; otherwise DATABASE_URL of the environment or of .env
  --dry-run         counts, and writes nothing
  --time-zone ZONE  the offset by which the old PHP wrote its times; +08:00
  --problems FILE   writes every row that is skipped or altered to FILE, one JSON object a line`;

/** Reads the command line. @throws Error naming the option at fault, never a value */
export function readCommandLine(args: readonly string[]): CommandLine & { help: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    // Refused below: the parser's own refusal would show a URL that stands in the wrong place.
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      'time-zone': { type: 'string', default: '+08:00' },
      problems: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 0) throw new Error(`a value without its option\n\n${usage}`);
  const offsetMinutes = parseOffset(values['time-zone']);
  if (offsetMinutes === undefined)
    throw new Error('--time-zone: expected an offset from UTC such as +08:00 or -05:30');
  const { from, to, problems, help } = values;
  return { from, to, dryRun: values['dry-run'], offsetMinutes, problems, help };
}
