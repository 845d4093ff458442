import * as v from 'valibot';
import { clock } from '../../shared/clock';
import { readConfig } from '../../shared/config';
import { pushUrlsOf } from '../../shared/liveUrls';
import { listed, listLives, makeTitle, pushUntil, stop, watch, type Listed, type Live } from './broadcast';
import {
  joinWithEveryApp,
  makePassword,
  queryRooms,
  seeReplayWithV2,
  seeWithV3,
  type EveryApp,
} from './everyApp';
import { requireUserSig, shortened } from './people';
import type { Product } from './product';
import { findReplay, watchReplay } from './replay';
import type { Stand } from './stand';
import { Mismatch } from './step';
import { askV3, loginAgainV3, loginV3, registerV3, type V3Person } from './v3App';

const look = 'the output of npm start, lines beginning with "app"';

/** A broadcast of an app of the third generation, in that app's own order of calls (protocol.md 12). */
export async function thirdGeneration(stand: Stand): Promise<void> {
  const { steps, product } = stand;
  const host = await join(stand, `alice_${stand.run}`);
  const viewer = await joinWithEveryApp(stand, `carol_${stand.run}`, 'Carol');
  const live = await goLive(stand, host);
  await watch(steps, product, live, viewer);
  await seeWithV3(stand, viewer, live, { roomId: host.number, ownBy: host.number });
  await visitRoom(stand, host, viewer, live);
  await stop(steps, product, live, stand.recordedSeconds);
  await destroyRoom(stand, host, viewer);
  const replay = await findReplay(steps, product, live);
  await seeReplayWithV2(stand, viewer, replay, '');
  await watchReplay(stand, replay, viewer);
}

/** The host registers and logs in; then the app is started again, which takes no password. */
async function join({ steps, product, settings }: Stand, username: string): Promise<V3Person> {
  const first = await steps.run(
    `${username} registers (POST /base/v1/oauth/register) and logs in (oauth/signature)`,
    `${look}; IM_SDKAPPID and IM_SECRET_KEY must be the same for demo and product`,
    async (say) => {
      const password = makePassword();
      const number = await registerV3(product, username, password);
      const person = await loginV3(product, username, password);
      if (person.number !== number) throw new Mismatch(`the number ${number}`, person.number);
      requireUserSig(settings, number, person.userSig);
      say(`number ${number}, a token, a valid UserSig: ${shortened(person.userSig)}`);
      return person;
    },
  );
  return steps.run('the app starts again: user_login_token, user_keepalive', look, async (say) => {
    const person = await loginAgainV3(product, first);
    if (person.number !== first.number) throw new Mismatch(`the number ${first.number}`, person.number);
    await beat(product, person);
    say(`logged in as ${person.number} without the password`);
    return person;
  });
}

/**
 * enter_room and update_room, and the push. A v3 app makes its push URL itself, with the room for the name of the
 * stream: here it is signed with the push key, which such an app was built with.
 */
async function goLive(stand: Stand, host: V3Person): Promise<Live> {
  const { steps, product, settings } = stand;
  const title = makeTitle();
  const roomId = host.number;
  const begun = await steps.run(
    `enter_room ${roomId} as anchor, update_room: it is called "${title}"`,
    `${look} or "im:"`,
    async (say) => {
      const entered = v.object({ roomId: v.literal(roomId), role: v.literal('anchor') });
      const room = { roomId, role: 'anchor', category: 'mlvb-show-live' };
      await askV3(product, host, 'rooms/enter_room', room, entered);
      await askV3(product, host, 'rooms/update_room', { roomId, title, cover: '' }, v.null());
      const list = await listLives(product);
      const live = list.items.find(({ userId }) => userId === host.username);
      if (live === undefined) throw new Mismatch(`a live of ${host.username} on /getLiveList`, 'none');
      say(`on the list as ${live.streamId}, to be played at ${live.playUrls.flv}`);
      return live;
    },
  );
  const config = readConfig(settings, [
    'LIVE_BIZID',
    'LIVE_PUSH_DOMAIN',
    'LIVE_PUSH_KEY',
    'LIVE_APP_NAME',
    'LIVE_URL_TTL',
    'LIVE_RECORD',
  ]);
  return pushUntil(stand, {
    pushUrl: pushUrlsOf(config, roomId, clock()).rtmp,
    title,
    waitFor: `as ${roomId}, wait until it can be watched`,
    expected: `a stream at ${begun.playUrls.flv}`,
    seen: 'up',
    find: () => findStream(begun),
  });
}

async function findStream(live: Listed): Promise<Listed | string> {
  const response = await fetch(live.playUrls.flv, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
  return response.ok ? live : `HTTP ${response.status}`;
}

/** user_keepalive, which every app sends every 10 s while somebody is logged in. */
function beat(product: Product, person: V3Person): Promise<object> {
  return askV3(product, person, 'auth_users/user_keepalive', {}, v.object({}));
}

async function visitRoom(
  { steps, product }: Stand,
  host: V3Person,
  viewer: EveryApp,
  live: Live,
): Promise<void> {
  const roomId = host.number;
  const enter = `${viewer.userId} enters (enter_room as audience), both apps beat, list_users`;
  await steps.run(enter, look, async (say) => {
    const entered = v.object({ roomId: v.literal(roomId), role: v.literal('audience') });
    await askV3(product, viewer.v3, 'rooms/enter_room', { roomId, role: 'audience' }, entered);
    for (const person of [host, viewer.v3]) await beat(product, person);
    const users = v.array(v.object({ userId: v.string(), role: v.string() }));
    const found = await askV3(product, host, 'rooms/list_users', { roomId }, users);
    const came = found.map(({ userId, role }) => `${userId} ${role}`).join(', ');
    const expected = `${host.number} anchor, ${viewer.v3.number} audience`;
    if (came !== expected) throw new Mismatch(expected, came);
    say(`${came}; ${await viewersOf(product, live, 1)} viewer on the list`);
  });
  await steps.run(`${viewer.userId} leaves (leave_room)`, look, async (say) => {
    await askV3(product, viewer.v3, 'rooms/leave_room', { roomId }, v.null());
    say(`${await viewersOf(product, live, 0)} viewers on the list`);
  });
}

/** @throws Mismatch unless it is so many */
async function viewersOf(product: Product, live: Live, expected: number): Promise<number> {
  const { viewerCount } = await listed(product, live);
  if (viewerCount !== expected) throw new Mismatch(`viewers on the list: ${expected}`, String(viewerCount));
  return viewerCount;
}

/** The app asks for it twice: when the host says so and when the page is left. */
function destroyRoom({ steps, product }: Stand, host: V3Person, viewer: EveryApp): Promise<void> {
  const roomId = host.number;
  return steps.run(
    'destroy_room, twice as the app does; every list is without the live',
    look,
    async (say) => {
      await askV3(product, host, 'rooms/destroy_room', { roomId }, v.null());
      await askV3(product, host, 'rooms/destroy_room', { roomId }, v.null());
      const rooms = await queryRooms(product, viewer);
      const list = v.object({ pusherlist: v.array(v.object({ userid: v.string() })) });
      const page = { flag: 1, pageno: 1, pagesize: 20, usersig: viewer.userSig };
      const { pusherlist } = await product.v1({ Action: 'FetchList', ...page }, list);
      const { items } = await listLives(product);
      const left = {
        query_room: rooms.filter((room) => room.roomId === roomId).length,
        FetchList: pusherlist.filter(({ userid }) => userid === host.username).length,
        getLiveList: items.filter(({ userId }) => userId === host.username).length,
      };
      if (Object.values(left).some((count) => count !== 0))
        throw new Mismatch('no live of the host on any list', JSON.stringify(left));
      say(`${rooms.length} other room(s) in query_room, ${pusherlist.length} in FetchList`);
    },
  );
}
