import { toJsonSchema } from '@valibot/to-json-schema';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Agent } from 'node:https';
import * as v from 'valibot';
import { clock } from '../../shared/clock';
import { functionPart, httpEvent, providerPart, timerEvent } from '../serviceFile';
import { aliasName, placeOf } from './actual';
import type { Hands } from './apply';
import { scfCloud } from './cloud';
import { deploy } from './deploy';
import { deployEnvironment } from './dotenv';
import { info } from './info';
import { invokeFunction } from './invoke';
import { logs } from './logs';
import { makeMask } from './mask';
import { remove } from './remove';
import { rollback } from './rollback';
import { mentionedVariables, readService, readTarget, type Target } from './service';
import { deploySettingNames } from './settings';

type Environment = Record<string, string | undefined>;

const flag = (usage: string) => ({ usage, type: 'boolean' }) as const;
const value = (usage: string, more: { shortcut?: string; required?: true } = {}) => ({
  usage,
  type: 'string' as const,
  ...more,
});

/** The commands and the options of each, as `sls --help` and `npm run deploy -- --help` show them. */
export const commands = {
  deploy: {
    usage: 'Bring the functions to what serverless.yml describes; only what differs is sent',
    options: {
      function: value('Only this function, and the migrations that it may need', { shortcut: 'f' }),
      'dry-run': flag('Say what would be done, with secrets hidden, and do nothing'),
      prune: flag('Also remove the functions that are no longer in serverless.yml'),
    },
  },
  info: { usage: 'What is deployed, and where it answers', options: {} },
  logs: {
    usage: 'What a function wrote',
    options: {
      function: value('Name of the function', { shortcut: 'f', required: true }),
      startTime: value('Since when: 30s, 10m, 2h or a time; 10m'),
      filter: value('Only lines with this text'),
    },
  },
  invoke: {
    usage: 'Call a function and print what it returns',
    options: {
      function: value('Name of the function', { shortcut: 'f', required: true }),
      data: value('The event, as JSON; {}', { shortcut: 'd' }),
      path: value('A file with the event', { shortcut: 'p' }),
      qualifier: value('A version or an alias; current', { shortcut: 'q' }),
    },
  },
  rollback: {
    usage: 'Take the last release back: every function serves what it did before',
    options: { 'dry-run': flag('Say what would be done, and do nothing') },
  },
  remove: {
    usage: 'Remove all functions of this stage',
    options: { yes: flag('Without asking') },
  },
} as const;

export type CommandName = keyof typeof commands;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

/** Schemas of serverless.yml for `sls`, made from the ones that every other reader uses. */
export const providerSchema = without(propertiesOf(providerPart), 'name', 'stage');
export const functionSchema = without(propertiesOf(functionPart), 'events');
export const eventSchemas = { http: plainSchema(httpEvent), timer: plainSchema(timerEvent) };

function plainSchema(schema: v.GenericSchema): Record<string, unknown> {
  const { $schema: _, ...plain } = { ...toJsonSchema(schema, { typeMode: 'input' }) };
  return plain;
}

function propertiesOf(schema: v.GenericSchema): Record<string, unknown> {
  return { ...toJsonSchema(schema, { typeMode: 'input' }).properties };
}

function without(properties: Record<string, unknown>, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/** Where a command runs. */
export interface Surroundings {
  /** The folder of serverless.yml. */
  root: string;
  /** The name of the file that was read instead of serverless.yml, if one was asked for. */
  file?: string;
  environment: Environment;
  print?: (line: string) => void;
  /** For tests: how connections to the cloud are made. */
  agent?: Agent;
}

const text = v.optional(v.string());
const yes = v.optional(v.boolean(), false);
/** `sls` takes these with every command. */
const common = { stage: text, verbose: yes, debug: text };
const commandInput = v.variant('command', [
  v.strictObject({ ...common, command: v.literal('deploy'), function: text, 'dry-run': yes, prune: yes }),
  v.strictObject({ ...common, command: v.literal('info') }),
  v.strictObject({
    ...common,
    command: v.literal('logs'),
    function: v.string(),
    startTime: text,
    filter: text,
  }),
  v.strictObject({
    ...common,
    command: v.literal('invoke'),
    function: v.string(),
    data: text,
    path: text,
    qualifier: text,
  }),
  v.strictObject({ ...common, command: v.literal('rollback'), 'dry-run': yes }),
  v.strictObject({ ...common, command: v.literal('remove'), yes }),
]);

function readInput(command: CommandName, options: Record<string, unknown>) {
  // `sls` also hands on options that were not typed, as undefined.
  const typed = Object.entries(options).filter(([, given]) => given !== undefined && given !== null);
  const read = v.safeParse(commandInput, { ...Object.fromEntries(typed), command });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const option = v.getDotPath(issue) ?? '';
  throw new Error(
    issue.expected === 'never'
      ? `${command} has no option --${option}; it takes ${['stage', ...Object.keys(commands[command].options)].map((name) => `--${name}`).join(', ')}`
      : `${command}: --${option}: ${issue.message}`,
  );
}

/**
 * Runs a command of the deployment. Everything it prints, and the message of whatever it throws, has passed the mask.
 * @param options as typed, without the dashes
 * @throws Error saying what went wrong and what to do; then the exit code must not be 0
 */
export async function runCommand(
  command: CommandName,
  options: Record<string, unknown>,
  surroundings: Surroundings,
): Promise<void> {
  const masking = { mask: (line: string): string => line };
  await runMasked(command, options, surroundings, masking).catch((error: unknown) => {
    // Without the error itself as cause: whoever prints a stack would print what is hidden here.
    throw new Error(masking.mask(error instanceof Error ? error.message : String(error)));
  });
}

async function runMasked(
  command: CommandName,
  options: Record<string, unknown>,
  surroundings: Surroundings,
  masking: { mask: (line: string) => string },
): Promise<void> {
  const { root, file = 'serverless.yml', print = printLine } = surroundings;
  if (file !== 'serverless.yml')
    throw new Error(`--config ${file}: only serverless.yml is read, by every command of the project`);
  const environment = deployEnvironment(root, surroundings.environment);
  masking.mask = makeMask(environment, [...mentionedVariables(root), ...deploySettingNames]);
  const say = (line: string): void => print(masking.mask(line));
  await act(command, options, { root, environment, say, agent: surroundings.agent });
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Acting {
  root: string;
  environment: Environment;
  say: (line: string) => void;
  agent: Agent | undefined;
}

/** How long a function may take to become Active. */
const patienceMs = 300_000;

async function act(command: CommandName, options: Record<string, unknown>, acting: Acting): Promise<void> {
  const input = readInput(command, options);
  const source = { root: acting.root, environment: acting.environment, stage: input.stage };
  const { say } = acting;
  if (input.command === 'deploy') {
    const service = readService(source);
    const { function: only, 'dry-run': dryRun, prune } = input;
    return withHands(acting, service, (hands) =>
      deploy(acting.root, service, hands, say, { only, dryRun, prune }),
    );
  }
  const target = readTarget(source);
  return withHands(acting, target, (hands) => {
    switch (input.command) {
      case 'info':
        return info(target, hands, say);
      case 'logs':
        return logs(placeOf(target, known(target, input.function)), hands, say, input);
      case 'invoke':
        return invoke(target, hands, say, input);
      case 'rollback':
        return rollback(target, hands, say, { dryRun: input['dry-run'] });
      case 'remove':
        return remove(target, hands, say, input.yes ? () => Promise.resolve() : askToGoOn);
    }
  });
}

async function withHands(
  { say, agent, environment }: Acting,
  { access }: Target,
  work: (hands: Hands) => Promise<void>,
): Promise<void> {
  const cloud = scfCloud(access, { agent, proxied: (environment['http_proxy'] ?? '') !== '' });
  const hands: Hands = {
    cloud,
    now: clock,
    progress: (name, what) => say(`${name}: ${what}`),
    patienceMs,
  };
  try {
    await work(hands);
  } finally {
    cloud.close();
  }
}

function known({ names }: Target, name: string): string {
  if (names.includes(name)) return name;
  throw new Error(`serverless.yml has no function ${name}; it has ${names.join(', ')}`);
}

async function invoke(
  target: Target,
  hands: Hands,
  say: (line: string) => void,
  input: {
    function: string;
    data?: string | undefined;
    path?: string | undefined;
    qualifier?: string | undefined;
  },
): Promise<void> {
  const place = placeOf(target, known(target, input.function));
  if (input.data !== undefined && input.path !== undefined)
    throw new Error('--data and --path: give one of them');
  const event = input.path === undefined ? (input.data ?? '{}') : readFileSync(input.path, 'utf8');
  refuseNoJson(event, input.path === undefined ? '--data' : '--path');
  const called = await invokeFunction(hands.cloud, place, event, input.qualifier ?? aliasName);
  for (const line of called.log.split('\n')) if (line.trim() !== '' && !/\bRetMsg:/.test(line)) say(line);
  if (called.returned !== '') say(called.returned);
  if (!called.succeeded)
    throw new Error(
      `${place.name} failed: ${called.error || 'no reason given'} (request ${called.requestId})`,
    );
}

function refuseNoJson(event: string, option: string): void {
  try {
    JSON.parse(event);
  } catch {
    throw new Error(`${option}: expected JSON such as '{"check":true}'`);
  }
}

/** @throws Error unless somebody at a terminal says yes */
async function askToGoOn(question: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Error('nobody to ask whether to go on: give --yes when you mean it. Nothing was removed');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} (yes/no) `);
    if (answer.trim().toLowerCase() !== 'yes') throw new Error('nothing was removed');
  } finally {
    terminal.close();
  }
}
