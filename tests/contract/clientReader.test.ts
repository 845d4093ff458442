import { accessors } from './clientAccessors';
import { caseOf, clientCases, wireRequest, writeBody } from './clientCases';
import { readAnswer, type RawAnswer } from './clientReader';
import { rules } from './clientRules';

const good = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
};

const answer = (body: unknown, headers: Record<string, string> = good, status = 200): RawAnswer => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const live = {
  userid: 'user1',
  groupid: '@TGS#1',
  timestamp: 1_795_358_274,
  type: 0,
  viewercount: 0,
  likecount: 0,
  title: 't',
  playurl: 'http://play.example.com/live/8888_user1.flv',
  hls_play_url: 'http://play.example.com/live/8888_user1.m3u8',
  fileid: '',
  userinfo: { nickname: '', headpic: '', frontcover: '', location: '' },
};

const list = (...items: unknown[]) => ({
  returnValue: 0,
  returnMsg: 'return successfully!',
  returnData: { totalcount: items.length, pusherlist: items },
});

const androidList = caseOf('a37-FetchList-live');
const iosList = caseOf('i1-FetchList-live');
const asAndroid = (body: unknown, headers: Record<string, string> = good, status = 200) =>
  readAnswer(androidList, answer(body, headers, status), androidList.request).faults;
const asIos = (body: unknown) => readAnswer(iosList, answer(body), iosList.request).faults;

describe('accessors', () => {
  test.each([
    ['getInt', 5, 5],
    ['getInt', '5', 5],
    ['getInt', 5.9, 5],
    ['getString', 1795358274, '1795358274'],
    ['getString', null, 'null'],
    ['optInt', undefined, 0],
    ['optString', undefined, ''],
    ['optJSONObject', [], null],
    ['optJSONObject', { a: 1 }, { a: 1 }],
    ['optJSONArray', {}, null],
    ['getJSONArray', [1], [1]],
    ['gson:int', null, 0],
    ['gson:int', undefined, 0],
    ['gson:int', 7.0, 7],
    ['gson:int', '7', 7],
    ['gson:int', 2_147_483_647, 2_147_483_647],
    ['gson:String', null, null],
    ['gson:String', 5, '5'],
    ['gson:String', true, 'true'],
    ['gson:object', null, null],
    ['gson:List', undefined, null],
    ['gson:List', [1], [1]],
    ['gson:int(v3)', 0, 0],
    ['gson:String(v3)', 1_400_000_000, '1400000000'],
    ['intValue', '12abc', 12],
    ['intValue', 'abc', 0],
    ['intValue', undefined, 0],
    ['longValue', 12, 12],
    ['integerValue(NSNumber)', '12', 0],
    ['integerValue(NSNumber)', 12, 12],
    ['NSString', 'a', 'a'],
    ['NSDictionary', {}, {}],
    ['NSArray', [], []],
    ['mj:int', null, 0],
    ['mj:int', '5', 5],
    ['mj:NSString', 5, '5'],
    ['mj:object', null, null],
    ['js', null, null],
    ['swift:String', 5, undefined],
    ['swift:Int', '5', undefined],
    ['swift:Int32', 3_000_000_000, undefined],
    ['swift:Int32', 5, 5],
  ])('%s of %j is %j', (as, value, got) => {
    expect(accessors[as]?.(value)).toEqual({ got });
  });

  test.each([
    ['getInt', undefined, 'throws'],
    ['getInt', null, 'throws'],
    ['getInt', 'five', 'throws'],
    ['getInt', true, 'throws'],
    ['getInt', 1_795_358_274_000, 'wraps'],
    ['getString', undefined, 'throws'],
    ['getJSONArray', undefined, 'throws'],
    ['getJSONArray', {}, 'throws'],
    ['gson:int', 1_795_358_274_000, 'whole list'],
    ['gson:int', 2_147_483_648, 'whole list'],
    ['gson:int', 1.5, 'whole list'],
    ['gson:int', '', 'whole list'],
    ['gson:int', true, 'whole list'],
    ['gson:int', {}, 'whole list'],
    ['gson:String', {}, 'whole list'],
    ['gson:String', [], 'whole list'],
    ['gson:object', [], 'whole list'],
    ['gson:object', '', 'whole list'],
    ['gson:List', {}, 'whole answer'],
    ['intValue', null, 'crashes'],
    ['intValue', {}, 'crashes'],
    ['NSString', null, 'crashes'],
    ['NSString', 5, 'crashes'],
    ['NSDictionary', [], 'crashes'],
    ['NSDictionary', null, 'crashes'],
    ['NSArray', null, 'crashes'],
    ['mj:int', {}, 'crashes'],
    ['mj:NSString', {}, 'not a text'],
    ['mj:object', [], 'not an object'],
  ])('%s of %j fails: %s', (as, value, why) => {
    expect(accessors[as]?.(value)).toEqual({ fault: expect.stringContaining(why) });
  });

  test('know every accessor, type, rule and condition of the data', () => {
    const reads = clientCases.flatMap((clientCase) => clientCase.reads);
    expect(reads.filter((read) => accessors[read.as] === undefined)).toEqual([]);
    const texts = reads.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
    expect(texts.filter((text) => rules[text] === undefined)).toEqual([]);
    expect(Object.keys(rules).filter((text) => !texts.includes(text))).toEqual([]);
    for (const clientCase of clientCases) readAnswer(clientCase, answer({}));
  });
});

describe('the rules of the HTTP stacks', () => {
  test('nothing is wrong with a good answer', () => {
    expect(asAndroid(list(live))).toEqual([]);
    expect(asIos(list(live))).toEqual([]);
  });

  test.each([
    ['a quoted charset', { ...good, 'Content-Type': 'application/json; charset="utf-8"' }, /charset/],
    ['an unknown charset', { ...good, 'Content-Type': 'application/json; charset=gb-x' }, /charset/],
    ['a type iOS refuses', { ...good, 'Content-Type': 'application/octet-stream' }, /content-type/],
    ['no type at all', { 'Cache-Control': 'no-store' }, /content-type/],
    ['no Cache-Control', { 'Content-Type': 'application/json' }, /no-store/],
    ['a cached answer', { ...good, 'Cache-Control': 'public, max-age=60' }, /no-store/],
    ['an ETag', { ...good, ETag: 'W/"1"' }, /etag/],
    ['Expires', { ...good, expires: 'Thu, 01 Jan 2099 00:00:00 GMT' }, /expires/],
    ['Last-Modified', { ...good, 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }, /last-modified/],
    ['a Location', { ...good, Location: 'https://elsewhere.example' }, /location/],
    ['a compressed body', { ...good, 'Content-Encoding': 'gzip' }, /content-encoding/],
  ])('%s', (_what, headers: Record<string, string>, fault) => {
    expect(asAndroid(list(live), headers)).toEqual([expect.stringMatching(fault)]);
  });

  test.each([204, 301, 400, 401, 404, 429, 500, 503])('status %d', (status) => {
    expect(asAndroid(list(live), good, status)).toEqual([expect.stringMatching(/status/)]);
  });

  test.each([
    ['an empty body', ''],
    ['HTML before the JSON', `<b>Warning</b>${JSON.stringify(list(live))}`],
    ['a list', '[]'],
    ['a text', '"ok"'],
  ])('%s', (_what, body) => {
    expect(asAndroid(body)).toEqual([expect.stringMatching(/not a JSON object/)]);
  });

  test('a byte order mark', () => {
    expect(asIos(`\uFEFF${JSON.stringify(list(live))}`)).toEqual([expect.stringMatching(/byte order mark/)]);
  });

  test('a page needs CORS', () => {
    const page = { ...iosList, client: 'h5' as const };
    expect(readAnswer(page, answer(list(live)), iosList.request).faults).toEqual([
      expect.stringMatching(/access-control/),
    ]);
    const headers = { ...good, 'Access-Control-Allow-Origin': '*' };
    expect(readAnswer(page, answer(list(live), headers), iosList.request).faults).toEqual([]);
  });
});

describe('answers that real apps choke on', () => {
  test.each([
    ['milliseconds', { ...live, timestamp: 1_795_358_274_000 }, /timestamp as gson:int: the whole list/],
    ['a userinfo that is a list', { ...live, userinfo: [] }, /userinfo as gson:object: the whole list/],
    ['a userinfo that is null', { ...live, userinfo: null }, /userinfo as gson:object: is needed/],
    ['no userinfo', { ...live, userinfo: undefined }, /userinfo as gson:object: is needed/],
    ['a nickname that is an object', { ...live, userinfo: { nickname: {} } }, /nickname as gson:String/],
    ['a fraction', { ...live, likecount: 1.5 }, /likecount as gson:int: the whole list/],
    ['an empty number', { ...live, viewercount: '' }, /viewercount as gson:int: the whole list/],
    ['no userid', { ...live, userid: undefined }, /userid as gson:String: is needed/],
    ['a replay in the live list', { ...live, type: 1 }, /0 live, 1 replay, 2 UGC/],
    ['a live without .flv', { ...live, playurl: live.hls_play_url }, /live: rtmp/],
    ['1970', { ...live, timestamp: 0 }, /seconds/],
  ])('%s', (_what, item, fault) => {
    expect(asAndroid(list(live, item)).join('\n')).toMatch(fault);
  });

  test('a replay without the URL that 3.7 plays, or without an id', () => {
    const replays = caseOf('a37-FetchList-replay');
    const replay = { ...live, type: 1, fileid: '1', hls_play_url: 'https://v.example/f0.m3u8' };
    const read = (item: unknown) => readAnswer(replays, answer(list(item)), replays.request).faults;
    expect(read(replay)).toEqual([]);
    expect(read({ ...replay, hls_play_url: '' })).toEqual([expect.stringMatching(/played for replays/)]);
    expect(read({ ...replay, fileid: '' })).toEqual([expect.stringMatching(/required for replays/)]);
  });

  test('a total that paging does not deliver', () => {
    const lying = list(live);
    lying.returnData.totalcount = 5;
    expect(asAndroid(lying)).toEqual([expect.stringMatching(/paging/)]);
  });

  test('a total that is no number', () => {
    const body = list(live);
    expect(asAndroid({ ...body, returnData: { ...body.returnData, totalcount: null } }).join('\n')).toMatch(
      /totalcount as getInt: throws/,
    );
    expect(asIos({ ...body, returnData: { ...body.returnData, totalcount: null } }).join('\n')).toMatch(
      /totalcount as intValue: crashes/,
    );
  });

  test('an envelope without its text: the listener is never called', () => {
    const { returnMsg: _text, ...rest } = list(live);
    expect(asAndroid(rest)).toEqual([expect.stringMatching(/returnMsg as getString: throws/)]);
    expect(asAndroid({ ...rest, returnMsg: null })).toEqual([expect.stringMatching(/returnMsg/)]);
    expect(asIos({ ...rest, returnMsg: null })).toEqual([expect.stringMatching(/returnMsg as NSString/)]);
  });

  test('success with a list in place of the object', () => {
    expect(asAndroid({ ...list(), returnData: [] }).join('\n')).toMatch(/returnData as optJSONObject/);
    expect(asIos({ ...list(), returnData: [] }).join('\n')).toMatch(/returnData as NSDictionary: crashes/);
  });

  test('a failure needs its envelope and nothing else', () => {
    const failure = { returnValue: 2003, returnMsg: 'db operator error', returnData: [] };
    const { faults, ok } = readAnswer(androidList, answer(failure), androidList.request);
    expect({ faults, ok }).toEqual({ faults: [], ok: false });
  });

  test('iOS does not look at an empty list', () => {
    expect(asIos({ ...list(), returnData: { totalcount: 0, pusherlist: null } })).toEqual([]);
    expect(asIos({ ...list(), returnData: { totalcount: 1, pusherlist: null } }).join('\n')).toMatch(
      /pusherlist as NSArray: crashes/,
    );
  });

  test.each([
    'http://push.example.com/live/8888_a?x=1',
    'rtmp://push.example.com/live/8888_a',
    'rtmp://push.example.com/live/8888_A?x=1',
    'rtmp://push.example.com/live/8888_a.b?x=1',
    'rtmp://push.example.com/app/8888_a?x=1',
  ])('the push URL %s', (pushurl) => {
    const request = caseOf('a37-RequestLVBAddr');
    const body = { returnValue: 0, returnMsg: 'ok', returnData: { pushurl, timestamp: 1_795_358_274 } };
    expect(readAnswer(request, answer(body)).faults).toEqual([expect.stringMatching(/rtmp:\/\//)]);
  });

  test.each([
    [
      'rtmp://p/live/8888_a',
      'rtmp://p/live/8888_a?txSecret=0123456789abcdef0123456789abcdef&txTime=6b03&bizid=8888',
      0,
    ],
    ['rtmp://p/live/8888_a', 'rtmp://p/live/8888_a?txSecret=0123456789abcdef0123456789abcdef&txTime=6b03', 1],
    [
      'rtmp://p/live/8888_a',
      'rtmp://p/live/8888_b?txSecret=0123456789abcdef0123456789abcdef&txTime=6b03&bizid=8888',
      1,
    ],
    [
      'rtmp://p/live/8888_a?b=1',
      'rtmp://p/live/8888_a?b=1?txSecret=0123456789abcdef0123456789abcdef&txTime=6b03&bizid=8888',
      1,
    ],
    [
      'rtmp://p/live/8888_a?b=1',
      'rtmp://p/live/8888_a?b=1&txSecret=0123456789abcdef0123456789abcdef&txTime=6b03&bizid=8888',
      0,
    ],
    [
      'rtmp://p/live/8888_a?b=1',
      'rtmp://p/live/8888_a?txSecret=0123456789abcdef0123456789abcdef&txTime=6b03&bizid=8888',
      1,
    ],
    [
      'rtmp://p/live/8888_a?txSecret=1&txTime=2',
      'rtmp://p/live/8888_a?txSecret=0123456789abcdef0123456789abcdef&txTime=6b03&bizid=8888',
      0,
    ],
    [
      'rtmp://p/live/8888_a?txSecret=1&txTime=2',
      'rtmp://p/live/8888_a?txSecret=1&txTime=2&txSecret=0123456789abcdef0123456789abcdef&txTime=6b03&bizid=8888',
      1,
    ],
  ])('the signed form of %s as %s', (originStreamUrl, streamUrlWithSignature, faults) => {
    const sign = caseOf('a-RequestPlayUrlWithSignForLinkMic');
    const body = { returnValue: 0, returnMsg: 'ok', returnData: { streamUrlWithSignature } };
    expect(readAnswer(sign, answer(body), { originStreamUrl }).faults).toHaveLength(faults);
  });

  test.each([
    ['text with code 0', '{"code":0,"message":"Success!"}', true, []],
    ['text with another code', '{"code":-505}', false, []],
    ['an object, which iOS cannot take', { code: 0 }, false, []],
    ['text that is no JSON', 'Success!', false, []],
  ])('the reply of a mix: %s', (_what, msg, ok, faults) => {
    const mix = caseOf('i1-MergeVideoStream-add');
    const body = { returnValue: 0, returnMsg: 'ok', returnData: { msg } };
    expect(readAnswer(mix, answer(body))).toMatchObject({ ok, faults });
  });
});

describe('what the apps write', () => {
  test('Android leaves null out and escapes the slash, iOS only escapes it, the page does neither', () => {
    const members = { a: null, b: 'http://h/x' };
    expect(writeBody('android', members)).toBe('{"b":"http:\\/\\/h\\/x"}');
    expect(writeBody('ios', members)).toBe('{"a":null,"b":"http:\\/\\/h\\/x"}');
    expect(writeBody('h5', members)).toBe('{"a":null,"b":"http://h/x"}');
  });

  test('written from its members, a request has the bytes that were observed', () => {
    const observed = clientCases.filter(
      ({ requestRaw, transport }) => requestRaw !== undefined && transport.path === '/interface.php',
    );
    expect(observed.length).toBeGreaterThan(5);
    for (const clientCase of observed)
      expect(wireRequest(clientCase, clientCase.request).body).toBe(clientCase.requestRaw);
  });

  test('the mixing call of Android says text/plain and a header of its own spelling', () => {
    const mix = caseOf('a37-MergeVideoStream-add');
    expect(wireRequest(mix, mix.request).headers).toEqual({
      'content-type': 'text/plain;',
      charsert: 'UTF-8',
    });
  });
});
