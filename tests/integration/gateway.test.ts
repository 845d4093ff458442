import { createServer } from 'node:net';
import { connect } from 'node:net';
import { startGateway } from '../../scripts/local/gateway';
import {
  buildProject,
  call,
  startProject,
  until,
  type Build,
  type GatewayUnderTest,
} from './gatewayUnderTest';

interface Seen {
  event: { headers: Record<string, string>; body: string; isBase64Encoded?: boolean } & Record<
    string,
    unknown
  >;
  context: Record<string, unknown>;
  environment: Record<string, string>;
  remaining: number;
}

let build: Build;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  build = await buildProject();
  gateway = await startProject(build);
});

afterAll(async () => {
  await gateway.close();
  build.remove();
});

async function echo(path: string, options?: Parameters<typeof call>[2]): Promise<Seen> {
  const answer = await call(gateway.port, path, options);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body) as Seen;
}

function returning(value: unknown): ReturnType<typeof call> {
  return call(gateway.port, '/returns', { method: 'POST', body: JSON.stringify(value) });
}

describe('the event a function gets', () => {
  test('has the documented Function URL fields and no other', async () => {
    const { event } = await echo('/echo/below?a=1&b=%E7%9B%B4&b=2&__proto__=x', {
      method: 'PUT',
      headers: { 'Content-Type': 'text/plain', 'X-Custom': 'Value' },
      body: '{"title":"直播😀"}',
    });
    expect(Object.keys(event).sort()).toEqual(['body', 'headers', 'httpMethod', 'path', 'queryString']);
    expect(event).toMatchObject({ httpMethod: 'PUT', path: '/echo/below', body: '{"title":"直播😀"}' });
    expect(JSON.stringify(event['queryString'])).toBe('{"a":"1","b":"2","__proto__":"x"}');
    expect(event.headers).toMatchObject({ 'content-type': 'text/plain', 'x-custom': 'Value' });
  });

  test('names the peer of the socket, whatever the client says of itself', async () => {
    const headers = {
      'X-Scf-Remote-Addr': '203.0.113.9',
      'x-scf-secret-id': 'forged',
      'X-Forwarded-For': '203.0.113.9',
    };
    const { event } = await echo('/echo', { headers });
    const platform = Object.entries(event.headers).filter(([name]) => name.startsWith('x-scf-'));
    expect(platform).toEqual([['x-scf-remote-addr', '127.0.0.1']]);
  });

  test('carries bytes that are no text as base64', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x41]);
    const { event } = await echo('/echo', { method: 'POST', body: bytes });
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body, 'base64')).toEqual(bytes);
  });

  test('comes with the context of the Node.js runtime', async () => {
    const { context, remaining } = await echo('/echo');
    expect(context).toMatchObject({
      function_name: 'echo',
      function_version: '$LATEST',
      namespace: 'default',
      memory_limit_in_mb: 128,
      time_limit_in_ms: 3_000,
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(context['request_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(3_000);
  });
});

test('a function sees its own environment and nothing else', async () => {
  process.env['SECRET_OF_ANOTHER'] = 'must not be seen';
  try {
    const { environment } = await echo('/echo');
    expect(environment).toEqual({
      OWN_VALUE: 'own',
      WITH_DEFAULT: 'a default',
      STAGE: 'dev',
      TENCENTCLOUD_RUNENV: 'LOCAL',
      LANG: 'en_US.UTF8',
    });
  } finally {
    delete process.env['SECRET_OF_ANOTHER'];
  }
});

test('what a function prints is logged under its name', async () => {
  const { context } = await echo('/echo');
  await until(() => gateway.lines.includes(`echo | called for ${String(context['request_id'])}`));
});

describe('the answer', () => {
  test('has exactly the headers of the function, and those of the connection', async () => {
    const headers = {
      'Content-Type': 'text/x-own',
      'cache-control': 'no-store',
      'X-Number': 7,
      'Set-Cookie': ['a=1', 'b=2'],
    };
    const answer = await returning({ statusCode: 201, headers, body: '直播' });
    expect(answer.status).toBe(201);
    expect(answer.body).toBe('直播');
    const own = [
      'Content-Type',
      'text/x-own',
      'cache-control',
      'no-store',
      'X-Number',
      '7',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
    ];
    expect(answer.rawHeaders.slice(0, own.length)).toEqual(own);
    const added = answer.rawHeaders.slice(own.length).filter((_, index) => index % 2 === 0);
    expect(added.sort()).toEqual(['Connection', 'Content-Length', 'Date']);
    expect(answer.headers['content-length']).toBe('6');
  });

  test('leaves the framing of the connection to the gateway', async () => {
    const headers = { 'Content-Length': '1', 'Transfer-Encoding': 'chunked', Connection: 'upgrade' };
    const answer = await returning({ statusCode: 200, headers, body: 'all of it' });
    expect(answer.body).toBe('all of it');
    expect(answer.headers['content-length']).toBe('9');
  });

  test.each([
    ['an object without statusCode', '{"message":"hello"}', '{"message":"hello"}'],
    ['a string', '"hello"', '"hello"'],
    ['a list', '[1,2]', '[1,2]'],
    ['nothing', '', 'null'],
  ])('is 200 application/json for %s', async (_, sent, expected) => {
    const answer = await call(gateway.port, '/returns', { method: 'POST', body: sent });
    expect(answer).toMatchObject({ status: 200, body: expected });
    expect(answer.headers['content-type']).toBe('application/json');
  });

  test('has no body for 204, and none for HEAD', async () => {
    const empty = await returning({ statusCode: 204, headers: { 'X-A': 'b' }, body: 'dropped' });
    expect(empty).toMatchObject({ status: 204, body: '' });
    expect(empty.headers['x-a']).toBe('b');
    const head = await call(gateway.port, '/echo', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
  });

  test('carries an object body as JSON and does not decode base64', async () => {
    expect((await returning({ statusCode: 200, body: { a: 1 } })).body).toBe('{"a":1}');
    expect((await returning({ statusCode: 200, body: 'aGk=', isBase64Encoded: true })).body).toBe('aGk=');
  });

  test.each([
    ['a status that is no number', { statusCode: '200', body: '' }],
    ['a status out of range', { statusCode: 1000, body: '' }],
    ['an interim status', { statusCode: 101, body: '' }],
    ['a header with a line break', { statusCode: 200, headers: { 'X-A': 'b\r\nX-Injected: 1' }, body: '' }],
    ['a header name with a space', { statusCode: 200, headers: { 'X A': 'b' }, body: '' }],
    ['a header that is an object', { statusCode: 200, headers: { 'X-A': {} }, body: '' }],
  ])('is a platform error for %s', async (_, value) => {
    const answer = await returning(value);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body)).toMatchObject({ errorCode: -1, statusCode: 500 });
    expect(answer.headers['x-injected']).toBeUndefined();
  });
});

describe('a function that fails', () => {
  async function misbehave(how: string): Promise<Record<string, unknown> & { httpStatus: number }> {
    const answer = await call(gateway.port, `/misbehaves?how=${how}`);
    return { httpStatus: answer.status, ...(JSON.parse(answer.body) as Record<string, unknown>) };
  }

  test.each([
    ['throw', 430, 'Error: thrown on purpose'],
    ['reject', 430, 'rejected on purpose'],
    ['throwLater', 430, 'Error: thrown later on purpose'],
    ['cycle', 430, 'TypeError: Converting circular structure'],
    ['exit', 439, undefined],
    ['eat', 434, undefined],
    ['hang', 433, undefined],
    ['spin', 433, undefined],
  ])('by %s is answered as the platform does, and the next call succeeds', async (how, status, stack) => {
    const failed = await misbehave(how);
    expect(failed).toMatchObject({ httpStatus: status, statusCode: status });
    expect(failed['requestId']).toMatch(/^[0-9a-f-]{36}$/);
    if (stack === undefined) expect(failed['stackTrace']).toBeUndefined();
    else expect(failed['stackTrace']).toContain(stack);
    await until(() => gateway.lines.some((line) => line.includes(String(failed['requestId']))));
    expect(await misbehave('')).toMatchObject({ httpStatus: 200 });
  });

  test('in time says how long it may take', async () => {
    expect(await misbehave('hang')).toMatchObject({
      errorMessage: 'Invoking task timed out after 1 seconds',
    });
  });

  test('points at its source, not at the bundle', async () => {
    expect((await misbehave('throw'))['stackTrace']).toContain('misbehaves/index.ts:');
  });

  test('keeps its instance after a throw, and gets a new one after an exit', async () => {
    await misbehave('exit');
    const first = await misbehave('');
    await misbehave('throw');
    expect(await misbehave('')).toMatchObject({ threadId: first['threadId'], calls: 3 });
    await misbehave('exit');
    expect(await misbehave('')).toMatchObject({ calls: 1 });
  });

  test('to load is a user code error with its own words', async () => {
    const answer = await call(gateway.port, '/unloadable');
    expect(answer.status).toBe(443);
    expect(answer.body).toContain('SOME_KEY is missing. Where to find it: on the shelf');
  });

  test('to export its handler is told so', async () => {
    const answer = await call(gateway.port, '/handlerless');
    expect(answer.status).toBe(437);
    expect(JSON.parse(answer.body)).toMatchObject({ errorMessage: 'HandlerNotFound' });
  });
});

describe('size limits', () => {
  test('a body above 6 MB never reaches a function', async () => {
    const answer = await call(gateway.port, '/returns', {
      method: 'POST',
      body: Buffer.alloc(6 * 1024 * 1024 + 1, 'x'),
    });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toHaveProperty('errorMessage');
  });

  test('a body sent in pieces without a length is measured all the same', async () => {
    const headers = { 'Transfer-Encoding': 'chunked' };
    const answer = await call(gateway.port, '/returns', {
      method: 'POST',
      headers,
      body: Buffer.alloc(6 * 1024 * 1024 + 1, 'x'),
    });
    expect(answer.status).toBe(413);
  });

  test('a client that only announces too much is answered before it sends', async () => {
    const answer = await rawExchange(
      'POST /returns HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('a body within the limit passes whole', async () => {
    const text = 'x'.repeat(5 * 1024 * 1024);
    const answer = await returning({ statusCode: 200, headers: {}, body: text });
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(text.length);
  });

  test('an event above 6 MB after encoding is refused', async () => {
    const answer = await call(gateway.port, '/returns', {
      method: 'POST',
      body: Buffer.alloc(5 * 1024 * 1024, 0xff),
    });
    expect(answer.status).toBe(406);
  });

  test('a return value above 6 MB is refused in a form that a browser reads', async () => {
    const answer = await call(gateway.port, '/returns?megabytes=7');
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ statusCode: 407 });
  });
});

describe('paths', () => {
  test('GET /healthz', async () => {
    const answer = await call(gateway.port, '/healthz');
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  test('an unknown path is answered with those there are', async () => {
    const answer = await call(gateway.port, '/nowhere?secret=1');
    expect(answer.status).toBe(404);
    const { errorMessage, paths } = JSON.parse(answer.body) as { errorMessage: string; paths: string[] };
    expect(errorMessage).toContain('/nowhere');
    expect(paths).toEqual(expect.arrayContaining(['/healthz', '/echo', '/returns']));
  });

  test.each(['//evil.example/echo', '/%', '/echo%00', '*', 'http://other.example/nowhere'])(
    'an odd target (%s) is answered, not crashed on',
    async (target) => {
      const answer = await rawExchange(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  test('a target with scheme and host is read as a proxy means it', async () => {
    const answer = await rawExchange(
      'GET http://other.example/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('what is not HTTP gets 400 and does no harm', async () => {
    expect(await rawExchange('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect((await call(gateway.port, '/healthz')).status).toBe(200);
  });
});

test('the local cloud takes its requests before the functions, and leaves the others', async () => {
  const paths: string[] = [];
  const other = await startProject(build, {
    gateway: {
      cloud: {
        handle: (request, response) => {
          paths.push(request.url ?? '');
          if (request.url !== '/vod/a.mp4') return false;
          response.end('from the cloud');
          return true;
        },
      },
    },
  });
  try {
    expect((await call(other.port, '/vod/a.mp4')).body).toBe('from the cloud');
    expect((await call(other.port, '/echo')).status).toBe(200);
    expect(paths).toEqual(['/vod/a.mp4', '/echo']);
  } finally {
    await other.close();
  }
});

test('a client that never finishes its body is told so', async () => {
  const other = await startProject(build, { gateway: { bodyMs: 50 } });
  try {
    const answer = await rawExchange(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc',
      other.port,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  } finally {
    await other.close();
  }
});

test('a connection is kept for the next request', async () => {
  const request = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
  const last = 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const answers = await rawExchange(request + request + last);
  expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
});

test('closing lets the call under way end, and takes no new connection', async () => {
  const other = await startProject(build);
  const first = call(other.port, '/meets?parties=2');
  await until(() => other.instances.count('meets') === 1);
  const second = call(other.port, '/meets?parties=2');
  await until(() => other.instances.count('meets') === 2);
  const [one, two] = await Promise.all([first, second, other.close()]);
  expect([one.status, two.status]).toEqual([200, 200]);
  await expect(call(other.port, '/healthz')).rejects.toThrow('ECONNREFUSED');
});

test('a port in use is the error of the system', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const options = {
    host: '127.0.0.1',
    port,
    functions: [],
    instances: gateway.instances,
    log: () => undefined,
  };
  await expect(startGateway(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => holder.close(resolve));
});

/** Sends text as it is, and gives all that comes back until the answer is complete or the connection ends. */
function rawExchange(text: string, port = gateway.port): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let received = '';
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer in time')));
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (!text.includes('Connection: close') && received.includes('\r\n\r\n')) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
