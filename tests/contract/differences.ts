import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Step } from './transcripts';

/** One place in which two answers are not the same; `where` is a path such as `returnData.pusherlist[].desc`. */
export interface Difference {
  where: string;
  original: unknown;
  ours: unknown;
}

/** Who sent the step: operators send what the original let everybody do with their token. */
export type Sender = 'anybody' | 'operator';

const pattern = v.optional(
  v.pipe(
    v.string(),
    v.transform((text) => new RegExp(text, 'u')),
  ),
);

/** What a named difference is about: every pattern that is given must match. `original` and `ours` are matched as JSON. */
const matcher = v.strictObject({
  scenario: pattern,
  sender: v.optional(v.picklist(['anybody', 'operator'])),
  action: pattern,
  note: pattern,
  request: pattern,
  where: pattern,
  original: pattern,
  ours: pattern,
});

const entry = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  what: v.string(),
  original: v.string(),
  ours: v.string(),
  why: v.string(),
  clientImpact: v.string(),
  steps: v.pipe(v.array(matcher), v.minLength(1)),
});

/** A difference from the original server that is meant: see docs/differences.md. */
export type NamedDifference = v.InferOutput<typeof entry>;

/** Reads a list of tests/data. */
export function readDifferences(file: string): readonly NamedDifference[] {
  return v.parse(v.array(entry), JSON.parse(readFileSync(join(__dirname, '..', 'data', file), 'utf8')));
}

/** Those from the server of the first generation. */
export const differences = readDifferences('differences.json');

/** The matchers of the list that a difference answers to, each as `<id>#<number>`. */
export function namesOf(
  { step, sender }: { step: Step; sender: Sender },
  difference: Difference,
  list = differences,
): string[] {
  return list.flatMap(({ id, steps }) =>
    steps.flatMap((rule, number) => (matches(rule, step, sender, difference) ? [`${id}#${number}`] : [])),
  );
}

/** Every matcher of a list, as {@link namesOf} calls it. */
export function namesIn(list: readonly NamedDifference[]): string[] {
  return list.flatMap(({ id, steps }) => steps.map((_rule, number) => `${id}#${number}`));
}

export const everyName = namesIn(differences);

function matches(
  rule: v.InferOutput<typeof matcher>,
  step: Step,
  sender: Sender,
  difference: Difference,
): boolean {
  const fits = (form: RegExp | undefined, text: string) => form === undefined || form.test(text);
  return (
    (rule.sender ?? sender) === sender &&
    fits(rule.scenario, step.scenario) &&
    fits(rule.action, step.action) &&
    fits(rule.note, step.note) &&
    fits(rule.request, typeof step.request === 'string' ? step.request : JSON.stringify(step.request)) &&
    fits(rule.where, difference.where) &&
    fits(rule.original, JSON.stringify(difference.original) ?? '') &&
    fits(rule.ours, JSON.stringify(difference.ours) ?? '')
  );
}
