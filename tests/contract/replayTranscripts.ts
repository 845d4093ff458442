import { createHash } from 'node:crypto';
import type { Database } from '../../shared/store/database';
import { makeBackend, type Backend } from '../backend';
import { canonicalAnswer, type Telling } from './canonicalAnswer';
import { compareAnswers } from './compareAnswers';
import type { Difference, Sender } from './differences';
import { setUpFixture, setUpLists } from './differentialFixture';
import { emptyTables, stopClock, streamIdIn, type TestClock } from './oldApps';
import { standInCloud } from './standInCloud';
import { fieldUnderTest, recordedConfig, type Scenario, type Step } from './transcripts';

/** A step that has been sent to us: what we answered, and where that is not what the original answered. */
export interface Replayed {
  step: Step;
  /** Whose request it was. */
  sender: Sender;
  ours: { status: number; body: Record<string, unknown> };
  differences: Difference[];
}

/** The day of the recording: the original wrote every moment between these two seconds. */
const recordedFrom = 1_795_361_966;
const recordedTo = 1_795_361_973;

const adminToken = 'tests-only-admin-token';

/** What the recorded server was configured with, in our names. */
const settings = {
  ADMIN_TOKEN: adminToken,
  LIVE_BIZID: recordedConfig.bizId,
  LIVE_PUSH_DOMAIN: '',
  LIVE_PUSH_KEY: recordedConfig.pushKey,
  LIVE_PLAY_DOMAIN: '',
  LIVE_RECORD: 'flv|hls',
  LIVE_CALLBACK_KEY: recordedConfig.callbackKey,
  COS_APPID: '1251000000',
  COS_BUCKET: 'bkt',
  COS_SECRET_ID: recordedConfig.secretId,
  COS_SECRET_KEY: recordedConfig.secretKey,
  VOD_SECRET_ID: recordedConfig.secretId,
  VOD_SECRET_KEY: recordedConfig.secretKey,
  VOD_PROCEDURE: 'XIAOZHIBO-DEFAULT',
  REPLAY_MIN_SECONDS: '60',
};

/** What a scenario knows while it runs. */
interface Run {
  backend: Backend;
  clock: TestClock;
  began: number;
  /** Our stream id for each of the original's. */
  streams: Map<string, string>;
  /** Our moment of the end of a recording for each of the original's. */
  ends: Map<number, number>;
  /** The push activity now going on: the original's notices all carry one sequence. */
  push: number;
}

/**
 * Sends every step of a scenario, in order, to an implementation over this database, after the set-up the scenario names.
 * Ids that the original gave are replaced by those we gave, recorded times by the same distance from now. Actions for
 * operators are sent twice, as anybody and with the operator's token.
 */
export async function replayScenario(database: Database, scenario: Scenario): Promise<Replayed[]> {
  const clock = stopClock(recordedFrom);
  try {
    const run: Run = {
      backend: makeBackend(database, settings, { cloud: standInCloud(), write: () => undefined }),
      clock,
      began: recordedFrom,
      streams: new Map(),
      ends: new Map(),
      push: 0,
    };
    await setUp(run, database, scenario);
    const replayed: Replayed[] = [];
    for (const step of scenario.steps) {
      if (beginsAnew(scenario, step)) await setUp(run, database, scenario);
      await byHand(step, database);
      clock.pass(1);
      replayed.push(await send(step, run, 'anybody'));
      if (isOperators(step)) replayed.push(await send(step, run, 'operator'));
    }
    return replayed;
  } finally {
    clock.restore();
  }
}

async function setUp(run: Run, database: Database, scenario: Scenario): Promise<void> {
  await emptyTables(database);
  run.streams.clear();
  if (scenario.setup.includes('35 lives')) await setUpLists(run.backend, run.clock, run.streams);
  else if (scenario.setup.includes('user1 live and online'))
    await setUpFixture(run.backend, run.clock, run.streams);
  if (scenario.setup.includes('replays removed')) {
    await database.run('DELETE FROM replay_files');
    await database.run('DELETE FROM replays');
  }
}

/** "set up again before every field" of the scenario, and where a note says so. */
function beginsAnew(scenario: Scenario, step: Step): boolean {
  if (step.note.includes('fixture was set up again')) return true;
  const before = scenario.steps[step.index - 1];
  return (
    scenario.setup.includes('set up again before every field') &&
    before !== undefined &&
    fieldUnderTest(step) !== fieldUnderTest(before)
  );
}

/** What was done to the original's database without a request. */
async function byHand(step: Step, database: Database): Promise<void> {
  if (step.note.includes('set by hand'))
    await database.run('UPDATE users SET forbidden = 1 WHERE user_id = ?', ['user1']);
}

/** StopLVB, ForbidLive and the list of all lives are open to everybody in the original. */
export function isOperators({ action, request }: Step): boolean {
  if (action === 'StopLVB' || action === 'ForbidLive') return true;
  return action === 'FetchList' && typeof request === 'object' && request['flag'] === 4;
}

async function send(step: Step, run: Run, sender: Sender): Promise<Replayed> {
  const isNotice = step.path.startsWith('/callback/');
  const reply = await run.backend.ask(isNotice ? 'liveCallback' : 'app', {
    method: step.method,
    body: bodyOf(step, run),
    headers: {
      'content-type': step.contentType,
      ...(sender === 'operator' ? { authorization: `Bearer ${adminToken}` } : {}),
    },
  });
  const ours = { status: reply.status, body: reply.body };
  learnStream(step, reply.data, run);
  return { step, sender, ours, differences: compare(step, ours, run) };
}

function bodyOf(step: Step, run: Run): string {
  if (typeof step.request === 'string') return step.request;
  const request = step.path.startsWith('/callback/') ? noticeNow(step, step.request, run) : step.request;
  return withOurStreams(JSON.stringify(request), run.streams);
}

function withOurStreams(json: string, streams: ReadonlyMap<string, string>): string {
  return [...streams].reduce(
    (text, [original, ours]) => text.replaceAll(new RegExp(`\\b${original}(?![\\w.]*_)\\b`, 'g'), ours),
    json,
  );
}

/** The notice as the cloud would send it now: times as far from now as they were, signed again with the same key. */
function noticeNow(step: Step, notice: Record<string, unknown>, run: Run): Record<string, unknown> {
  if (step.action === 'callback: event 1') run.push += 1;
  const sent: Record<string, unknown> = { ...notice };
  for (const name of ['event_time', 'start_time', 'end_time', 't']) {
    const value = Number(notice[name]);
    if (!isNearRecording(value)) continue;
    const moved = value - recordedNow(notice) + run.clock.now();
    if (name === 'end_time') run.ends.set(value, moved);
    sent[name] = typeof notice[name] === 'string' ? String(moved) : moved;
  }
  if (notice['sequence'] === '6674468118806626493') sent['sequence'] = `66744681188066264${100 + run.push}`;
  const key = [recordedConfig.callbackKey, recordedConfig.pushKey].find(
    (candidate) => md5(`${candidate}${String(notice['t'])}`) === notice['sign'],
  );
  if (key !== undefined) sent['sign'] = md5(`${key}${String(sent['t'])}`);
  return sent;
}

/** When the notice was recorded: its own time, unless that is meant to be another. */
function recordedNow(notice: Record<string, unknown>): number {
  const at = Number(notice['event_time']);
  return at >= recordedFrom && at <= recordedTo ? at : recordedTo;
}

function isNearRecording(seconds: number): boolean {
  return Math.abs(seconds - recordedFrom) < 86_400;
}

/** Two answers with a push URL are about the same broadcast. */
function learnStream(step: Step, ours: Record<string, unknown>, run: Run): void {
  const original = streamPushedTo(step.response.body);
  if (original !== undefined && ours['pushurl'] !== undefined)
    run.streams.set(original, streamIdIn(ours['pushurl']));
}

/** The original does not lower the case of what it takes from the user id. */
function streamPushedTo(body: unknown): string | undefined {
  return /"pushurl":"[^"]*\/live\/([^?"]+)/.exec(JSON.stringify(body))?.[1];
}

function compare(step: Step, ours: Replayed['ours'], run: Run): Difference[] {
  const status = { status: step.response.status };
  const original = canonicalAnswer(step.response.body, originalTelling(run));
  const told = canonicalAnswer(abridged(ours.body, step.response.body), ourTelling(run));
  return [...compareAnswers(status, { status: ours.status }), ...compareAnswers(original, told)];
}

/** Of long lists the recording keeps only which items they held. */
function abridged(ours: Record<string, unknown>, original: unknown): Record<string, unknown> {
  const { pusherlist } = record(ours['returnData']);
  if (!JSON.stringify(original).includes('"pusherlist_ids"') || !Array.isArray(pusherlist)) return ours;
  const ids = pusherlist.map((one: unknown) => record(one)['fileid'] || record(one)['userid']);
  return { ...ours, returnData: { ...record(ours['returnData']), pusherlist_ids: ids } };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function originalTelling({ ends }: Run): Telling {
  return {
    streamOf: (id) => id,
    recordingEnd: (seconds) => ends.get(seconds),
    isRecent: isNearRecording,
    answeredAt: (timestamp) => timestamp,
  };
}

function ourTelling({ streams, ends, clock, began }: Run): Telling {
  const known = new Map([...streams].map(([original, ours]) => [ours, original]));
  const moments = new Set(ends.values());
  return {
    streamOf: (id) => known.get(id) ?? 'unknown',
    recordingEnd: (seconds) => (moments.has(seconds) ? seconds : undefined),
    isRecent: (seconds) => seconds > began - 86_400 && seconds <= clock.now(),
    answeredAt: () => clock.now(),
  };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
