import samples from '../../data/event-samples.json';
import { maxBodyBytes, readJsonObject, readRequest } from '../../../shared/http/request';

const events = Object.entries(samples.events);

describe('readRequest', () => {
  test.each(events)('reads the %s event, or says that it is no HTTP', (name, { event }) => {
    const request = readRequest(event);
    if (name.startsWith('timer') || name === 'invoke_api') {
      expect(request).toBeUndefined();
      return;
    }
    expect(request?.method).toMatch(/^(GET|POST|OPTIONS)$/);
    expect(typeof request?.body).toBe('string');
    expect(Object.keys(request?.headers ?? {}).every((header) => header === header.toLowerCase())).toBe(true);
  });

  test('the query is whole on every platform', () => {
    expect(readRequest(samples.events.functionUrl_post_json.event)?.query).toEqual({ a: '1', b: '2' });
    expect(readRequest(samples.events.apigw_integrated.event)?.query).toEqual({ foo: 'bar', bob: 'alice' });
  });

  test('a base64 body is decoded when, and only when, the event says so', () => {
    expect(readRequest(samples.events.apigw_base64.event)?.body).toBe('{"test":"body"}');
    expect(
      readRequest({ httpMethod: 'POST', body: 'eyJ0ZXN0IjoiYm9keSJ9', isBase64Encoded: 'true' })?.body,
    ).toBe('eyJ0ZXN0IjoiYm9keSJ9');
  });

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['[2001:db8::1]:51234', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('the client address %s is %s', (given, expected) => {
    const event = {
      httpMethod: 'GET',
      headers: { 'X-Scf-Remote-Addr': given, 'x-forwarded-for': '6.6.6.6' },
    };
    expect(readRequest(event)?.clientAddress).toBe(expected);
  });

  test('the address the gateway saw counts, not what a client claims', () => {
    const { event } = samples.events.functionUrl_with_requestContext;
    expect(
      readRequest({ ...event, headers: { ...event.headers, 'x-forwarded-for': '6.6.6.6' } })?.clientAddress,
    ).toBe('203.0.113.7');
  });

  test('a body above the limit is refused, plain or base64, counted in bytes', () => {
    const big = { httpMethod: 'POST', body: 'x'.repeat(maxBodyBytes + 1) };
    const wide = { httpMethod: 'POST', body: '播'.repeat(maxBodyBytes / 2) };
    const packed = {
      httpMethod: 'POST',
      body: Buffer.alloc(maxBodyBytes + 1, 'x').toString('base64'),
      isBase64Encoded: true,
    };
    for (const event of [big, wide, packed])
      expect(() => readRequest(event)).toThrow(/larger than 65536 bytes/);
  });

  test.each([
    ['/interface.php', '/interface.php'],
    ['/getLiveList//', '/getLiveList'],
    ['/', '/'],
    ['///', '/'],
    [`/${'a'.repeat(256)}`, '/'],
    [`${'/base/v1/'.repeat(400)}a${'/'.repeat(4000)}!`, '/'],
  ])('the path %s is %s', (path, expected) => {
    expect(readRequest({ httpMethod: 'GET', path })?.path).toBe(expected);
  });

  test.each([undefined, null, 'text', 7, [], {}, { httpMethod: 7 }])('%p is no HTTP event', (event) => {
    expect(readRequest(event)).toBeUndefined();
  });
});

describe('readJsonObject', () => {
  test('takes an object, with or without a byte order mark', () => {
    expect(readJsonObject('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  test.each(['', 'event_type=1', '[]', 'null', '7', '"text"', '{"a":', '{"a":1}}'])('refuses %p', (body) => {
    expect(() => readJsonObject(body)).toThrow(/json format error/);
  });

  test('refuses what is nested too deep, and does not count brackets inside text', () => {
    expect(() => readJsonObject('{"a":'.repeat(200) + '1' + '}'.repeat(200))).toThrow(/deeper than 64/);
    expect(readJsonObject(JSON.stringify({ a: '[{"\\'.repeat(200) }))).toEqual({ a: '[{"\\'.repeat(200) });
  });

  test('a __proto__ member reaches no prototype', () => {
    readJsonObject('{"__proto__":{"admin":true}}');
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });
});
