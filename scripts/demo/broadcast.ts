import * as v from 'valibot';
import { clock } from '../../shared/clock';
import type { People } from './people';
import { startPush, type Push } from './picture';
import { download, type Product } from './product';
import type { Stand } from './stand';
import { eventually, Mismatch, type Steps } from './step';
import { watchFlv, watchHls } from './watch';

/** A broadcast that is on the air. */
export interface Live extends Listed {
  push: Push;
  /** Since when frames have been arriving for certain; performance.now(). */
  upSince: number;
}

const listedLive = v.object({
  streamId: v.string(),
  userId: v.string(),
  groupId: v.string(),
  title: v.string(),
  viewerCount: v.number(),
  likeCount: v.number(),
  playUrls: v.object({ flv: v.string(), hls: v.string() }),
});
/** A broadcast as the list has it. */
export type Listed = v.InferOutput<typeof listedLive>;
const liveList = v.object({ total: v.number(), items: v.array(listedLive) });
const grantedUpload = v.object({
  url: v.string(),
  fields: v.record(v.string(), v.string()),
  publicUrl: v.string(),
});

/** How long after the beginning of a push its live must be listed. */
const listedWithinSeconds = 10;

/**
 * The host's cover, uploaded as an app does.
 * @param cover a JPEG
 * @returns its address
 */
export function uploadCover(
  steps: Steps,
  product: Product,
  { host }: People,
  cover: Buffer,
): Promise<string> {
  return steps.run(
    'POST /uploadSig, upload a cover to COS with the form it grants, fetch it back',
    'the output of npm start, lines beginning with "cos:"; COS_* must be the same for demo and product',
    async (say) => {
      const request = { kind: 'cover', contentType: 'image/jpeg' };
      const { url, fields, publicUrl } = await product.ask('/uploadSig', request, grantedUpload, host.token);
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', new Blob([cover], { type: 'image/jpeg' }), 'cover.jpg');
      const response = await fetch(url, { method: 'POST', body: form, signal: AbortSignal.timeout(10_000) });
      if (!response.ok)
        throw new Mismatch(`POST ${url}: HTTP 204`, `HTTP ${response.status} ${await response.text()}`);
      const { bytes } = await download(publicUrl);
      if (!bytes.equals(cover))
        throw new Mismatch(`the ${cover.length} bytes sent`, `${bytes.length} others`);
      say(`${cover.length} bytes of JPEG, the same back from ${publicUrl}`);
      return publicUrl;
    },
  );
}

/** What a broadcast is called: with everything that an app's user may type. */
export function makeTitle(): string {
  return `Demo ${new Date(clock()).toISOString().slice(11, 19)} 直播 "1" 😀`;
}

/** Begins a broadcast and pushes to it until the product lists it. */
export async function goLive(stand: Stand, { host }: People, cover: string): Promise<Live> {
  const title = makeTitle();
  const groupId = `@TGS#${host.userId}`;
  const { streamId, pushUrl } = await stand.steps.run(
    `POST /getPushUrl as ${host.userId}: begin "${title}"`,
    'the output of npm start, lines beginning with "getPushUrl"',
    async (say) => {
      const request = { title, groupId, nickname: 'Alice', frontCover: cover, location: 'Shenzhen' };
      const answer = v.object({ streamId: v.string(), pushUrl: v.string(), expiresAt: v.number() });
      const granted = await stand.product.ask('/getPushUrl', request, answer, host.token);
      const minutes = Math.round((granted.expiresAt - clock() / 1000) / 60);
      say(`${shortenedPushUrl(granted.pushUrl)}, for ${minutes} minutes`);
      return granted;
    },
  );
  return pushUntilListed(stand, { streamId, pushUrl, title });
}

/** Pushes a stream until the callback about it has put a live of that title on the list. */
export function pushUntilListed(
  stand: Stand,
  { streamId, pushUrl, title }: { streamId: string; pushUrl: string; title: string },
): Promise<Live> {
  return pushUntil(stand, {
    pushUrl,
    title,
    waitFor: 'wait for the signed callback to list it',
    expected: `${streamId} on /getLiveList`,
    seen: 'listed',
    async find() {
      const list = await listLives(stand.product);
      return list.items.find((item) => item.streamId === streamId) ?? `${list.total} other live(s) on it`;
    },
  });
}

/**
 * Pushes a stream until something comes of it.
 * @param wait.find gives the live, or in words what there is instead
 */
export async function pushUntil(
  { steps, source, onPush }: Stand,
  wait: {
    pushUrl: string;
    title: string;
    waitFor: string;
    expected: string;
    seen: string;
    find: () => Promise<Listed | string>;
  },
): Promise<Live> {
  const push = startPush(source, wait.pushUrl);
  onPush(push);
  return steps.run(
    `push ${source.file ?? 'a test picture and a beep'} by RTMP, ${wait.waitFor}`,
    'the output of npm start: "push:" says whether the push was let in, "notices:" and "liveCallback" what became of the callback (LIVE_PUSH_KEY, LIVE_CALLBACK_KEY, DATABASE_URL)',
    async (say) => {
      const from = performance.now();
      const found = await eventually(wait.expected, listedWithinSeconds, () => {
        const failure = push.failure();
        if (failure !== undefined) throw new Mismatch('a push that is let in', `ffmpeg ended: ${failure}`);
        return wait.find();
      });
      if (found.title !== wait.title) throw new Mismatch(`the title "${wait.title}"`, `"${found.title}"`);
      const upSince = performance.now();
      say(`${wait.seen} after ${inSeconds(upSince - from)} with ${found.playUrls.flv}`);
      return { ...found, push, upSince };
    },
  );
}

/**
 * Watches the live in both formats, and finds it where an old app looks.
 * @param viewer whose old app it is
 */
export async function watch(
  steps: Steps,
  product: Product,
  live: Live,
  viewer: { userSig: string },
): Promise<void> {
  const look = 'the output of npm start, lines beginning with "push:", "hls:" or "local cloud:"';
  await steps.run('watch the live as HTTP-FLV', look, async (say) => {
    const seen = await watchFlv(live.playUrls.flv, 1_000);
    const sound = seen.audioTags === 0 ? 'no sound' : `${seen.audioTags} sound tags`;
    say(
      `${inSeconds(seen.milliseconds)} of H.264: ${seen.videoTags} pictures, ${seen.keyFrames} of them key frames; ${sound}`,
    );
  });
  await steps.run('watch the live as HLS', look, async (say) => {
    const { segments, bytes } = await watchHls(live.playUrls.hls);
    say(`a playlist of ${segments} segment(s), the first has ${bytes} bytes of MPEG-TS`);
  });
  await steps.run(
    'FetchList of an old app (POST /interface.php, flag 1)',
    'V1_ACCESS (open or usersig); the output of npm start, lines beginning with "app"',
    async (say) => {
      const items = v.array(v.object({ userid: v.string(), title: v.string(), playurl: v.string() }));
      const list = await product.v1(
        { Action: 'FetchList', flag: 1, pageno: 1, pagesize: 20, usersig: viewer.userSig },
        v.object({ totalcount: v.number(), pusherlist: items }),
      );
      const found = list.pusherlist.find(
        (item) => item.playurl.split('?')[0] === live.playUrls.flv.split('?')[0],
      );
      if (found?.userid !== live.userId || found.title !== live.title)
        throw new Mismatch(
          `the live of ${live.userId} with the same play URL`,
          JSON.stringify(found ?? list),
        );
      say(`the same live of ${found.userid}, "${found.title}", among ${list.totalcount}`);
    },
  );
}

/** Stops the push and waits until the live is off the list. */
export function stop(steps: Steps, product: Product, live: Live, recordedSeconds: number): Promise<void> {
  return steps.run(
    'stop the push, wait for the callback to take the live off the list',
    'the output of npm start: "push:" says when the push ended, "notices:" and "liveCallback" what became of the callback',
    async (say) => {
      const left = live.upSince + recordedSeconds * 1000 - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      const pushed = performance.now() - live.upSince;
      const failure = live.push.failure();
      if (failure !== undefined) throw new Mismatch('a push that is still up', `ffmpeg ended: ${failure}`);
      await live.push.stop();
      const from = performance.now();
      const rest = await eventually(`a list without ${live.streamId}`, listedWithinSeconds, async () => {
        const list = await listLives(product);
        return list.items.every((item) => item.streamId !== live.streamId) ? list : 'it is still listed';
      });
      say(
        `off the list ${inSeconds(performance.now() - from)} after a push of ${inSeconds(pushed)}; ${rest.total} other live(s)`,
      );
    },
  );
}

/** What the list says of the live now. @throws Mismatch when it is not listed */
export async function listed(product: Product, { streamId }: { streamId: string }): Promise<Listed> {
  const { items } = await listLives(product);
  const found = items.find((item) => item.streamId === streamId);
  if (found === undefined) throw new Mismatch(`${streamId} on /getLiveList`, 'it is not listed');
  return found;
}

export function listLives(product: Product): Promise<v.InferOutput<typeof liveList>> {
  return product.ask('/getLiveList', { page: 1, pageSize: 100 }, liveList);
}

export function shortenedPushUrl(url: string): string {
  return url.replace(/txSecret=(\w{6})\w*/, 'txSecret=$1...');
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
