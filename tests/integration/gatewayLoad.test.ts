import {
  buildProject,
  call,
  startProject,
  until,
  type Build,
  type GatewayUnderTest,
} from './gatewayUnderTest';

let build: Build;

beforeAll(async () => {
  build = await buildProject();
});

afterAll(() => build.remove());

async function withGateway(
  options: Parameters<typeof startProject>[1],
  work: (gateway: GatewayUnderTest) => Promise<void>,
): Promise<void> {
  const gateway = await startProject(build, options);
  try {
    await work(gateway);
  } finally {
    await gateway.close();
  }
}

test('calls at the same time run in instances of their own, up to the bound', async () => {
  await withGateway({}, async ({ port, instances }) => {
    const path = '/meets?parties=8';
    // They answer only when all eight are under way at once.
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(port, path)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(8);
    expect(instances.count('meets')).toBe(8);
  });
});

test('calls one after another share one instance', async () => {
  await withGateway({}, async ({ port, instances }) => {
    for (let calls = 1; calls <= 5; calls += 1) {
      expect(JSON.parse((await call(port, '/misbehaves')).body)).toMatchObject({ calls });
    }
    expect(instances.count('misbehaves')).toBe(1);
  });
});

test('100 calls at once are all answered, each with its own', async () => {
  await withGateway({}, async ({ port, instances }) => {
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((number) => call(port, '/returns', { method: 'POST', body: String(number) })),
    );
    expect(answers.map((answer) => answer.body)).toEqual(numbers.map(String));
    expect(instances.count('returns')).toBeLessThanOrEqual(8);
  });
});

test('one function that hangs does not hold up another', async () => {
  await withGateway({}, async ({ port }) => {
    const hanging = Promise.all(Array.from({ length: 8 }, () => call(port, '/misbehaves?how=spin')));
    expect((await call(port, '/echo')).status).toBe(200);
    const answers = await hanging;
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 433));
  });
});

test('the call that finds the queue full is refused, and those in it are served', async () => {
  await withGateway({ instances: { limits: { instances: 1, waiting: 2 } } }, async ({ port, instances }) => {
    const hanging = call(port, '/misbehaves?how=hang');
    await until(() => instances.count('misbehaves') === 1);
    // The instance takes the first call when it has loaded; from then on two find room in the queue.
    const others = await Promise.all(Array.from({ length: 4 }, () => call(port, '/misbehaves')));
    const statuses = others.map((answer) => answer.status).sort();
    expect(statuses.slice(0, 1)).toEqual([200]);
    expect(statuses.slice(-2)).toEqual([432, 432]);
    expect((await hanging).status).toBe(433);
  });
});

test('a call that waits too long is refused', async () => {
  await withGateway({ instances: { limits: { instances: 1, waitMs: 200 } } }, async ({ port, instances }) => {
    const warm = await call(port, '/misbehaves');
    expect(warm.status).toBe(200);
    const hanging = call(port, '/misbehaves?how=hang');
    const late = await call(port, '/misbehaves');
    expect(late.status).toBe(432);
    expect(JSON.parse(late.body)).toMatchObject({ errorMessage: 'ResourceLimitReached' });
    expect((await hanging).status).toBe(433);
    expect(instances.count('misbehaves')).toBeLessThanOrEqual(1);
  });
});

test('a call whose client has left while it waited is never run', async () => {
  await withGateway({ instances: { limits: { instances: 1 } } }, async ({ port, lines }) => {
    await call(port, '/misbehaves');
    const hanging = call(port, '/misbehaves?how=hang');
    const client = new AbortController();
    const leaving = call(port, '/misbehaves', { signal: client.signal });
    const staying = call(port, '/misbehaves');
    // Connections are answered in order, so both calls wait once a later request has come through.
    await call(port, '/healthz');
    client.abort();
    await expect(leaving).rejects.toThrow();
    await until(() => lines.some((line) => line.includes('499 RequestCanceled')));
    expect((await hanging).status).toBe(433);
    expect(JSON.parse((await staying).body)).toMatchObject({ calls: 1 });
  });
});

test('instances without work end, and the next call starts a new one', async () => {
  await withGateway({ instances: { limits: { idleMs: 100 } } }, async ({ port, instances }) => {
    await Promise.all([call(port, '/meets?parties=2'), call(port, '/meets?parties=2')]);
    await until(() => instances.count('meets') === 0);
    expect((await call(port, '/meets?parties=1')).status).toBe(200);
  });
});

test('a function that loads too slowly is given up', async () => {
  await withGateway({ instances: { limits: { initMs: 1 } } }, async ({ port }) => {
    const answer = await call(port, '/echo');
    expect(answer.status).toBe(433);
    expect(answer.body).toContain('Initialization timed out');
  });
});

test('check names every function that does not load, and leaves no instance behind', async () => {
  await withGateway({}, async ({ instances }) => {
    const problems = await instances.check();
    expect(problems).toEqual([
      { name: 'unloadable', message: expect.stringContaining('SOME_KEY is missing') as string },
      { name: 'handlerless', message: expect.stringContaining('HandlerNotFound') as string },
      { name: 'stores', message: expect.stringContaining('DATABASE_URL') as string },
    ]);
    expect(instances.count('echo')).toBe(0);
  });
});

test('closing ends a call that takes longer than the grace', async () => {
  const gateway = await startProject(build);
  const hanging = call(gateway.port, '/meets?parties=2');
  await until(() => gateway.instances.count('meets') === 1);
  await gateway.instances.close(50);
  expect((await hanging).status).toBeGreaterThanOrEqual(430);
  await gateway.close();
});
