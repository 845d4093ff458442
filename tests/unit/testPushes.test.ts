import { testPushes } from '../../scripts/local/studioHost/testPushes';

const domain = '127.0.0.1:11935';
const pushes = testPushes('/nonexistent/ffmpeg', domain, () => undefined);

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
    const failing = testPushes('/nonexistent/ffmpeg', domain, (name, failure) => {
      expect(failing.list()).toEqual([]);
      resolve([name, failure]);
    });
    expect(failing.start(`rtmp://${domain}/live/stream1?txSecret=0`)).toBeUndefined();
    expect(failing.list()).toEqual(['stream1']);
  });
  expect(ended).toEqual(['stream1', expect.stringContaining('ENOENT')]);
});
