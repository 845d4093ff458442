import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions, buildInstanceProgram, endBuild } from '../../scripts/build';
import { startGateway, type GatewayOptions } from '../../scripts/local/gateway';
import { createInstances, type Instances, type InstancesOptions } from '../../scripts/local/instances';
import { readFunctions } from '../../scripts/local/routes';

const project = join(__dirname, 'gatewayProject');

/** The built functions of gatewayProject and the built instance program. */
export interface Build {
  folder: string;
  program: string;
  remove(): void;
}

export async function buildProject(): Promise<Build> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  await buildFunctions(project, folder);
  const program = await buildInstanceProgram(join(__dirname, '..', '..'), folder);
  await endBuild();
  return { folder, program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface GatewayUnderTest {
  port: number;
  instances: Instances;
  /** What the gateway has logged so far. */
  lines: string[];
  close(): Promise<void>;
}

/** Starts a gateway over gatewayProject on a port of its own. */
export async function startProject(
  build: Build,
  options: {
    environment?: Record<string, string>;
    instances?: Pick<InstancesOptions, 'limits' | 'database'>;
    gateway?: Pick<GatewayOptions, 'cloud' | 'bodyMs'>;
  } = {},
): Promise<GatewayUnderTest> {
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const environment = { OWN_VALUE: 'own', DATABASE_URL: 'sqlite:none', ...options.environment };
  const functions = readFunctions(join(project, 'serverless.yml'), environment);
  const instances = createInstances({
    functions,
    program: build.program,
    bundleOf: (name) => join(build.folder, name, 'index.js'),
    log,
    ...options.instances,
  });
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    functions,
    instances,
    log,
    ...options.gateway,
  });
  const close = async (): Promise<void> => {
    await Promise.all([gateway.close(1_000), instances.close(1_000)]);
  };
  return { port: gateway.port, instances, lines, close };
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Name, value, name, value, ... as they came. */
  rawHeaders: string[];
  body: string;
}

/** One HTTP request without the manners of a browser. */
export function call(
  port: number,
  path: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
    signal?: AbortSignal;
  } = {},
): Promise<RawAnswer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, agent: false, ...rest }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers, rawHeaders } = response;
        resolve({ status: statusCode, headers, rawHeaders, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, deadlineMs = 5_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
