import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNotices, type Notices } from '../../scripts/local/cloud/notices';
import { idSource } from '../../scripts/local/cloud/ids';
import { verifyCallbackSign } from '../../shared/signing/callbackSign';
import { CALLBACK_KEY, listening, receive, type Notice } from './cloudStand';
import { until } from './media';

const received: Notice[] = [];
const answers: number[] = [];
const server = createServer((req, res) => receive(req, res, received, answers));
let callbackUrl: string;
let folder: string;
let seconds = 1_700_000_000;

beforeAll(async () => {
  callbackUrl = `http://127.0.0.1:${await listening(server)}/liveCallback`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notices-'));
  received.length = 0;
  answers.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const logLines: string[] = [];
function open(url = callbackUrl): Notices {
  return openNotices({
    callbackUrl: url,
    callbackKey: CALLBACK_KEY,
    validitySeconds: 600,
    retryIntervalMs: 10,
    folder,
    // Each look at the clock is a second later than the one before.
    now: () => (seconds += 1) * 1000,
    newId: idSource(Date.now),
    log: (line) => logLines.push(line),
  });
}

test('a notice that is not answered with 200 comes again, signed anew, until it is', async () => {
  answers.push(503, 302, 200);
  const notices = open();
  notices.send({ event_type: 1, stream_id: 'room_1' });
  await until('three tries', () => received.length === 3);
  await until('nothing left', () => notices.deliveries().length === 3);
  expect(notices.deliveries().map(({ attempt, result }) => [attempt, result])).toEqual([
    [1, 503],
    [2, 302],
    [3, 200],
  ]);
  const times = received.map(({ t }) => Number(t));
  expect(new Set(times).size).toBe(3);
  for (const { sign, t } of received) {
    const now = Number(t) - 600;
    const verdict = verifyCallbackSign({
      keys: [CALLBACK_KEY],
      sign,
      t,
      now,
      graceSeconds: 0,
      maxAheadSeconds: 600,
    });
    expect(verdict).toBe('ok');
  }
  expect(await readdir(folder)).toEqual([]);
  await notices.close(100);
});

test.each([
  [1, 13],
  [100, 13],
  [200, 6],
])('a notice %i is given up after %i tries', async (eventType, tries) => {
  answers.push(...Array<number>(20).fill(500));
  const notices = open();
  notices.send({ event_type: eventType, stream_id: 'room_1' });
  await until('the end', () => notices.deliveries().length === tries);
  await notices.close(100);
  expect(received).toHaveLength(tries);
  expect(logLines.at(-1)).toContain(`notice ${eventType} of room_1 given up after ${tries} tries (500)`);
  expect(await readdir(folder)).toEqual([]);
});

test('a notice that nobody took is sent by the next process', async () => {
  const unreachable = createServer();
  const port = await listening(unreachable);
  await new Promise((resolve) => unreachable.close(resolve));
  const first = open(`http://127.0.0.1:${port}/liveCallback`);
  first.send({ event_type: 0, stream_id: 'room_left' });
  await until('one try', () => first.deliveries().length > 0);
  await first.close(100);
  expect(await readdir(folder)).toHaveLength(1);
  const second = open();
  await until('its arrival', () => received.length === 1);
  expect(received[0]).toMatchObject({ event_type: 0, stream_id: 'room_left' });
  await second.close(1000);
  expect(await readdir(folder)).toEqual([]);
});
