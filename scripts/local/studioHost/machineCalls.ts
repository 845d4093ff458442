/** What the studio's page asks of this machine: `GET` or `POST /studio/local/<name>`, JSON both ways. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { clock } from '../../../shared/clock';
import { readConfig } from '../../../shared/config';
import { isUserId } from '../../../shared/input';
import { signToken } from '../../../shared/token';
import { FFMPEG_HINT } from '../cloud/ffmpeg';
import { readBody } from '../cloud/upload';
import { settingsHealth } from './settingsHealth';
import type { StudioHostOptions } from './studioHost';
import { testPushMinutes, type TestPushes } from './testPushes';

/** Why a call is refused; its message is the answer. */
class Refusal extends Error {}

export interface MachineCall {
  method: 'GET' | 'POST';
  run(body: unknown): Promise<object>;
}

export type MachineCalls = ReadonlyMap<string, MachineCall>;

const tokenSeconds = 24 * 60 * 60;
const userIdBody = v.object({ userId: v.pipe(v.string(), v.check(isUserId, 'expected a user id')) });
const pushBody = v.object({ pushUrl: v.string() });
const streamBody = v.object({ streamName: v.string() });

export function openMachineCalls(
  options: StudioHostOptions & { url: string; pushes: TestPushes },
): MachineCalls {
  const { settings, environment, cloud, pushes, url, ffmpeg } = options;
  const config = readConfig(settings, ['TOKEN_SECRET', 'ADMIN_TOKEN']);
  return new Map<string, MachineCall>([
    [
      '/session',
      {
        method: 'GET',
        run: async () => ({
          url,
          adminToken: config.ADMIN_TOKEN.reveal(),
          chatEndpoint: settings.IM_CHAT_ENDPOINT,
          ffmpeg: ffmpeg === undefined ? { found: false, hint: FFMPEG_HINT } : { found: true },
          testPushMinutes,
          health: settingsHealth(settings, environment),
        }),
      },
    ],
    ['/pictures', { method: 'GET', run: async () => ({ pictures: await cloud.pictures() }) }],
    ['/pushes', { method: 'GET', run: async () => ({ pushes: pushes.list() }) }],
    [
      '/token',
      {
        method: 'POST',
        async run(body) {
          const { userId } = read(userIdBody, body);
          const now = clock();
          const token = await signToken({
            secret: config.TOKEN_SECRET,
            userId,
            now,
            ttlSeconds: tokenSeconds,
          });
          return { userId, token, expiresAt: Math.floor(now / 1000) + tokenSeconds };
        },
      },
    ],
    [
      '/push',
      {
        method: 'POST',
        async run(body) {
          const refused = pushes.start(read(pushBody, body).pushUrl);
          if (refused !== undefined) throw new Refusal(refused);
          return { pushes: pushes.list() };
        },
      },
    ],
    [
      '/stopPush',
      {
        method: 'POST',
        run: async (body) => ({ stopped: await pushes.stop(read(streamBody, body).streamName) }),
      },
    ],
  ]);
}

/** Answers a call; `name` is the path below `/studio/local`. */
export async function answerMachineCall(
  calls: MachineCalls,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): Promise<void> {
  const call = calls.get(name);
  if (call === undefined) return answer(response, 404, { error: 'the studio has no such call' });
  if (request.method !== call.method) return answer(response, 405, { error: `expected ${call.method}` });
  const body = call.method === 'GET' ? undefined : parsed(await readBody(request));
  try {
    answer(response, 200, await call.run(body));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer(response, 400, { error: error.message });
  }
}

function read<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Refusal(`${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`);
}

function parsed(body: Buffer | 'tooLarge'): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}
