import { ask, askMachine } from './calls';
import { drawCover, uploadCover } from './cover';
import { refreshLists } from './lists';
import { people } from './people';
import { grantedPush, nothing } from './shapes';

export interface Prepared {
  streamId: string;
  pushUrl: string;
  expiresAt: number;
}

/**
 * Begins a broadcast as an app does: cover, then push URL.
 * @param cover undefined: one is drawn
 * @throws CallFailed
 */
export async function prepare(title: string, cover: File | undefined): Promise<Prepared> {
  const token = await people.host.token();
  const frontCover = await uploadCover(cover ?? (await drawCover(title)));
  const groupId = `room_${crypto.randomUUID().slice(0, 13)}`;
  const { nickname } = people.host;
  const body = { title, groupId, nickname, frontCover, location: '' };
  return ask({ who: 'host', path: '/getPushUrl', body, token }, grantedPush);
}

/** Has this machine push its test picture. @throws CallFailed */
export async function pushTestPicture(pushUrl: string): Promise<void> {
  await askMachine({ path: '/push', body: { pushUrl } }, nothing);
  void refreshLists();
}

export async function stopTestPicture(streamName: string): Promise<void> {
  await askMachine({ path: '/stopPush', body: { streamName } }, nothing);
  void refreshLists();
}

/** The two fields of OBS and its like: all up to the stream name, and the rest. */
export function splitPushUrl(pushUrl: string): { server: string; key: string } {
  const query = pushUrl.indexOf('?');
  const slash = pushUrl.lastIndexOf('/', query === -1 ? undefined : query);
  return { server: pushUrl.slice(0, slash + 1), key: pushUrl.slice(slash + 1) };
}

/** A command that pushes ffmpeg's own test picture and a tone. */
export function ffmpegCommand(pushUrl: string): string {
  return [
    'ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=25 -f lavfi -i sine=frequency=440',
    '-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 25 -b:v 1500k -c:a aac -b:a 96k',
    `-f flv '${pushUrl}'`,
  ].join(' \\\n  ');
}
