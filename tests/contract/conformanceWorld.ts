import { wireRequest, type ClientCase, type WireRequest } from './clientCases';
import { oldApp, pushNotice, recordingNotice, streamIdIn, type Server, type TestClock } from './oldApps';

/** What the cases of client-conformance.json take for granted, with the ids that this server gave. */
export interface CaseWorld {
  hostStream: string;
  /** '' when no guest was asked for. */
  guestStream: string;
  /** The fileid of user1's replay. */
  replayFile: string;
}

/** In the data streams are called as the original server called them, and served where it had them served. */
const placeholders = {
  host: '8888_user1',
  guest: '8888_user2_5a000000',
  origin: 'rtmp://8888.liveplay.myqcloud.com',
};

/**
 * user1 is live in @TGS#1 with v1 and user2 watching, has one replay and one short video.
 * @param clock lets a second pass between two broadcasts of one user
 * @param guest whether user2 is about to join the host
 */
export async function setUpCases(
  server: Server,
  { now, pass }: Pick<TestClock, 'now' | 'pass'>,
  guest: boolean,
): Promise<CaseWorld> {
  const phone = oldApp(server, '198.18.0.1');
  const replayFile = '9031868222807237001';
  const recorded = streamIdIn((await phone('a37-RequestLVBAddr', { title: 'recorded' })).data['pushurl']);
  const { sequence, ...start } = pushNotice('start', recorded, now() - 900);
  await server.notify({ ...start, sequence });
  await server.notify(pushNotice('cut', recorded, now() - 100, sequence));
  const took = { startedAt: now() - 800, endedAt: now() - 100 };
  await server.notify(recordingNotice(recorded, { fileId: replayFile, format: 'flv', ...took }));
  await server.notify(recordingNotice(recorded, { fileId: '9031868222807237002', format: 'hls', ...took }));

  pass(1);
  const hostStream = streamIdIn((await phone('a37-RequestLVBAddr')).data['pushurl']);
  await server.notify(pushNotice('start', hostStream, now()));
  await phone('a37-ChangeStatus-online');
  await phone('a-EnterGroup-live');
  await phone('a37-UploadUGCVideo', { file_id: 'ugc1' });
  await phone('a-EnterGroup-live', { userid: 'user2', nickname: 'n' });
  if (!guest) return { hostStream, guestStream: '', replayFile };
  const { data } = await phone('a-RequestLVBAddrForLinkMic');
  return { hostStream, guestStream: streamIdIn(data['pushurl']), replayFile };
}

/** Whether user2 has joined the host when a case is sent. */
export function needsGuest({ action, request }: ClientCase): boolean {
  return action !== 'RequestLVBAddrForLinkMic' && JSON.stringify(request).includes('user2');
}

/** The request of a case with the ids of this world: a client has them from earlier answers. */
export function requestIn(
  world: CaseWorld,
  clientCase: ClientCase,
  playOrigin: string,
): { request: WireRequest; sent: Record<string, unknown> } {
  const adapt = (text: string) =>
    text
      .replaceAll(placeholders.guest, world.guestStream)
      .replaceAll(new RegExp(`${placeholders.host}(?![0-9a-z_])`, 'g'), world.hostStream)
      .replaceAll(placeholders.origin, playOrigin);
  const sent: unknown = JSON.parse(adapt(JSON.stringify(clientCase.request)));
  const members = { ...clientCase.request, ...(typeof sent === 'object' ? sent : {}) };
  const raw = clientCase.requestRaw === undefined ? undefined : adapt(clientCase.requestRaw);
  return { request: wireRequest(clientCase, members, raw), sent: members };
}

/** Lists whose elements a case reads: to read nothing from an empty list proves nothing. */
export function listsIn({ reads }: ClientCase): string[] {
  return reads.filter(({ path, required }) => required && path.includes('[]')).map(({ path }) => path);
}
