import { readServiceFile, resolveVariables } from '../serviceFile';

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
    timers: described.events.flatMap(({ timer }) =>
      timer === undefined ? [] : [{ ...timer, argument: timer.argument ?? '' }],
    ),
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
