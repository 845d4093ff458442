import * as v from 'valibot';
import type { Live } from './broadcast';
import { decodeSecond } from './picture';
import type { Product } from './product';
import type { Stand } from './stand';
import { eventually, Mismatch, type Steps } from './step';
import { headOfFile, watchHls } from './watch';

const vodList = v.object({
  total: v.number(),
  items: v.array(
    v.object({
      fileId: v.string(),
      streamId: v.string(),
      title: v.string(),
      playUrl: v.string(),
      hlsPlayUrl: v.string(),
      startedAt: v.number(),
      endedAt: v.number(),
    }),
  ),
});
export type Replay = v.InferOutput<typeof vodList>['items'][number];

const look =
  'the output of npm start: "recording:" says what was written, "notices:" and "liveCallback" what became of the callbacks (REPLAY_MIN_SECONDS, LIVE_RECORD)';

/**
 * Plays a recording in both formats, and finds it where an old app looks.
 * @param viewer whose old app it is
 */
export async function watchReplay(
  { steps, product, source: { ffmpeg } }: Stand,
  replay: Replay,
  viewer: { userSig: string },
): Promise<void> {
  const playLook = 'the folder vod/ below DATA_DIR/cloud; the output of npm start, "local cloud:"';
  await steps.run(
    'play the recording: a Range request for its head, then decode a second',
    playLook,
    async (say) => {
      const { container, size } = await headOfFile(replay.playUrl);
      await decodeSecond(ffmpeg, replay.playUrl);
      say(`HTTP 206, ${container} of ${size} bytes, decodes`);
    },
  );
  await steps.run('play the recording as HLS', playLook, async (say) => {
    const { segments, bytes } = await watchHls(replay.hlsPlayUrl, 10);
    await decodeSecond(ffmpeg, replay.hlsPlayUrl);
    say(`a playlist of ${segments} segment(s), the first has ${bytes} bytes of MPEG-TS, decodes`);
  });
  await steps.run('FetchList of an old app for replays (flag 2)', look, async (say) => {
    const item = v.object({
      fileid: v.string(),
      playurl: v.string(),
      hls_play_url: v.string(),
      type: v.literal(1),
    });
    const list = await product.v1(
      { Action: 'FetchList', flag: 2, pageno: 1, pagesize: 20, usersig: viewer.userSig },
      v.object({ totalcount: v.number(), pusherlist: v.array(item) }),
    );
    const found = list.pusherlist.filter(({ playurl }) => playurl === replay.playUrl);
    if (found.length !== 1 || found[0]?.hls_play_url !== replay.hlsPlayUrl)
      throw new Mismatch('the same recording once', `${found.length} times among ${list.totalcount}`);
    // By now every format has been announced: none may have become an item of its own.
    const { items } = await listReplays(product);
    const own = items.filter(({ streamId }) => streamId === replay.streamId).length;
    if (own !== 1) throw new Mismatch('one item for all formats of the recording', `${own} items`);
    say(`the same recording, once among ${list.totalcount}`);
  });
}

/** Waits for the recording of a live that is over. */
export function findReplay(steps: Steps, product: Product, live: Live): Promise<Replay> {
  return steps.run('wait for the recording callbacks, POST /getVodList', look, async (say) => {
    const from = performance.now();
    const expected = `one replay of ${live.streamId} with HLS beside FLV or MP4`;
    const replay = await eventually(expected, 15, async () => {
      const { total, items } = await listReplays(product);
      const found = items.filter((item) => item.streamId === live.streamId);
      const [first] = found;
      if (first === undefined) return `${total} replay(s) of others`;
      if (found.length > 1) throw new Mismatch(expected, `${found.length} items for one recording`);
      const [file, playlist] = [/\.(flv|mp4)$/.test(first.playUrl), first.hlsPlayUrl.endsWith('.m3u8')];
      return file && playlist ? first : `${first.playUrl} and ${first.hlsPlayUrl}`;
    });
    if (replay.title !== live.title) throw new Mismatch(`the title "${live.title}"`, `"${replay.title}"`);
    const waited = ((performance.now() - from) / 1000).toFixed(1);
    say(`after ${waited} s: ${replay.endedAt - replay.startedAt} s, one item`);
    say(`${replay.playUrl}, ${replay.hlsPlayUrl}`);
    return replay;
  });
}

function listReplays(product: Product): Promise<v.InferOutput<typeof vodList>> {
  return product.ask('/getVodList', { page: 1, pageSize: 100 }, vodList);
}
