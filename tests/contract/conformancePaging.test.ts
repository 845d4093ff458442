import { makeBackend } from '../backend';
import { engines } from '../servers/engines';
import type { Database } from '../../shared/store/database';
import {
  addressOf,
  emptyTables,
  inProcess,
  oldApp,
  pushNotice,
  recordingNotice,
  stopClock,
  streamIdIn,
  type App,
  type Server,
  type TestClock,
} from './oldApps';
import { android2016, android37, ios, pageThrough, type PagingApp } from './pagingApps';

const begin = 1_795_358_274;
const sizes = [0, 1, 5, 19, 20, 21, 40, 45];

const builds: { build: string; page: PagingApp; caseId: string }[] = [
  { build: 'Android 1.9 and 3.7', page: android37, caseId: 'a37-FetchList-live' },
  { build: 'Android 2016-11', page: android2016, caseId: 'a37-FetchList-live' },
  { build: 'iOS', page: ios, caseId: 'i1-FetchList-live' },
];

describe('the paging of the apps ends', () => {
  const server = (items: unknown[], total: number) => (pageno: number) =>
    Promise.resolve({ total, items: items.slice((pageno - 1) * 20, pageno * 20) });

  test.each(builds)('against a server that tells the truth: $build', async ({ page }) => {
    for (const size of sizes) {
      const items = Array.from({ length: size }, (_, index) => index);
      expect(await pageThrough(page, server(items, size), Math.floor(size / 20) + 1)).toEqual(items);
    }
  });

  test('but not for the build of 2016 against a total that paging does not deliver', async () => {
    const repeating = () => Promise.resolve({ total: 5, items: [1, 2, 3] });
    await expect(pageThrough(android2016, repeating, 20)).rejects.toThrow('does not end');
  });
});

describe.each(engines())('the lists on $name', ({ open }) => {
  let database: Database;
  let server: Server;
  let clock: TestClock;

  beforeAll(async () => {
    database = await open();
    server = inProcess(makeBackend(database));
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    clock = stopClock(begin);
    await emptyTables(database);
  });
  afterEach(() => clock.restore());

  async function begun(app: App, userid: string): Promise<string> {
    clock.pass(1);
    const { data } = await app('a37-RequestLVBAddr', { userid, groupid: `@TGS#${userid}`, title: userid });
    return streamIdIn(data['pushurl']);
  }

  async function addLive(number: number): Promise<string> {
    const streamId = await begun(oldApp(server, addressOf(number)), `live${number}`);
    await server.notify(pushNotice('start', streamId, clock.now()));
    return `live${number}`;
  }

  async function addReplay(number: number): Promise<string> {
    const streamId = await begun(oldApp(server, addressOf(number)), `over${number}`);
    const took = { startedAt: clock.now() - 200, endedAt: clock.now() - 1 };
    for (const format of ['hls', 'flv'] as const) {
      const fileId = `${format === 'flv' ? 1 : 2}${String(number).padStart(18, '0')}`;
      await server.notify(recordingNotice(streamId, { fileId, format, ...took }));
    }
    return `over${number}`;
  }

  async function addVideo(number: number): Promise<string> {
    clock.pass(1);
    const members = { userid: `maker${number}`, file_id: `3${String(number).padStart(18, '0')}` };
    await oldApp(server, addressOf(number))('a37-UploadUGCVideo', members);
    return `maker${number}`;
  }

  async function addMany(add: (number: number) => Promise<string>, many: number): Promise<string[]> {
    const added: string[] = [];
    for (let number = 0; number < many; number += 1) added.push(await add(number));
    return added.reverse();
  }

  /** What a build sees of one list, by user: every item here has a user of its own. */
  async function seenBy({ page, caseId }: (typeof builds)[number], flag: number, most: number) {
    const app = oldApp(server, '198.18.255.1');
    const seen = await pageThrough(
      page,
      async (pageno) => {
        const { data, values } = await app(caseId, { flag, pageno, pagesize: 20 });
        const items = values.get('returnData.pusherlist[].userid') ?? [];
        return { total: Number(data['totalcount']), items };
      },
      most,
    );
    return seen;
  }

  test.each(sizes)(
    '%i lives, replays, short videos and all are each seen once, newest first',
    async (size) => {
      const lives = await addMany(addLive, size);
      const replays = await addMany(addReplay, size);
      const videos = await addMany(addVideo, size);
      const most = (total: number) => Math.floor(total / 20) + 1;
      for (const build of builds) {
        expect(await seenBy(build, 1, most(size))).toEqual(lives);
        expect(await seenBy(build, 2, most(size))).toEqual(replays);
        expect(await seenBy(build, 5, most(size))).toEqual(videos);
        expect(await seenBy(build, 3, most(2 * size))).toEqual([...lives, ...replays]);
      }
    },
  );

  test.each([
    [1, 0],
    [0, 1],
    [2, 3],
    [19, 1],
    [1, 19],
    [20, 20],
    [21, 19],
    [10, 35],
  ])('a page that holds the last of %i lives goes on with %i replays', async (livesBefore, replaysAfter) => {
    const lives = await addMany(addLive, livesBefore);
    const replays = await addMany(addReplay, replaysAfter);
    const most = Math.floor((livesBefore + replaysAfter) / 20) + 1;
    for (const build of builds) expect(await seenBy(build, 3, most)).toEqual([...lives, ...replays]);
  });
});
