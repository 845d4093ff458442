import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse } from 'yaml';

// The same file is read by `npm start`, by the deployment and by `sls`; each refuses a key it does not know.
const scalar = v.union([v.string(), v.number(), v.boolean()]);
const size = v.pipe(v.number(), v.integer(), v.minValue(1));

export const httpEvent = v.strictObject({ paths: v.array(v.pipe(v.string(), v.startsWith('/'))) });
export const timerEvent = v.strictObject({
  name: v.string(),
  cron: v.string(),
  argument: v.optional(v.string()),
});

export const providerPart = v.strictObject({
  name: v.optional(v.literal('tencent'), 'tencent'),
  region: v.optional(v.string()),
  stage: v.optional(v.string()),
  namespace: v.optional(v.string()),
  runtime: v.optional(v.string(), 'Nodejs18.15'),
  timeout: v.optional(size, 3),
  memorySize: v.optional(size, 128),
  role: v.optional(v.string()),
  publicNet: v.optional(v.boolean(), true),
  vpc: v.optional(v.strictObject({ vpcId: v.string(), subnetId: v.string() })),
  domain: v.optional(v.strictObject({ name: v.string(), certificateId: v.string() })),
});

export const functionPart = v.strictObject({
  handler: v.literal('index.main_handler'),
  timeout: v.optional(size),
  memorySize: v.optional(size),
  // A function that meets no database may stay out of the VPC.
  vpc: v.optional(v.literal(false)),
  events: v.optional(
    v.array(v.strictObject({ http: v.optional(httpEvent), timer: v.optional(timerEvent) })),
    [],
  ),
  environment: v.optional(v.record(v.string(), scalar), {}),
});

const serviceFile = v.strictObject({
  service: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]*$/)), 'service'),
  frameworkVersion: v.optional(v.string()),
  configValidationMode: v.optional(v.literal('error')),
  useDotenv: v.optional(v.string()),
  plugins: v.optional(v.array(v.string())),
  provider: providerPart,
  // No `-`: see isOwnName of the deployment.
  functions: v.record(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_]*$/)), functionPart),
});

export type ServiceFile = v.InferOutput<typeof serviceFile>;

/**
 * Reads serverless.yml. `${...}` stays as it stands; see {@link resolveVariables}.
 * @throws Error of one line that names the place, when the file is not a service description or has a key too many
 */
export function readServiceFile(file: string): ServiceFile {
  const result = v.safeParse(serviceFile, parse(readFileSync(file, 'utf8')));
  if (result.success) return result.output;
  const issue = result.issues.find(({ expected }) => expected === 'never') ?? result.issues[0];
  throw new Error(`${file}: ${v.getDotPath(issue) ?? 'the file'}: ${faultOf(issue)}`);
}

function faultOf({ expected, received, message }: v.BaseIssue<unknown>): string {
  if (expected === 'never') return 'there is no such key in a service file';
  return received === 'undefined' ? 'is missing' : message;
}

/** What `${env:NAME}` and `${opt:NAME}` stand for. */
export type VariableSources = Record<'env' | 'opt', Record<string, string | undefined>>;

/**
 * Replaces `${env:NAME}`, `${env:NAME, 'default'}` and the same with `opt`: the part of the Serverless variable syntax in
 * use here.
 * @param onMissing what a variable stands for that is not set and has no default
 * @throws Error that begins with `place`, for another form, and for such a variable when nothing else is said
 */
export function resolveVariables(
  text: string,
  sources: VariableSources,
  place: string,
  onMissing: (name: string) => string = (name) => {
    throw new Error(`${place}: ${name} is not set`);
  },
): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    const match = /^(env|opt):(\w+)(?:\s*,\s*(?:'([^']*)'|"([^"]*)"))?$/.exec(inner.trim());
    const source = match?.[1];
    const name = match?.[2];
    if (source === undefined || name === undefined) throw new Error(`${place}: cannot read \${${inner}}`);
    const value = sources[source === 'env' ? 'env' : 'opt'][name] ?? match?.[3] ?? match?.[4];
    return value ?? onMissing(name);
  });
}
