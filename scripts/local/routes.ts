import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse } from 'yaml';

/** One function as serverless.yml describes it. */
export interface FunctionDescription {
  name: string;
  /** Paths at which it answers; a trailing `/*` takes everything below. */
  paths: string[];
  timeoutSeconds: number;
  memoryMb: number;
  /** The whole environment it may see. */
  environment: Record<string, string>;
  /** Timer triggers: `cron` has SCF's seven fields, `argument` becomes the event's Message. */
  timers: { name: string; cron: string; argument: string }[];
}

const scalar = v.union([v.string(), v.number(), v.boolean()]);
const size = v.pipe(v.number(), v.integer(), v.minValue(1));
const httpTrigger = v.object({ paths: v.array(v.pipe(v.string(), v.startsWith('/'))) });
const timerTrigger = v.object({ name: v.string(), cron: v.string(), argument: v.optional(v.string(), '') });
const serviceFile = v.object({
  provider: v.object({ timeout: v.optional(size, 3), memorySize: v.optional(size, 128) }),
  functions: v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_-]*$/)),
    v.object({
      handler: v.literal('index.main_handler'),
      timeout: v.optional(size),
      memorySize: v.optional(size),
      events: v.optional(
        v.array(v.object({ http: v.optional(httpTrigger), timer: v.optional(timerTrigger) })),
        [],
      ),
      environment: v.optional(v.record(v.string(), scalar), {}),
    }),
  ),
});

/**
 * The names of the functions, in the order of the file.
 * @param file path of serverless.yml
 * @throws Error of one line when the file is not a service description
 */
export function functionNames(file: string): string[] {
  return Object.keys(readServiceFile(file).functions);
}

/**
 * Reads serverless.yml, the single source of routes, sizes and environments.
 * @param file its path
 * @param environment what `${env:NAME}` stands for
 * @param options what `${opt:NAME}` stands for
 * @throws Error of one line that names the function and the variable, when a variable without a default is not set
 */
export function readFunctions(
  file: string,
  environment: Record<string, string | undefined>,
  options: Record<string, string | undefined> = {},
): FunctionDescription[] {
  const service = readServiceFile(file);
  return Object.entries(service.functions).map(([name, described]) => ({
    name,
    paths: described.events.flatMap((event) => event.http?.paths ?? []),
    timeoutSeconds: described.timeout ?? service.provider.timeout,
    memoryMb: described.memorySize ?? service.provider.memorySize,
    environment: Object.fromEntries(
      Object.entries(described.environment).map(([variable, text]) => {
        const place = `${file}: function ${name}, variable ${variable}`;
        return [variable, resolveVariables(String(text), { env: environment, opt: options }, place)];
      }),
    ),
    timers: described.events.flatMap((event) => (event.timer === undefined ? [] : [event.timer])),
  }));
}

/**
 * Finds the function of a path: an exact path before a prefix, a longer prefix before a shorter one.
 * A prefix `/base/*` takes `/base` and everything below it. A server address typed into an app may end with a slash, so
 * doubled slashes count as one and one at the end as none, as the functions themselves read a path.
 */
export function findFunction<F extends Pick<FunctionDescription, 'paths'>>(
  functions: readonly F[],
  asked: string,
): F | undefined {
  const path = asked.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  const exact = functions.find((described) => described.paths.includes(path));
  if (exact !== undefined) return exact;
  const prefixes = functions.flatMap((described) =>
    described.paths
      .filter((route) => route.endsWith('/*') && `${path}/`.startsWith(route.slice(0, -1)))
      .map((route) => ({ described, length: route.length })),
  );
  return prefixes.sort((a, b) => b.length - a.length)[0]?.described;
}

function readServiceFile(file: string): v.InferOutput<typeof serviceFile> {
  const result = v.safeParse(serviceFile, parse(readFileSync(file, 'utf8')));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${file}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
}

/** Replaces `${env:NAME}`, `${env:NAME, 'default'}` and the same with `opt`: the part of the Serverless variable syntax in use here. */
function resolveVariables(
  text: string,
  sources: Record<'env' | 'opt', Record<string, string | undefined>>,
  place: string,
): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    const match = /^(env|opt):(\w+)(?:\s*,\s*(?:'([^']*)'|"([^"]*)"))?$/.exec(inner.trim());
    const source = match?.[1];
    const name = match?.[2];
    if (source === undefined || name === undefined) throw new Error(`${place}: cannot read \${${inner}}`);
    const value = sources[source === 'env' ? 'env' : 'opt'][name] ?? match?.[3] ?? match?.[4];
    if (value === undefined) throw new Error(`${place}: ${name} is not set`);
    return value;
  });
}
