import * as v from 'valibot';
import { clock } from '../../shared/clock';
import { readConfig } from '../../shared/config';
import { pushUrlsOf } from '../../shared/liveUrls';
import { makeTitle, pushUntilListed, shortenedPushUrl, stop, watch, type Live } from './broadcast';
import { joinWithEveryApp, makePassword, seeReplayWithV2, seeWithV3 } from './everyApp';
import { requireUserSig, shortened } from './people';
import { download, type Product } from './product';
import { findReplay, watchReplay } from './replay';
import type { Stand } from './stand';
import { Mismatch } from './step';
import { askV2, loginV2, registerV2, uploadV2, type V2Person } from './v2App';

const look = 'the output of npm start, lines beginning with "app"';

/** A broadcast of an app of the second generation, in that app's own order of calls (protocol.md 11). */
export async function secondGeneration(stand: Stand): Promise<void> {
  const { steps, product } = stand;
  const host = await join(stand, `alice_${stand.run}`);
  const viewer = await joinWithEveryApp(stand, `carol_${stand.run}`, 'Carol');
  await setProfile(stand, host);
  const coverUrl = await uploadCover(stand, host);
  const live = await goLive(stand, host, coverUrl);
  await watch(steps, product, live, viewer);
  // iOS knows a live of another generation by its stream, which it can play.
  await seeWithV3(stand, viewer, live, { roomId: live.streamId, ownBy: host.userId });
  await stop(steps, product, live, stand.recordedSeconds);
  const replay = await findReplay(steps, product, live);
  await seeReplayWithV2(stand, viewer, replay, coverUrl);
  await watchReplay(stand, replay, viewer);
}

function join({ steps, product, settings }: Stand, userId: string): Promise<V2Person> {
  return steps.run(
    `${userId} registers (POST /register) and logs in (POST /login)`,
    `${look}; IM_SDKAPPID and IM_SECRET_KEY must be the same for demo and product`,
    async (say) => {
      const password = makePassword();
      await registerV2(product, userId, password);
      const person = await loginV2(product, userId, password);
      requireUserSig(settings, userId, person.userSig);
      say(`a token, a valid UserSig: ${shortened(person.userSig)}, and the bucket ${person.bucket.Bucket}`);
      return person;
    },
  );
}

const profile = v.object({
  nickname: v.string(),
  avatar: v.string(),
  sex: v.number(),
  frontcover: v.string(),
});

/** The profile as the app first has it, and as the app's user fills it in. */
function setProfile({ steps, product }: Stand, host: V2Person): Promise<void> {
  return steps.run('POST /get_user_info, then /upload_user_info', look, async (say) => {
    const before = await askV2(product, host, 'get_user_info', {}, profile);
    await changeProfile(product, host, { ...before, nickname: 'Alice', sex: 1 });
    say(`"${before.nickname}" before, "Alice" after`);
  });
}

/** The cover that the host chooses: in COS, and in the profile too, as the app has it. */
function uploadCover({ steps, product, cover }: Stand, host: V2Person): Promise<string> {
  return steps.run(
    'POST /get_cos_sign, upload a cover to COS with a request that the app signs, fetch it back, /upload_user_info',
    'the output of npm start, lines beginning with "cos:"',
    async (say) => {
      const url = await uploadV2(product, host, cover);
      const { bytes } = await download(url);
      if (!bytes.equals(cover))
        throw new Mismatch(`the ${cover.length} bytes sent`, `${bytes.length} others`);
      const now = await askV2(product, host, 'get_user_info', {}, profile);
      await changeProfile(product, host, { ...now, frontcover: url });
      say(`${cover.length} bytes of JPEG, the same back from ${url}`);
      return url;
    },
  );
}

/** @throws Mismatch unless the profile is as wanted afterwards */
async function changeProfile(
  product: Product,
  host: V2Person,
  wanted: v.InferOutput<typeof profile>,
): Promise<void> {
  await askV2(product, host, 'upload_user_info', wanted, v.object({}));
  const came = await askV2(product, host, 'get_user_info', {}, profile);
  if (JSON.stringify(came) !== JSON.stringify(wanted))
    throw new Mismatch(JSON.stringify(wanted), JSON.stringify(came));
}

/**
 * upload_room, and the push. Where to push, a v2 app asks the room service of the cloud and not this backend: here the
 * push URL is made of the push key, as the room service makes it, with its name for the stream.
 */
async function goLive(stand: Stand, host: V2Person, coverUrl: string): Promise<Live> {
  const { steps, product, settings } = stand;
  const title = makeTitle();
  const config = readConfig(settings, [
    'LIVE_BIZID',
    'LIVE_PUSH_DOMAIN',
    'LIVE_PUSH_KEY',
    'LIVE_APP_NAME',
    'LIVE_URL_TTL',
    'LIVE_RECORD',
  ]);
  const streamId = `${config.LIVE_BIZID}_${host.userId}`;
  const { rtmp: pushUrl } = pushUrlsOf(config, streamId, clock());
  await steps.run(`POST /upload_room: the broadcast is called "${title}"`, look, async (say) => {
    const room = { title, frontcover: coverUrl, location: 'Shenzhen' };
    await askV2(product, host, 'upload_room', room, v.object({}));
    say(`kept; the room service has the app push to ${shortenedPushUrl(pushUrl)}`);
  });
  return pushUntilListed(stand, { streamId, pushUrl, title });
}
