import { createServer, connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { verifyCallbackSign } from '../../shared/signing/callbackSign';
import { txSecret } from '../../shared/signing/txSecret';
import { codecs, push, run, until } from './media';
import { APP_ID, BACKUP_KEY, CALLBACK_KEY, PUSH_KEY, standUp, type Notice, type Stand } from './cloudStand';

let stand: Stand;
beforeAll(async () => {
  stand = await standUp({ pushIdleSeconds: 2 });
});
afterAll(() => stand.close());

const of =
  (streamName: string) =>
  (notice: Notice): boolean =>
    notice['stream_id'] === streamName;

function checkSign(notice: Notice): string {
  const now = Math.floor(Date.now() / 1000);
  const { sign, t } = notice;
  return verifyCallbackSign({ keys: [CALLBACK_KEY], sign, t, now, graceSeconds: 0, maxAheadSeconds: 600 });
}

test('a push is announced, can be watched in three ways, and its end is announced', async () => {
  const url = stand.pushUrl('room_1');
  const pushing = push(url);
  const started = await stand.notice(1, of('room_1'));
  const seen = await Promise.all([
    codecs(`${stand.publicUrl}/live/room_1.flv`),
    codecs(`${stand.publicUrl}/live/room_1.m3u8`),
    codecs(stand.rtmpUrl('live/room_1')),
  ]);
  expect(seen).toEqual([
    ['aac', 'h264'],
    ['aac', 'h264'],
    ['aac', 'h264'],
  ]);
  expect(stand.cloud.liveStreams()).toMatchObject([{ streamName: 'room_1', width: 160, height: 120 }]);
  await pushing.stop();
  const cut = await stand.notice(0, of('room_1'));

  const common = {
    app: '127.0.0.1',
    appid: APP_ID,
    appname: 'live',
    stream_id: 'room_1',
    channel_id: 'room_1',
    stream_param: url.slice(url.indexOf('?') + 1),
    user_ip: '127.0.0.1',
    node: '127.0.0.1',
    set_id: 2,
    idc_id: 1,
    sequence: started['sequence'],
  };
  expect(started).toEqual({
    ...common,
    event_type: 1,
    event_time: expect.any(Number),
    errcode: 0,
    errmsg: 'ok',
    width: 0,
    height: 0,
    t: expect.any(Number),
    sign: expect.any(String),
  });
  expect(cut).toEqual({
    ...common,
    event_type: 0,
    event_time: expect.any(Number),
    errcode: 1,
    errmsg: 'recv rtmp deleteStream',
    push_duration: expect.stringMatching(/^[0-9]{3,5}$/),
    width: 160,
    height: 120,
    t: expect.any(Number),
    sign: expect.any(String),
  });
  expect([checkSign(started), checkSign(cut)]).toEqual(['ok', 'ok']);
  expect(BigInt(String(started['sequence']))).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  expect(stand.cloud.liveStreams()).toEqual([]);
  for (const name of ['room_1.flv', 'room_1.m3u8']) {
    expect((await fetch(`${stand.publicUrl}/live/${name}`)).status).toBe(404);
  }
});

test.each([
  ['wrong secret', () => stand.pushUrl('refused', { key: 'anotherkey' }), 'txSecret does not fit'],
  ['time that has passed', () => stand.pushUrl('refused', { expiresIn: -60 }), 'txTime has passed'],
  ['no secret', () => stand.rtmpUrl('live/refused'), 'txSecret or txTime is missing'],
  ['time that is none', () => stand.rtmpUrl('live/refused?txSecret=00&txTime=xyz'), 'not a hexadecimal time'],
  ['another path', () => stand.pushUrl('refused').replace('/live/', '/other/'), 'path must be /live/'],
  ['name with a dot', () => stand.pushUrl('refused.x'), 'characters that are not allowed'],
])('a push with a %s is refused with the reason', async (_what, url, reason) => {
  const { code, stderr } = await push(url(), { seconds: 2 }).finished;
  expect(code).not.toBe(0);
  expect(stderr).toContain(reason);
  expect(stand.logLines.at(-1)).toContain(reason);
  expect(stand.logLines.join()).not.toMatch(/txSecret=/);
  expect(stand.notices.filter(of('refused'))).toEqual([]);
});

test('the backup key is as good as the primary', async () => {
  const pushing = push(stand.pushUrl('room_backup', { key: BACKUP_KEY }));
  await stand.notice(1, of('room_backup'));
  await pushing.stop();
});

test('a second push of the same stream replaces the first', async () => {
  const first = push(stand.pushUrl('room_twice'));
  const firstStart = await stand.notice(1, of('room_twice'));
  await until('the first picture', () => stand.cloud.liveStreams().some(({ width }) => width === 160));
  const second = push(stand.pushUrl('room_twice'), { size: '320x240' });
  const cut = await stand.notice(0, of('room_twice'));
  expect(cut).toMatchObject({
    sequence: firstStart['sequence'],
    errcode: 21,
    errmsg: 'A new push URL replaced the current one.',
  });
  expect((await first.finished).code).not.toBe(0);
  const secondStart = await stand.notice(
    1,
    (notice) => of('room_twice')(notice) && notice['sequence'] !== firstStart['sequence'],
  );
  await until('the second picture', () => stand.cloud.liveStreams().some(({ width }) => width === 320));
  expect(await codecs(`${stand.publicUrl}/live/room_twice.flv`)).toEqual(['aac', 'h264']);
  await second.stop();
  const end = await stand.notice(0, (notice) => notice['sequence'] === secondStart['sequence']);
  expect(end).toMatchObject({ errcode: 1, width: 320 });
});

test('each way a push ends has its own code', async () => {
  const stopped = push(stand.pushUrl('room_stopped'));
  const killed = push(stand.pushUrl('room_killed'));
  const silent = push(stand.pushUrl('room_silent'));
  const names = ['room_stopped', 'room_killed', 'room_silent'];
  await Promise.all(names.map((name) => stand.notice(1, of(name))));
  await until(
    'three pictures',
    () => stand.cloud.liveStreams().filter(({ width }) => width > 0).length === 3,
  );
  expect(stand.cloud.stopStream('room_stopped')).toBe(true);
  expect(stand.cloud.stopStream('room_unknown')).toBe(false);
  await killed.kill();
  silent.child.kill('SIGSTOP');
  const cuts = await Promise.all(names.map((name) => stand.notice(0, of(name))));
  const [byRequest, byClose, bySilence] = cuts.map(({ errcode }) => errcode);
  expect(byRequest).toBe(21);
  expect([3, 4]).toContain(byClose);
  expect(bySilence).toBe(8);
  await Promise.all([stopped.finished, silent.kill()]);
});

test('a viewer who leaves is forgotten, one who stays sees the end', async () => {
  const pushing = push(stand.pushUrl('room_viewers'));
  await until('the picture', () => stand.cloud.liveStreams().some(({ width }) => width > 0));
  const address = `${stand.publicUrl}/live/room_viewers.flv`;
  const viewers = (): number => stand.cloud.liveStreams()[0]?.viewers ?? -1;
  const before = viewers();
  const leaving = new AbortController();
  const first = await fetch(address, { signal: leaving.signal });
  const staying = await fetch(address);
  expect(first.headers.get('content-type')).toBe('video/x-flv');
  expect(first.headers.get('access-control-allow-origin')).toBe('*');
  await until('two viewers', () => viewers() === before + 2);
  leaving.abort();
  await until('one viewer', () => viewers() === before + 1);
  await pushing.stop();
  expect(
    Buffer.from(await staying.arrayBuffer())
      .subarray(0, 3)
      .toString(),
  ).toBe('FLV');
});

test('clients that speak no RTMP do no harm', async () => {
  const attempts = [
    randomBytes(20_000),
    Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    Buffer.concat([Buffer.from([3]), randomBytes(1536), randomBytes(1536), randomBytes(50_000)]),
    // A message said to be 16 MB long on a chunk stream.
    Buffer.concat([
      Buffer.alloc(1 + 1536 + 1536, 3),
      Buffer.from('03000000ffffff1400000000', 'hex'),
      randomBytes(500),
    ]),
    // A chunk size of 0, then more.
    Buffer.concat([
      Buffer.alloc(1 + 1536 + 1536, 3),
      Buffer.from('0200000000000401000000000000000003', 'hex'),
    ]),
    // A command that is not AMF.
    Buffer.concat([Buffer.alloc(1 + 1536 + 1536, 3), Buffer.from('030000000000041400000000deadbeef', 'hex')]),
  ];
  const sockets = attempts.map(send);
  const pushing = push(stand.pushUrl('room_garbage'));
  await stand.notice(1, of('room_garbage'));
  expect(await codecs(`${stand.publicUrl}/live/room_garbage.flv`)).toEqual(['aac', 'h264']);
  await pushing.stop();
  for (const socket of sockets) socket.destroy();
  expect(stand.logLines.some((line) => line.includes('message too large'))).toBe(true);
});

function send(bytes: Buffer): Socket {
  const socket = connect(stand.cloud.rtmpPort, '127.0.0.1', () => socket.write(bytes));
  return socket.on('error', () => undefined);
}

test('a stream without video can be watched', async () => {
  const pushing = push(stand.pushUrl('room_sound'), { audioOnly: true });
  await stand.notice(1, of('room_sound'));
  expect(await codecs(`${stand.publicUrl}/live/room_sound.flv`)).toEqual(['aac']);
  await pushing.stop();
});

test('an RTMP port in use is an error that names the variable', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const rtmpPort = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(standUp({ rtmpPort })).rejects.toThrow(`RTMP_PORT ${rtmpPort}`);
  await new Promise((resolve) => other.close(resolve));
});

describe('with a play key and without ffmpeg', () => {
  let guarded: Stand;
  beforeAll(async () => {
    guarded = await standUp({ playKey: 'exampleplaykey', playValiditySeconds: 100, ffmpeg: false });
  });
  afterAll(() => guarded.close());

  test('a stream is shown only to who has a good play URL, and HLS says what is missing', async () => {
    const pushing = push(guarded.pushUrl('room_key'));
    await guarded.notice(1);
    const signed = (secondsAgo: number, key = 'exampleplaykey'): string => {
      const txTime = (Math.floor(Date.now() / 1000) - secondsAgo).toString(16);
      return `txSecret=${txSecret({ key, streamName: 'room_key', txTime })}&txTime=${txTime}`;
    };
    const address = `${guarded.publicUrl}/live/room_key`;
    const statuses = await Promise.all(
      ['', signed(200), signed(50, 'otherkey')].map(
        async (query) => (await fetch(`${address}.flv?${query}`)).status,
      ),
    );
    expect(statuses).toEqual([403, 403, 403]);
    expect(await codecs(`${address}.flv?${signed(50)}`)).toEqual(['aac', 'h264']);
    expect(await codecs(`${address}.flv?${signed(-50, PUSH_KEY)}`)).toEqual(['aac', 'h264']);
    expect(await codecs(`${guarded.rtmpUrl('live/room_key')}?${signed(-50, PUSH_KEY)}`)).toEqual([
      'aac',
      'h264',
    ]);
    const refused = await run('ffprobe', ['-v', 'error', guarded.rtmpUrl('live/room_key')]);
    expect(refused.stderr).toContain('play URL refused: missing');
    const hls = await fetch(`${address}.m3u8?${signed(50)}`);
    expect(hls.status).toBe(503);
    expect(await hls.text()).toContain('@ffmpeg-installer/ffmpeg');
    await pushing.stop();
  });
});
