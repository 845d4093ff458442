import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildFunctions, endBuild } from '../../scripts/build';
import { readFunctions } from '../../scripts/local/routes';
import { localSettings } from '../../scripts/local/settings';
import { embeddedEngineKey, type Database } from '../../shared/store/database';

/** A function as it is deployed: its bundle, and all it may see of the environment. */
export interface BuiltFunction {
  name: string;
  file: string;
  environment: Record<string, string>;
  usesDatabase: boolean;
  bytes: number;
  gzipBytes: number;
}

export type Handler = (event: unknown, context: object) => Promise<unknown>;

/** Settings of a deployment: made up, of the form that real ones have. */
export function benchSettings(databaseUrl: string): Record<string, string> {
  return localSettings({
    DATABASE_URL: databaseUrl,
    LIVE_PUSH_DOMAIN: 'push.example.com',
    LIVE_PLAY_DOMAIN: 'play.example.com',
    COS_REGION: 'ap-guangzhou',
    WECHAT_ENDPOINT: 'http://127.0.0.1:1',
  });
}

/** Bundles every function of serverless.yml into a folder of the benchmark's own. */
export async function buildAll(root: string, databaseUrl: string): Promise<BuiltFunction[]> {
  const bundles = await buildFunctions(root, join(root, 'dist', 'bench'));
  await endBuild();
  const described = readFunctions(join(root, 'serverless.yml'), benchSettings(databaseUrl));
  return described.map(({ name, environment }) => {
    const bundle = bundles.find((one) => one.name === name);
    if (bundle === undefined) throw new Error(`no bundle of ${name}`);
    const usesDatabase = 'DATABASE_URL' in environment;
    const gzipBytes = gzipSync(readFileSync(bundle.file), { level: 9 }).length;
    return { name, file: bundle.file, environment, usesDatabase, bytes: bundle.bytes, gzipBytes };
  });
}

/**
 * Loads a bundle anew, with nothing but its own environment: an instance of its own, with its own connection.
 * @param changes variables that differ from the function's own
 */
export function loadHandler(fn: BuiltFunction, changes: Record<string, string> = {}): Handler {
  const load = createRequire(fn.file);
  const kept = process.env;
  process.env = { ...fn.environment, ...changes };
  try {
    delete load.cache[fn.file];
    const exported: unknown = load(fn.file);
    if (hasHandler(exported)) return exported.main_handler;
    throw new Error(`${fn.file} exports no main_handler`);
  } finally {
    process.env = kept;
  }
}

/** As {@link loadHandler}, with this database in place of its own. */
export function loadHandlerOver(
  fn: BuiltFunction,
  database: Database,
  changes: Record<string, string> = {},
): Handler {
  Reflect.set(globalThis, embeddedEngineKey, { open: () => database });
  try {
    return loadHandler(fn, { ...changes, DATABASE_URL: 'sqlite:bench' });
  } finally {
    Reflect.deleteProperty(globalThis, embeddedEngineKey);
  }
}

/** @throws Error when serverless.yml has no function of that name */
export function named(functions: readonly BuiltFunction[], name: string): BuiltFunction {
  const found = functions.find((fn) => fn.name === name);
  if (found === undefined) throw new Error(`serverless.yml has no function ${name}`);
  return found;
}

function hasHandler(exported: unknown): exported is { main_handler: Handler } {
  return (
    typeof exported === 'object' &&
    exported !== null &&
    'main_handler' in exported &&
    typeof exported.main_handler === 'function'
  );
}
