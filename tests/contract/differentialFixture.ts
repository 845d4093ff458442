import type { Backend } from '../backend';
import { pushNotice, recordingNotice, streamIdIn, type TestClock } from './oldApps';

const userinfo = {
  nickname: '昵称',
  headpic: 'http://h.example.com/h.jpg',
  frontcover: 'http://h.example.com/c.jpg',
  location: '深圳',
};

type Streams = Map<string, string>;

/**
 * What most scenarios begin with: user1 live and online (stream 8888_user1, group @TGS#1, one viewer fan1), one replay f1
 * (flv and hls), one short video u1.
 * @param streams takes our id of each stream by the original's
 */
export async function setUpFixture(backend: Backend, clock: TestClock, streams: Streams): Promise<void> {
  await goLive(backend, clock, streams, { userid: 'user1', groupid: '@TGS#1', title: '标题' });
  await done(backend, 'EnterGroup', {
    userid: 'fan1',
    liveuserid: 'user1',
    groupid: '@TGS#1',
    nickname: 'F',
    headpic: 'http://h.example.com/f.jpg',
    flag: 0,
  });
  await record(backend, String(streams.get('8888_user1')), ['f1', 'f2'], clock.now() - 100);
  await publish(backend, {
    userid: 'user1',
    file_id: 'u1',
    title: 'u',
    play_url: 'http://v.example.com/u.mp4',
  });
}

/** What the paging scenario begins with: 35 lives, 35 replays of their hosts, 12 short videos, each a second later. */
export async function setUpLists(backend: Backend, clock: TestClock, streams: Streams): Promise<void> {
  const base = clock.now();
  for (let number = 1; number <= 35; number += 1) {
    const padded = String(number).padStart(2, '0');
    clock.pass(1);
    const title = `live ${number}`;
    await goLive(backend, clock, streams, { userid: `L${padded}`, groupid: `g${padded}`, title });
    const files: [string, string] = [`R${padded}`, `H${padded}`];
    await record(backend, String(streams.get(`8888_L${padded}`)), files, base - 40_000 + number * 1000);
  }
  for (let number = 1; number <= 12; number += 1) {
    const padded = String(number).padStart(2, '0');
    clock.pass(1);
    const play_url = `http://v.example.com/V${padded}.mp4`;
    await publish(backend, { userid: `U${padded}`, file_id: `V${padded}`, title: 'v', play_url });
  }
  for (let number = 1; number <= 35; number += 1) {
    const userid = `M${String(number).padStart(2, '0')}`;
    const room = { liveuserid: 'L01', groupid: 'g01', flag: 0 };
    await done(backend, 'EnterGroup', { ...room, userid, nickname: `n${number}`, headpic: '' });
  }
}

async function goLive(
  backend: Backend,
  clock: TestClock,
  streams: Streams,
  live: { userid: string; groupid: string; title: string },
): Promise<void> {
  const { pushurl } = await done(backend, 'RequestLVBAddr', { ...live, userinfo });
  const streamId = streamIdIn(pushurl);
  streams.set(`8888_${live.userid}`, streamId);
  await backend.notify(pushNotice('start', streamId, clock.now()));
  await done(backend, 'ChangeStatus', { userid: live.userid, status: 0 });
}

async function record(
  backend: Backend,
  streamId: string,
  [flv, hls]: [string, string],
  endedAt: number,
): Promise<void> {
  const took = { startedAt: endedAt - 700, endedAt };
  await backend.notify(recordingNotice(streamId, { fileId: flv, format: 'flv', ...took }));
  await backend.notify(recordingNotice(streamId, { fileId: hls, format: 'hls', ...took }));
}

function publish(backend: Backend, video: Record<string, unknown>): Promise<Record<string, unknown>> {
  return done(backend, 'UploadUGCVideo', { ...video, userinfo });
}

let addresses = 0;

/** A request of the set-up, which must succeed. Each comes from another phone: the limits are not what is tested. */
async function done(
  backend: Backend,
  action: string,
  members: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  addresses = (addresses + 1) % 60_000;
  const address = `198.19.${addresses >> 8}.${addresses & 255}`;
  const { body, data, text } = await backend.v1(
    { Action: action, ...members },
    { 'x-scf-remote-addr': address },
  );
  if (body['returnValue'] !== 0) throw new Error(`set-up, ${action}: ${text}`);
  return data;
}
