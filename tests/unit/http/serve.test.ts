import { timeLeft } from '../../../shared/deadline';
import { jsonResponse } from '../../../shared/http/response';
import { serve, type Route } from '../../../shared/http/serve';
import { makeLog } from '../../../shared/log';

/** A request for `route`, which is given 350 ms; `lines()` are the log lines so far. */
function ask(route: Route) {
  const written: string[] = [];
  const handler = serve(
    makeLog('debug', (line) => written.push(line)),
    route,
    undefined,
    350,
  );
  const event = { httpMethod: 'POST', path: '/room/like?token=hidden', headers: {}, body: '{}' };
  const answer = handler(event, { request_id: 'asked' });
  return { answer, lines: () => written.map((line): unknown => JSON.parse(line)), written };
}

test('a route that hangs: a clear answer, a line that names it, and one when it fails in the end', async () => {
  let fail: (error: Error) => void = () => undefined;
  const { answer, lines, written } = ask(() => new Promise((_resolve, reject) => (fail = reject)));
  expect(await answer).toMatchObject({ statusCode: 503 });
  expect(lines()).toEqual([
    { level: 'warn', message: 'no answer in time', requestId: 'asked', path: '/room/like' },
    expect.objectContaining({ level: 'info', message: 'answered', status: 503, code: 'unavailable' }),
  ]);
  fail(new Error('gave up, password=hidden'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(lines()[2]).toMatchObject({
    level: 'warn',
    message: 'failed after its answer',
    requestId: 'asked',
    path: '/room/like',
    error: 'gave up, password=[secret]',
  });
  expect(written.join()).not.toContain('hidden');
});

test('a route that answers or fails in time leaves one line about it', async () => {
  const good = ask(async () => jsonResponse(200, {}));
  expect(await good.answer).toMatchObject({ statusCode: 200 });
  expect(good.lines()).toMatchObject([{ message: 'answered', status: 200 }]);
  const bad = ask(() => Promise.reject(new Error('broken')));
  expect(await bad.answer).toMatchObject({ statusCode: 500 });
  expect(bad.lines()).toMatchObject([
    { message: 'unexpected failure' },
    { message: 'answered', status: 500 },
  ]);
});

test('a route has to end 300 ms before the answer', async () => {
  let left = Infinity;
  const { answer } = ask(async () => {
    left = timeLeft();
    return jsonResponse(200, {});
  });
  await answer;
  expect(left).toBeLessThanOrEqual(50);
  expect(timeLeft()).toBe(Infinity);
});
