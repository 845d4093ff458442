import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Live } from './broadcast';
import { requireUserSig } from './people';
import type { Product } from './product';
import type { Replay } from './replay';
import type { Stand } from './stand';
import { Mismatch } from './step';
import { askV2, loginV2, type V2Person } from './v2App';
import { askV3, loginV3, type V3Person } from './v3App';

/** One person with one account and the apps of every generation. */
export interface EveryApp {
  userId: string;
  /** For v1 apps, which have no login of their own. */
  userSig: string;
  v2: V2Person;
  v3: V3Person;
}

/** A password that nobody has chosen. */
export function makePassword(): string {
  return randomBytes(12).toString('base64url');
}

/** Registers someone with our own API, and logs the account in with a v2 and a v3 app. */
export function joinWithEveryApp(
  { steps, product, settings }: Stand,
  userId: string,
  nickname: string,
): Promise<EveryApp> {
  return steps.run(
    `${userId} registers once (POST /account/register), logs in with a v2 app (/login) and a v3 app (oauth/signature)`,
    'the output of npm start, lines beginning with "account" or "app"; TOKEN_SECRET, IM_SECRET_KEY',
    async (say) => {
      const password = makePassword();
      const session = v.object({ accessToken: v.string(), refreshToken: v.string() });
      await product.ask('/account/register', { userId, password, nickname }, session);
      const v2 = await loginV2(product, userId, password);
      const v3 = await loginV3(product, userId, password);
      requireUserSig(settings, userId, v2.userSig);
      requireUserSig(settings, v3.number, v3.userSig);
      say(`one account: ${userId} in v2, number ${v3.number} in v3; a valid UserSig for each`);
      return { userId, userSig: v2.userSig, v2, v3 };
    },
  );
}

const rooms = v.array(
  v.object({ roomId: v.string(), ownBy: v.string(), title: v.string(), nnUsers: v.number() }),
);

/** The lives as a v3 app lists them. */
export function queryRooms(product: Product, { v3 }: EveryApp): Promise<v.InferOutput<typeof rooms>> {
  const members = { category: 'mlvb-show-live', orderBy: 'createUtc' };
  return askV3(product, v3, 'rooms/query_room', members, rooms);
}

/**
 * Finds the live where a v3 app looks.
 * @param room what v3 apps call it and its host
 */
export function seeWithV3(
  { steps, product }: Stand,
  viewer: EveryApp,
  live: Live,
  room: { roomId: string; ownBy: string },
): Promise<void> {
  return steps.run(
    `query_room of a v3 app, as ${viewer.userId}`,
    'the output of npm start, lines beginning with "app"',
    async (say) => {
      const list = await queryRooms(product, viewer);
      const found = list.find(({ roomId }) => roomId === room.roomId);
      if (found?.title !== live.title || found.ownBy !== room.ownBy)
        throw new Mismatch(
          `room ${room.roomId} of ${room.ownBy}, "${live.title}"`,
          JSON.stringify(found ?? list),
        );
      say(`the same live of ${live.userId}, "${found.title}", as room ${found.roomId} among ${list.length}`);
    },
  );
}

const vodItem = v.object({
  userid: v.string(),
  nickname: v.string(),
  file_id: v.string(),
  title: v.string(),
  frontcover: v.string(),
  play_url: v.string(),
  hls_play_url: v.string(),
});

/**
 * Finds the recording where a v2 app looks.
 * @param cover the picture that the list must show
 */
export function seeReplayWithV2(
  { steps, product }: Stand,
  viewer: EveryApp,
  replay: Replay,
  cover: string,
): Promise<void> {
  return steps.run(
    `get_vod_list of a v2 app, as ${viewer.userId}`,
    'the output of npm start, lines beginning with "app"',
    async (say) => {
      // Android writes the page as text, and asks for everything at once.
      const page = { index: '0', count: 200 };
      const { list } = await askV2(
        product,
        viewer.v2,
        'get_vod_list',
        page,
        v.object({ list: v.array(vodItem) }),
      );
      const found = list.filter((item) => item.file_id === replay.fileId);
      const [first] = found;
      const expected = {
        title: replay.title,
        frontcover: cover,
        play_url: replay.playUrl,
        hls_play_url: replay.hlsPlayUrl,
      };
      if (found.length !== 1 || first === undefined || !v.is(v.object(literals(expected)), first))
        throw new Mismatch(`${replay.fileId} once, with ${JSON.stringify(expected)}`, JSON.stringify(found));
      say(`the same recording of ${first.nickname || first.userid}, once among ${list.length}`);
    },
  );
}

function literals(members: Record<string, string>) {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, v.literal(value)]));
}
