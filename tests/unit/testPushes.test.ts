import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPushes, testPushMinutes } from '../../scripts/local/studioHost/testPushes';

const domain = '127.0.0.1:11935';
const now = (): number => 1_700_000_000_000;
const pushes = testPushes('/nonexistent/ffmpeg', domain, () => undefined, now);
const folder = mkdtempSync(join(tmpdir(), 'pushes-'));
/** Runs until it is told to stop, whatever it is asked to push. */
const endless = join(folder, 'endless');
writeFileSync(endless, '#!/bin/sh\nexec sleep 20\n', { mode: 0o755 });
const address = `rtmp://${domain}/live/stream1?txSecret=0`;

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => jest.useRealTimers());

/** Test pushes with an encoder that runs, and what they tell, in the order they tell it. */
function pushing() {
  const told: [string, string | undefined][] = [];
  let heard = (): void => undefined;
  const ended = new Promise<void>((resolve) => (heard = resolve));
  const made = testPushes(endless, domain, (...end) => (told.push(end), heard()), now);
  return { pushes: made, told, ended };
}

test.each([
  'rtmp://evil.example/live/stream',
  'rtmp://127.0.0.1:11935@evil.example/live/stream',
  'rtmp://127.0.0.1:1/live/stream',
  'http://127.0.0.1:11935/live/stream',
  'rtmp://127.0.0.1:11935/live/stream live=1',
  'rtmp://127.0.0.1:11935/live/a/b',
  'rtmp://127.0.0.1:11935/live/..%2fx',
  'file:///etc/passwd',
  '-i /etc/passwd',
  `rtmp://127.0.0.1:11935/live/${'x'.repeat(3_000)}`,
  '',
])('the test picture is not pushed to %s', (pushUrl) => {
  expect(pushes.start(pushUrl)).toContain(`expected rtmp://${domain}/`);
  expect(pushes.list()).toEqual([]);
});

test('an encoder that cannot be started is told of, and its place is free again', async () => {
  const ended = await new Promise<[string, string | undefined]>((resolve) => {
    const onEnd = (name: string, failure: string | undefined): void => {
      expect(failing.list()).toEqual([]);
      resolve([name, failure]);
    };
    const failing = testPushes('/nonexistent/ffmpeg', domain, onEnd, now);
    expect(failing.start(address)).toBeUndefined();
    expect(failing.list()).toEqual([{ streamName: 'stream1', endsAt: now() + testPushMinutes * 60_000 }]);
  });
  expect(ended).toEqual(['stream1', expect.stringContaining('ENOENT')]);
});

test('a push that nobody stops ends by itself when its time is over, and that is no failure', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  const { pushes, told, ended } = pushing();
  pushes.start(address);
  jest.advanceTimersByTime(testPushMinutes * 60_000 - 1);
  expect(pushes.list().map(({ streamName }) => streamName)).toEqual(['stream1']);
  jest.advanceTimersByTime(1);
  await ended;
  expect([pushes.list(), told]).toEqual([[], [['stream1', undefined]]]);
});

test('a push begun again before the one before is gone stays in the list, and can be stopped', async () => {
  const { pushes, told } = pushing();
  pushes.start(address);
  const first = pushes.stop('stream1');
  pushes.start(address);
  await first;
  expect([pushes.list().length, told]).toEqual([1, []]);
  expect(await pushes.stop('stream1')).toBe(true);
  expect([pushes.list(), told]).toEqual([[], [['stream1', undefined]]]);
  expect(await pushes.stop('stream1')).toBe(false);
});

test('closing ends every push', async () => {
  const { pushes, told } = pushing();
  pushes.start(address);
  pushes.start(address.replace('stream1', 'stream2'));
  await pushes.close();
  expect([pushes.list(), told.map(([name]) => name).sort()]).toEqual([[], ['stream1', 'stream2']]);
});
