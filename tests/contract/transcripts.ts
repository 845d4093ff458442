import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../shared/http/request';

/** One request to the original server and what it answered (original-transcripts.json). */
export interface Step {
  scenario: string;
  index: number;
  action: string;
  path: string;
  method: string;
  contentType: string;
  request: Record<string, unknown> | string;
  response: { status: number; body: unknown };
  note: string;
}

export interface Scenario {
  name: string;
  setup: string;
  steps: Step[];
}

/** The configuration of the server that was recorded. */
export const recordedConfig = {
  bizId: '8888',
  pushKey: 'pushkey',
  callbackKey: 'cbkey',
  secretKey: 'sk',
  secretId: 'sid',
};

const file = join(__dirname, '..', 'data', 'original-transcripts.json');

export const scenarios: readonly Scenario[] = readScenarios();

/** Whether the note calls the answer one that a new server should not copy. */
export function isDefect({ note }: Step): boolean {
  return note.includes('DEFECT:');
}

/** The member a step tries values for, where it is one of a row of such steps. */
export function fieldUnderTest({ note }: Step): string | undefined {
  return /^(\w+): /.exec(note.replace(/^DEFECT: /, ''))?.[1];
}

function readScenarios(): Scenario[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isRecord(parsed) || !Array.isArray(parsed['scenarios'])) throw new Error('no scenarios');
  return parsed['scenarios'].map((scenario: unknown) => {
    if (!isRecord(scenario) || !Array.isArray(scenario['steps'])) throw new Error('a scenario without steps');
    const name = String(scenario['name']);
    const steps = scenario['steps'].map((step: unknown, index) => readStep(name, index, step));
    return { name, setup: String(scenario['setup']), steps };
  });
}

function readStep(scenario: string, index: number, step: unknown): Step {
  if (!isRecord(step) || !isRecord(step['response']))
    throw new Error(`${scenario}, step ${index}: malformed`);
  const { action, path, request, response, note = '', method = 'POST' } = step;
  const contentType = step['contentType'] ?? 'application/json; charset=utf-8';
  if (
    typeof action !== 'string' ||
    typeof path !== 'string' ||
    !(typeof request === 'string' || isRecord(request)) ||
    typeof note !== 'string' ||
    typeof method !== 'string' ||
    typeof contentType !== 'string' ||
    typeof response['status'] !== 'number'
  )
    throw new Error(`${scenario}, step ${index}: malformed`);
  return {
    scenario,
    index,
    action,
    path,
    method,
    contentType,
    request,
    response: { status: response['status'], body: response['body'] },
    note,
  };
}
