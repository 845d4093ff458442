import * as v from 'valibot';
import type { Place } from './actual';
import type { Cloud } from './cloud';
import { invokeFunction } from './invoke';

/** The function that brings the database to the schema of the code: functions/migrate. */
export const migrationFunction = 'migrate';

const outcome = v.variant('ok', [
  v.object({ ok: v.literal(true), applied: v.array(v.string()) }),
  v.object({ ok: v.literal(false), error: v.string() }),
]);

/**
 * Lets the migration function apply what the database has not had.
 * @returns the names of the files that were applied now
 * @throws Error saying what failed and that nothing was changed for the users
 */
export async function runMigrations(cloud: Cloud, place: Place, version: string): Promise<string[]> {
  const { succeeded, returned, error, requestId } = await invokeFunction(cloud, place, '{}', version);
  const read = v.safeParse(outcome, parse(returned));
  if (succeeded && read.success && read.output.ok) return read.output.applied;
  const failed = read.success && !read.output.ok ? read.output.error : firstLine(error || returned);
  throw new Error(
    `${place.name}: Invoke: the database could not be brought up to date: ${failed} (request ${requestId}). ` +
      'The versions before go on serving. What to do: mend what it says (DATABASE_URL, VPC_ID, SUBNET_ID, the schema), then run the same command again',
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A stack is for the platform's log, not for the terminal. */
function firstLine(text: string): string {
  const value = parse(text);
  const message = v.safeParse(v.object({ errorMessage: v.string() }), value);
  return (message.success ? message.output.errorMessage : text).split('\n')[0]?.slice(0, 500) || 'no answer';
}
