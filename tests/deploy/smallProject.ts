import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a test may change of the project; every change is one that a developer makes. */
export interface SmallProjectParts {
  /** What `app` says. */
  text: string;
  /** The name of its environment variable, and how serverless.yml fills it. */
  variables: Record<string, string>;
  memorySize: number;
  timeout: number;
  /** Timers of `job`, cron by name. */
  timers: Record<string, string>;
  /** Functions besides app, job and migrate, each with a URL. */
  others: string[];
  /** What `migrate` returns, as an expression; the text of an Error is thrown. */
  migration: string;
}

export interface SmallProject {
  readonly root: string;
  /** Writes the project anew with these parts changed; the others stay. */
  change(parts: Partial<SmallProjectParts>): void;
  remove(): void;
}

/** A project of three functions that deploys in no time: `app` with a URL, `job` with timers, `migrate`. */
export function writeSmallProject(changes: Partial<SmallProjectParts> = {}): SmallProject {
  const root = mkdtempSync(join(tmpdir(), 'xiaozhibo-small-'));
  let parts: SmallProjectParts = {
    text: 'first',
    variables: { GREETING: '${env:GREETING}', APP_SECRET: '${env:APP_SECRET}' },
    memorySize: 128,
    timeout: 3,
    timers: { everyMinute: '0 * * * * * *' },
    others: [],
    migration: '{ ok: true, applied: [] }',
    ...changes,
  };
  const write = (): void => {
    for (const [file, text] of Object.entries(filesOf(parts))) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  };
  write();
  return {
    root,
    change(next) {
      parts = { ...parts, ...next };
      write();
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function filesOf(parts: SmallProjectParts): Record<string, string> {
  const { text, others, migration } = parts;
  const answering = (said: string): string =>
    `export async function main_handler() {
      const body = ${JSON.stringify(said)} + ' ' + (process.env.GREETING ?? '');
      return { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body };
    }`;
  return {
    LICENSE: 'the licence',
    'serverless.yml': serviceFile(parts),
    'functions/app/index.ts': answering(text),
    'functions/job/index.ts': 'export async function main_handler() { return { done: true }; }',
    'functions/migrate/index.ts': `export async function main_handler() { return ${migration}; }`,
    ...Object.fromEntries(others.map((name) => [`functions/${name}/index.ts`, answering(name)])),
  };
}

function serviceFile({ variables, memorySize, timeout, timers, others }: SmallProjectParts): string {
  const http = (name: string): string[] => [
    `  ${name}:`,
    '    handler: index.main_handler',
    '    events:',
    `      - http: { paths: [/${name}] }`,
  ];
  const timerLines = Object.entries(timers).map(
    ([name, cron]) => `      - timer: { name: ${name}, cron: '${cron}' }`,
  );
  const lines = [
    'service: small',
    'provider:',
    '  name: tencent',
    "  region: ${env:TENCENT_REGION, 'ap-guangzhou'}",
    "  stage: ${opt:stage, 'dev'}",
    "  namespace: ${env:SCF_NAMESPACE, 'default'}",
    "  role: ${env:EXECUTION_ROLE, ''}",
    '  runtime: Nodejs18.15',
    `  memorySize: ${memorySize}`,
    `  timeout: ${timeout}`,
    "  vpc: { vpcId: '${env:VPC_ID}', subnetId: '${env:SUBNET_ID}' }",
    '  domain: { name: "${env:PUBLIC_DOMAIN, \'\'}", certificateId: "${env:CERTIFICATE_ID, \'\'}" }',
    'functions:',
    ...http('app'),
    '    environment:',
    ...Object.entries(variables).map(([name, value]) => `      ${name}: "${value}"`),
    '  job:',
    '    handler: index.main_handler',
    ...(timerLines.length === 0 ? [] : ['    events:', ...timerLines]),
    '  migrate:',
    '    handler: index.main_handler',
    ...others.flatMap(http),
  ];
  return `${lines.join('\n')}\n`;
}
