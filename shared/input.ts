import * as v from 'valibot';
import type { InputSchema } from './command';
import { Failure } from './http/errors';
import { isRecord } from './http/request';

/**
 * Checks input against a schema.
 * @returns the parsed value, unknown members dropped
 * @throws Failure invalidInput naming the first field at fault and what was expected
 */
export function parseInput<Schema extends InputSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const given = isRecord(input) ? { ...absentMembers(schema), ...input } : input;
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new Failure('invalidInput', `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
}

/** Every member a schema knows, as undefined: of one that is absent its own schema then says what it expected. */
function absentMembers(schema: object): Record<string, undefined> {
  if ('options' in schema && Array.isArray(schema.options)) {
    return Object.fromEntries(
      schema.options.filter(isRecord).flatMap((option) => Object.entries(absentMembers(option))),
    );
  }
  if (!('entries' in schema) || !isRecord(schema.entries)) return {};
  return Object.fromEntries(Object.keys(schema.entries).map((name) => [name, undefined]));
}

/**
 * How the description of the interface (scripts/openapi) shows a member, where JSON Schema says less than its schema or
 * more than a caller needs to know. It stands before a transformation: what comes after is not what is sent.
 */
export function describedAs<Given>(jsonSchema: Record<string, unknown>) {
  return v.metadata<Given, { jsonSchema: Record<string, unknown> }>({ jsonSchema });
}

/** Text for people: control characters become spaces, white space around it goes, length counts characters. */
export function text(least: number, most: number) {
  const message =
    least === 0
      ? `expected text of at most ${most} characters`
      : `expected text of ${least} to ${most} characters`;
  return v.pipe(
    v.string(message),
    describedAs({ type: 'string', minLength: least, maxLength: most }),
    v.transform((given) => printable(given)),
    v.check((given) => given.length >= least && (given.length <= most || [...given].length <= most), message),
  );
}

/** A user id: any text of 1 to 64 characters without control characters (design: compared exactly, case matters). */
export const userId = v.pipe(
  v.string('expected a user id of 1 to 64 characters'),
  describedAs({ type: 'string', minLength: 1, maxLength: 64 }),
  v.trim(),
  v.check(isUserId, 'expected a user id of 1 to 64 characters, none of them a control character'),
);

/** Spaces around it would not count in the database: two ids that differ by them only would be one user. */
export function isUserId(given: string): boolean {
  return (
    given === given.trim() &&
    given.length >= 1 &&
    [...given].length <= 64 &&
    !/[\p{Cc}\p{Surrogate}]/u.test(given)
  );
}

/** A whole number within bounds, as a JSON number or as digits (a query string has nothing else). */
export function wholeNumber(least: number, most: number) {
  const message = `expected a whole number from ${least} to ${most}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d{1,16}$/, message))], message),
    describedAs({ type: 'integer', minimum: least, maximum: most }),
    v.transform(Number),
    v.check((given) => Number.isInteger(given) && given >= least && given <= most, message),
  );
}

/** Half a surrogate pair cannot be stored as UTF-8 and a control character cannot be shown. */
export function printable(given: string): string {
  return given
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}

/** Which part of a list: `page` from 1 with `pageSize` up to 100, or the `cursor` of an earlier answer in place of `page`. */
export const listPage = v.object({
  page: v.optional(wholeNumber(1, 100_000), 1),
  pageSize: v.optional(wholeNumber(1, 100), 20),
  cursor: v.optional(
    v.pipe(
      v.string('expected the nextCursor of an earlier answer'),
      v.maxLength(200, 'expected the nextCursor of an earlier answer'),
    ),
  ),
});
