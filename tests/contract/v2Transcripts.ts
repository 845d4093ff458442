import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../shared/http/request';
import { callbackSign } from '../../shared/signing/callbackSign';
import { liteavSig } from '../../shared/signing/liteavSig';
import { verifyUserSig } from '../../shared/signing/userSig';
import type { Database } from '../../shared/store/database';
import { makeBackend, type Backend } from '../backend';
import { compareAnswers } from './compareAnswers';
import type { Difference } from './differences';
import { emptyTables, stopClock } from './oldApps';
import type { Step } from './transcripts';

/** One request to the original v2 server and what it answered (original-transcripts-v2.json). */
export interface V2Step extends Step {
  headers: Record<string, string>;
}

export interface V2Replayed {
  step: V2Step;
  sender: 'anybody';
  ours: { status: number; body: Record<string, unknown> };
  differences: Difference[];
}

/** The moment of the recording, at which the clock stands. */
const recordedAt = 1_795_361_966;

const imKey = 'imsecret'.padEnd(32, '-');

/** What the recorded server was configured with, in our names. */
const settings = {
  LIVE_BIZID: '8888',
  LIVE_CALLBACK_KEY: 'cbkey',
  COS_APPID: '1251000000',
  COS_BUCKET: 'bkt',
  COS_REGION: 'ap-guangzhou',
  COS_SECRET_ID: 'sid',
  COS_SECRET_KEY: 'sk',
  IM_SDKAPPID: '1400000001',
  IM_SECRET_KEY: imKey,
  REPLAY_MIN_SECONDS: '60',
};

export const v2Steps: readonly V2Step[] = readSteps();

/** What the recording left out: the profile that scenario 4 finds. */
const profileBefore = {
  userid: 'userabc',
  nickname: '昵称',
  avatar: 'http://h.example.com/a.jpg',
  sex: -1,
  frontcover: 'http://h.example.com/c.jpg',
};

/**
 * Sends every recorded step in order. Tokens of the original are replaced by ours of the same login, in bodies and in
 * signatures; a signature that no token of the original made goes out as it was.
 */
export async function replayV2(database: Database): Promise<V2Replayed[]> {
  const clock = stopClock(recordedAt);
  try {
    await emptyTables(database);
    const backend = makeBackend(database, settings, { write: () => undefined });
    const tokens = new Map<string, string>();
    const replayed: V2Replayed[] = [];
    for (const step of v2Steps) {
      if (step.scenario.startsWith('4') && step.index === 0) await setProfile(backend, tokens);
      const ours = await send(step, backend, tokens);
      replayed.push({ step, sender: 'anybody', ours, differences: compare(step, ours) });
    }
    return replayed;
  } finally {
    clock.restore();
  }
}

async function setProfile(backend: Backend, tokens: ReadonlyMap<string, string>): Promise<void> {
  const body = JSON.stringify(profileBefore);
  const token = [...tokens.values()].at(-2) ?? '';
  const headers = { 'liteav-sig': liteavSig({ token, rawBody: body }) };
  const { body: answer } = await backend.ask('app', { path: '/upload_user_info', body, headers });
  if (answer['code'] !== 200) throw new Error(`set-up: ${JSON.stringify(answer)}`);
}

async function send(
  step: V2Step,
  backend: Backend,
  tokens: Map<string, string>,
): Promise<V2Replayed['ours']> {
  if (step.path.startsWith('/callback/')) return notify(step, backend);
  const recorded = typeof step.request === 'string' ? step.request : JSON.stringify(step.request);
  const body = withOurTokens(recorded, tokens);
  const sig = step.headers['Liteav-Sig'];
  const signer =
    sig === undefined ? undefined : [...tokens].find(([original]) => signs(original, recorded, sig));
  const ours = signer === undefined ? sig : liteavSig({ token: signer[1], rawBody: body });
  const reply = await backend.ask('app', {
    path: step.path,
    body,
    headers: ours === undefined ? {} : { 'liteav-sig': ours },
  });
  learnTokens(step, reply.body, tokens);
  return { status: reply.status, body: reply.body };
}

/** A notice out of time is refused; it is then sent again in time, so that the lists that follow can be compared. */
async function notify(step: V2Step, backend: Backend): Promise<V2Replayed['ours']> {
  const body = typeof step.request === 'string' ? step.request : JSON.stringify(step.request);
  const { status, body: ours } = await backend.ask('liveCallback', { path: step.path, body });
  if (isRecord(step.request) && step.note.includes('t in the past')) {
    const t = recordedAt + 600;
    const sign = callbackSign({ key: settings.LIVE_CALLBACK_KEY, t });
    await backend.ask('liveCallback', { path: step.path, body: { ...step.request, t, sign } });
  }
  return { status, body: ours };
}

function signs(token: string, body: string, sig: string): boolean {
  const spelt = [body, body.replaceAll('/', '\\/')];
  return spelt.some((rawBody) => liteavSig({ token, rawBody }) === sig);
}

function withOurTokens(body: string, tokens: ReadonlyMap<string, string>): string {
  return [...tokens].reduce((text, [original, ours]) => text.replaceAll(`"${original}"`, `"${ours}"`), body);
}

/** Two answers with tokens are about the same login. */
function learnTokens(step: V2Step, ours: Record<string, unknown>, tokens: Map<string, string>): void {
  const [original, mine] = [dataOf(step.response.body), dataOf(ours)];
  for (const name of ['token', 'refresh_token'])
    if (typeof original[name] === 'string' && typeof mine[name] === 'string')
      tokens.set(original[name], mine[name]);
}

function compare(step: V2Step, ours: V2Replayed['ours']): Difference[] {
  return [
    ...compareAnswers({ status: step.response.status }, { status: ours.status }),
    ...compareAnswers(told(step.response.body, 'imsecret'), told(ours.body, imKey)),
  ];
}

/** An answer with what is random replaced by what it is. */
function told(body: unknown, key: string): unknown {
  if (!isRecord(body) || !isRecord(body['data'])) return body;
  const data: Record<string, unknown> = { ...body['data'] };
  for (const name of ['token', 'refresh_token'])
    if (typeof data[name] === 'string' && /^\w+$/.test(data[name])) data[name] = 'random';
  if (isRecord(data['roomservice_sign'])) {
    const sign = data['roomservice_sign'];
    data['roomservice_sign'] = { ...sign, userSig: ownerOf(sign['userSig'], key) };
  }
  return { ...body, data };
}

function ownerOf(userSig: unknown, key: string): unknown {
  const sdkAppId = Number(settings.IM_SDKAPPID);
  const check = verifyUserSig({ sdkAppId, key, userSig, now: recordedAt });
  return check.ok ? `of ${check.userId}` : check.reason;
}

function dataOf(body: unknown): Record<string, unknown> {
  return isRecord(body) && isRecord(body['data']) ? body['data'] : {};
}

function readSteps(): V2Step[] {
  const file = join(__dirname, '..', 'data', 'original-transcripts-v2.json');
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const scenarios = isRecord(parsed) && Array.isArray(parsed['scenarios']) ? parsed['scenarios'] : [];
  return scenarios.flatMap((scenario: unknown) => {
    if (!isRecord(scenario) || !Array.isArray(scenario['steps'])) throw new Error('a scenario without steps');
    const name = String(scenario['name']);
    return scenario['steps'].map((step: unknown, index) => readStep(name, index, step));
  });
}

function readStep(scenario: string, index: number, step: unknown): V2Step {
  if (!isRecord(step) || !isRecord(step['response'])) throw new Error(`${scenario}, ${index}: malformed`);
  const { path, request, response, note = '', requestHeaders = {} } = step;
  return {
    scenario,
    index,
    action: String(step['action']),
    path: String(path),
    method: 'POST',
    contentType: 'application/json',
    request: isRecord(request) || typeof request === 'string' ? request : JSON.stringify(request),
    response: { status: Number(response['status']), body: response['body'] },
    note: String(note),
    headers: isRecord(requestHeaders)
      ? Object.fromEntries(Object.entries(requestHeaders).map(([header, value]) => [header, String(value)]))
      : {},
  };
}
