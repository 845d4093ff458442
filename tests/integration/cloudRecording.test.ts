import { fork, type ChildProcess } from 'node:child_process';
import { buildSync } from 'esbuild';
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { txSecret } from '../../shared/signing/txSecret';
import type { PassedSettings } from './cloudProcess';
import {
  APP_ID,
  CALLBACK_KEY,
  PUSH_KEY,
  listening,
  receive,
  standUp,
  type Notice,
  type Stand,
} from './cloudStand';
import { codecs, decodingWarnings, duration, push, startTime, until } from './media';

const FORMATS = ['flv', 'hls', 'mp4'] as const;

describe('a recorded push', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await standUp({ screenshotAfterMs: 500, screenshotIntervalMs: 1000 });
    await push(stand.pushUrl('room_1', { record: 'flv|hls|mp4' }), { seconds: 4 }).finished;
    await Promise.all(
      FORMATS.map((format) => stand.notice(100, ({ file_format }) => file_format === format)),
    );
  }, 30_000);
  afterAll(() => stand.close());

  const file = (format: string): Promise<Notice> =>
    stand.notice(100, ({ file_format }) => file_format === format);

  test.each(FORMATS)('is announced once as %s, in full', async (format) => {
    const notice = await file(format);
    const id = String(notice['file_id']);
    const name = { flv: 'f0.flv', hls: 'playlist.m3u8', mp4: 'f0.mp4' }[format];
    expect(notice).toEqual({
      event_type: 100,
      appid: APP_ID,
      app: '127.0.0.1',
      appname: 'live',
      stream_id: 'room_1',
      channel_id: 'room_1',
      stream_param: expect.stringMatching(/^record=flv\|hls\|mp4&txSecret=/),
      file_id: expect.stringMatching(/^[0-9]{19}$/),
      record_file_id: id,
      file_format: format,
      start_time: expect.any(Number),
      end_time: expect.any(Number),
      start_time_usec: expect.any(Number),
      end_time_usec: expect.any(Number),
      duration: expect.any(Number),
      file_size: expect.any(Number),
      video_url: `${stand.publicUrl}/vod/${APP_ID}/${id}/${name}`,
      media_start_time: expect.any(Number),
      record_bps: 0,
      callback_ext: '{"video_codec":"h264","resolution":"160x120"}',
      t: expect.any(Number),
      sign: expect.any(String),
    });
    expect(Number(notice['end_time']) - Number(notice['start_time'])).toBeGreaterThanOrEqual(3);
    expect([4, 5]).toContain(notice['duration']);
    expect(stand.notices.filter(({ file_id }) => file_id === id)).toHaveLength(1);
  });

  test.each(FORMATS)('plays as %s from its address, without a warning and in full length', async (format) => {
    const url = String((await file(format))['video_url']);
    expect(await codecs(url)).toEqual(['aac', 'h264']);
    expect(await decodingWarnings(url)).toBe('');
    expect(Math.abs((await duration(url)) - 4)).toBeLessThan(0.5);
  });

  test('can be read in parts', async () => {
    const notice = await file('mp4');
    const url = String(notice['video_url']);
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(whole.length).toBe(notice['file_size']);
    const get = (range: string): Promise<Response> => fetch(url, { headers: { Range: range } });
    const part = await get('bytes=100-199');
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${whole.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200));
    const tail = await get('bytes=-50');
    expect(Buffer.from(await tail.arrayBuffer())).toEqual(whole.subarray(-50));
    const rest = await get(`bytes=${whole.length - 10}-`);
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(whole.subarray(-10));
    expect((await get(`bytes=${whole.length}-`)).status).toBe(416);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
      String(whole.length),
      'bytes',
    ]);
    expect([part.headers.get('content-type'), part.headers.get('access-control-allow-origin')]).toEqual([
      'video/mp4',
      '*',
    ]);
  });

  test('is begun and ended with a status notice for each format', async () => {
    for (const event of ['record_start_succeeded', 'record_ended']) {
      await until(
        event,
        () => stand.notices.filter(({ record_event }) => record_event === event).length === 3,
      );
    }
    const begun = await stand.notice(332);
    expect(begun).toMatchObject({ appid: APP_ID, domain: '127.0.0.1', appname: 'live', stream_id: 'room_1' });
    expect(JSON.parse(String(begun['record_detail']))).toMatchObject({ file_format: 1, source_type: 1 });
  });

  test('leaves screenshots that are pictures of the stream', async () => {
    const notice = await stand.notice(200);
    expect(notice).toMatchObject({ stream_id: 'room_1', width: 160, height: 120, appname: 'live' });
    expect(notice['pic_full_url']).toBe(`${stand.publicUrl}${String(notice['pic_url'])}`);
    const picture = await fetch(String(notice['pic_full_url']));
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await picture.arrayBuffer()).byteLength).toBe(notice['file_size']);
    expect(await codecs(String(notice['pic_full_url']))).toEqual(['mjpeg']);
  });

  test.each([
    '/vod/1250000000/../live.json',
    '/vod/1250000000/1/..%2f..%2flive.json',
    '/vod/1250000000/shots/../../live.json',
    '/vod/1/1/f0.mp4',
    '/vod/1250000000/1/f0.json',
  ])('%s leads nowhere', async (path) => {
    expect((await fetch(`${stand.publicUrl}${path}`)).status).toBe(404);
  });
});

test('a recording begins at 0, whatever the clock of the encoder shows', async () => {
  const stand = await standUp();
  // Beyond 0xffffff ms an RTMP timestamp takes a fourth byte.
  await push(stand.pushUrl('room_late', { record: 'flv' }), { seconds: 2, clockAt: 20_000 }).finished;
  const notice = await stand.notice(100);
  expect(Math.round(Number(notice['media_start_time']) / 1000)).toBe(20_000);
  const url = String(notice['video_url']);
  expect(await startTime(url)).toBeLessThan(0.1);
  expect(await decodingWarnings(url)).toBe('');
  await stand.close();
});

test('without ffmpeg a push is recorded as FLV, and the log says what is missing', async () => {
  const stand = await standUp({ ffmpeg: false });
  await push(stand.pushUrl('room_2', { record: 'mp4' }), { seconds: 2 }).finished;
  const notice = await stand.notice(100);
  expect(notice['file_format']).toBe('flv');
  expect(await decodingWarnings(String(notice['video_url']))).toBe('');
  expect(stand.logLines.filter((line) => line.includes('no ffmpeg'))).toHaveLength(1);
  await stand.close();
});

test('a push that is too short leaves no file', async () => {
  const stand = await standUp({ recordFormats: ['flv'] });
  await push(stand.pushUrl('room_3'), { seconds: 0.3 }).finished;
  await stand.notice(0);
  await until(
    'the end of the job',
    () => readdirSync(join(stand.dataDir, 'cloud', 'recording')).length === 0,
  );
  await stand.close({ keepData: true });
  expect(await readdir(join(stand.dataDir, 'cloud', 'vod'))).toEqual([]);
  expect(stand.notices.filter(({ event_type }) => event_type === 100)).toEqual([]);
  await rm(stand.dataDir, { recursive: true });
});

describe('after the process was killed', () => {
  const program = join(__dirname, '..', '..', 'dist', 'tests', `cloudProcess-${process.pid}.cjs`);
  let dataDir: string;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cloud-'));
    buildSync({
      entryPoints: [join(__dirname, 'cloudProcess.ts')],
      outfile: program,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'cjs',
    });
  });
  afterAll(async () => {
    child?.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
    await rm(program, { force: true });
  });

  async function start(settings: PassedSettings): Promise<{ port: number; rtmpPort: number }> {
    const started = fork(program, [], { env: { ...process.env, CLOUD_SETTINGS: JSON.stringify(settings) } });
    child = started;
    return new Promise((resolve, reject) => {
      started.once('message', (message: { port: number; rtmpPort: number }) => resolve(message));
      started.once('exit', (code) => reject(new Error(`the cloud ended with ${code}`)));
    });
  }

  test('its recording is finished, its push is cut, and nothing that was there is lost', async () => {
    const notices: Notice[] = [];
    const receiver = createServer((req, res) => receive(req, res, notices, []));
    const callbackUrl = `http://127.0.0.1:${await listening(receiver)}/liveCallback`;
    const settings: PassedSettings = {
      rtmpPort: 0,
      host: '127.0.0.1',
      dataDir,
      pushKeys: [PUSH_KEY],
      appId: APP_ID,
      appName: 'live',
      callbackUrl,
      callbackKey: CALLBACK_KEY,
      cos: { appId: String(APP_ID), bucket: 'pictures', secretId: 'exampleid', secretKey: 'examplesecret' },
      recordFormats: ['flv', 'mp4'],
      retryIntervalMs: 200,
    };
    const seen = (eventType: number, stream: string): Notice | undefined =>
      notices.find(({ event_type, stream_id }) => event_type === eventType && stream_id === stream);
    const first = await start(settings);
    const url = (name: string): string => {
      const txTime = (Math.floor(Date.now() / 1000) + 600).toString(16);
      const secret = txSecret({ key: PUSH_KEY, streamName: name, txTime });
      return `rtmp://127.0.0.1:${first.rtmpPort}/live/${name}?txSecret=${secret}&txTime=${txTime}`;
    };
    await push(url('room_done'), { seconds: 2 }).finished;
    await until('the finished recording', () => seen(100, 'room_done'));
    const cutShort = push(url('room_cut'));
    await until('its screenshot, two seconds on', () => seen(200, 'room_cut'));
    child?.removeAllListeners('exit');
    child?.kill('SIGKILL');
    await cutShort.finished;
    // What a process leaves that dies while it writes a notice.
    await writeFile(join(dataDir, 'cloud', 'notices', '1.json'), '{"event_ty');

    const second = await start(settings);
    const cut = await until('the cut', () => seen(0, 'room_cut'));
    expect(cut).toMatchObject({ errcode: 5, sequence: seen(1, 'room_cut')?.['sequence'] });
    expect(Number(cut['push_duration'])).toBeGreaterThan(0);
    const files = await until('both files', () => {
      const found = notices.filter(
        ({ event_type, stream_id }) => event_type === 100 && stream_id === 'room_cut',
      );
      return found.length === 2 && found;
    });
    for (const file of [...files, ...notices.filter(({ stream_id }) => stream_id === 'room_done')]) {
      if (file['event_type'] !== 100) continue;
      const path = new URL(String(file['video_url'])).pathname;
      expect(await decodingWarnings(`http://127.0.0.1:${second.port}${path}`)).toBe('');
    }
    expect(await readdir(join(dataDir, 'cloud', 'recording'))).toEqual([]);
    receiver.closeAllConnections();
    receiver.close();
  }, 40_000);
});
