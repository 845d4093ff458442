import { makeBackend, type Backend, type Reply } from '../backend';
import type { Database } from '../../shared/store/database';
import { texts } from '../../functions/watch/page/text';
import { isRecord } from '../../shared/http/request';
import { engines } from '../servers/engines';

const site = 'https://live.example.com';
const cover = 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/covers/alice/a.jpg';

/** Texts that a careless page would run, show as something else, or break at. */
const nasty = {
  'an element': '<script>alert(1)</script>',
  'the end of the data': '</script><script>alert(1)</script><!--',
  'the end of an attribute': `"><img src=x onerror=alert(1)> ' onclick='alert(1)`,
  'an entity': '&lt;b&gt; &amp; &#60;script&#62;',
  'a template': '${7*7} {{7*7}} <%= 7*7 %>',
  'line separators': 'before\u2028after\u2029end',
  emoji: '👩‍👩‍👧‍👦 🇨🇳 直播 e\u0301',
  'a turned text': 'invoice\u202Egpj.exe\u2066x\u2069\u200F',
};

describe.each(engines().slice(0, 1))('the share page, on $name', ({ open }) => {
  let database: Database;
  let backend: Backend;

  beforeAll(async () => {
    database = await open();
    backend = makeBackend(database, { PUBLIC_URL: site });
  });

  const get = (
    path: string,
    query: Record<string, string> = {},
    headers: Record<string, string> = {},
    of: Backend = backend,
  ): Promise<Reply> =>
    of.ask('watch', { method: 'GET', path, query, headers: { 'accept-language': 'en', ...headers } });

  /** Begins a broadcast of a user and takes it on the air. */
  async function goLive(as: string, about: Record<string, string> = {}): Promise<string> {
    const body = { title: 'A title', nickname: 'Alice', groupId: `g-${as}`, ...about };
    const { data } = await backend.ask('getPushUrl', { as, body });
    await backend.ask('room', { as, path: '/room/status', body: { online: true } });
    return String(data['streamId']);
  }

  const endLive = (as: string) => backend.ask('room', { as, path: '/room/status', body: { online: false } });

  async function record(
    streamId: string,
    formats = ['flv', 'hls', 'mp4'],
    start = Math.floor(Date.now() / 1000) - 100,
    end = start + 100,
  ): Promise<string> {
    for (const format of formats) {
      const fileId = `${streamId.slice(-12)}${format}`;
      await backend.notify({
        ...{ event_type: 100, stream_id: streamId, file_id: fileId, video_id: fileId, file_format: format },
        ...{
          video_url: `http://1250000000.vod2.myqcloud.com/${fileId}/f0.${format === 'hls' ? 'm3u8' : format}`,
        },
        ...{ start_time: start, end_time: end, duration: end - start, file_size: 1000, appid: 1250000000 },
      });
    }
    return `${streamId.slice(-12)}${formats[0]}`;
  }

  test('of a live says what is on, for people and for link cards', async () => {
    const streamId = await goLive('alice', { title: 'Songs', frontCover: cover, location: 'Shenzhen' });
    const page = await get(`/watch/${streamId}`);
    expect(page.status).toBe(200);
    expect(page.headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(page.headers['Cache-Control']).toBe('no-store');
    expect(page.headers).not.toHaveProperty('ETag');
    expect(meta(page)).toEqual({
      description: 'Alice is live now. Open to watch',
      'og:type': 'website',
      'og:site_name': 'Xiaozhibo',
      'og:locale': 'en_US',
      'og:title': 'Songs',
      'og:description': 'Alice is live now. Open to watch',
      'og:url': `${site}/watch/${streamId}`,
      'og:image': cover,
      'twitter:card': 'summary_large_image',
    });
    expect(page.text).toContain('<title>Songs · Alice - Xiaozhibo</title>');
    expect(page.text).toContain(`<body class="live">`);
    for (const shown of ['LIVE', 'Shenzhen', '<h1><bdi>Songs</bdi></h1>', '<bdi>Alice</bdi>'])
      expect(page.text).toContain(shown);
    expect(dataOf(page)).toMatchObject({
      state: 'live',
      room: { streamId },
      guests: true,
      chat: { groupId: 'g-alice', endpoint: '' },
      sources: {
        flv: `https://play.example.com/live/${streamId}.flv`,
        hls: `https://play.example.com/live/${streamId}.m3u8`,
      },
    });
  });

  test('has the play URLs of the list, signed where there is a key', async () => {
    const streamId = await goLive('signed');
    const signed = makeBackend(database, { LIVE_PLAY_KEY: 'testplaykey' });
    const { flv = '' } = sourcesOf(await get(`/watch/${streamId}`, {}, {}, signed));
    expect(flv).toMatch(/\.flv\?txSecret=[0-9a-f]{32}&txTime=[0-9A-Fa-f]{8}$/);
    const list = await signed.ask('getLiveList', { body: { pageSize: 100 } });
    expect(list.text).toContain(JSON.stringify(flv.replace(/&txTime=.*/, '')).slice(1, -1));
  });

  test('is the same at the share link of the old apps, with type as they send it', async () => {
    const streamId = await goLive('link user@1#');
    const query = {
      sdkappid: '1400000000',
      acctype: '1',
      userid: 'link user@1#',
      type: '0',
      fileid: '',
      ts: '1',
    };
    const page = await get('/watch', query);
    expect(page.status).toBe(200);
    expect(meta(page)['og:url']).toBe(`${site}/watch/${streamId}`);
    expect(dataOf(page)).toMatchObject({ room: { streamId } });
    expect((await get('/watch/', query)).text).toBe(page.text);
  });

  test('says that a live has not begun, and that it is over', async () => {
    const { data } = await backend.ask('getPushUrl', { as: 'early', body: { title: 'Soon' } });
    const path = `/watch/${String(data['streamId'])}`;
    const waiting = await get(path);
    expect(waiting.status).toBe(200);
    expect(waiting.text).toContain(texts.en.state.waiting);
    await goLive('early');
    await endLive('early');
    const newest = await get('/watch', { userid: 'early', type: '0' });
    expect(newest.status).toBe(200);
    expect(newest.text).toContain('<body class="ended">');
    expect(newest.text).toContain(texts.en.state.ended);
    expect(newest.text).toMatch(/id="replay" href="#" hidden/);
    expect(dataOf(newest)).not.toHaveProperty('chat');
  });

  test('of an ended live leads to its replay, and room/info names it', async () => {
    const streamId = await goLive('recorded', { title: 'Kept', frontCover: cover });
    await endLive('recorded');
    const fileId = await record(streamId);
    const ended = await get(`/watch/${streamId}`);
    const href = /id="replay" href="([^"]+)"/.exec(ended.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(href).toBe(`/watch?userid=recorded&type=1&fileid=${fileId}`);
    const info = await backend.ask('room', { path: '/room/info', body: { streamId } });
    expect(info.data).toMatchObject({ online: false, replayFileId: fileId });

    const replay = await get('/watch', Object.fromEntries(new URLSearchParams(href.slice(7))));
    expect(replay.status).toBe(200);
    expect(replay.text).toContain('<body class="replay">');
    expect(meta(replay)).toMatchObject({ 'og:title': 'Kept', 'og:url': `${site}${href}`, 'og:image': cover });
    const vod = 'http://1250000000.vod2.myqcloud.com';
    expect(sourcesOf(replay)).toEqual({
      flv: expect.stringMatching(/^http:.*\.flv$/),
      hls: expect.stringMatching(/^http:.*\.m3u8$/),
      mp4: expect.stringMatching(/^http:.*\.mp4$/),
    });
    expect(policyOf(replay)['media-src']).toContain(vod);
    expect(policyOf(replay)).toHaveProperty('upgrade-insecure-requests');
    // Of another user there is no such replay.
    expect((await get('/watch', { userid: 'alice', type: '1', fileid: fileId })).status).toBe(404);
    expect((await get('/watch', { userid: 'recorded', type: '2', fileid: fileId })).status).toBe(404);
  });

  test('of an ended live offers no recording of an earlier one with the same stream id', async () => {
    const streamId = await goLive('imported');
    await endLive('imported');
    const minute = 60;
    const begun = Math.floor(Date.now() / 1000);
    await record(streamId, ['mp4'], begun - 100 * minute, begun - 30 * minute);
    const replayOf = async () =>
      (await backend.ask('room', { path: '/room/info', body: { streamId } })).data['replayFileId'];
    expect(await replayOf()).toBeUndefined();
    expect((await get(`/watch/${streamId}`)).text).toMatch(/id="replay" href="#" hidden/);
    // Of the pieces of this one, the longest, though clocks differ.
    await record(streamId, ['flv'], begun - minute, begun + minute);
    const longest = await record(streamId, ['hls'], begun + 2 * minute, begun + 5 * minute);
    expect(await replayOf()).toBe(longest);
    expect((await get(`/watch/${streamId}`)).text).toContain(`fileid=${longest}`);
  });

  test('plays a short video of the bucket, and none of a stranger’s host', async () => {
    const publish = { fileId: 'v1', title: 'Short', playUrl: cover.replace('.jpg', '.mp4') };
    await backend.ask('video', { as: 'filmer', path: '/video/publish', body: publish });
    const query = { userid: 'filmer', type: '2', fileid: 'v1' };
    const page = await get('/watch', query);
    expect(page.status).toBe(200);
    expect(sourcesOf(page)).toEqual({ mp4: publish.playUrl });
    expect(meta(page)).toMatchObject({
      'og:type': 'video.other',
      'og:description': 'A short video by filmer',
    });
    // An old app may have named any address.
    await backend.v1({
      ...{ Action: 'UploadUGCVideo', userid: 'filmer', file_id: 'v2', title: 'x' },
      ...{ play_url: 'https://evil.example/v.mp4', frontcover: 'https://evil.example/c.jpg' },
    });
    const foreign = await get('/watch', { ...query, fileid: 'v2' });
    expect(foreign.status).toBe(200);
    expect(foreign.text + JSON.stringify(foreign.headers)).not.toContain('evil.example');
  });

  test.each(Object.entries(nasty))('shows %s as text', async (name, given) => {
    const userId = `nasty ${name}`;
    const streamId = await goLive(userId, {
      title: given,
      nickname: given,
      location: given,
      description: given,
    });
    const page = await get(`/watch/${streamId}`);
    expect(page.status).toBe(200);
    // Nothing but what the page itself has: its module, its data, and no handler.
    const scripts = [...page.text.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual([
      '<script type="module" src="/watch/assets/watch.js">',
      '<script type="application/json" id="data">',
    ]);
    const withoutValues = page.text.replace(/"[^"]*"/g, '""');
    expect(withoutValues).not.toMatch(/<[^>]*\son\w+=|<img src=x/);
    expect(page.text).not.toMatch(/[\u2028\u2029\u202A-\u202E\u2066-\u2069\u200F]/);
    const shown = given.replace(/[\u202E\u2066\u2069\u200F]/g, '').replace(/[\u2028\u2029]/g, ' ');
    expect(meta(page)).toMatchObject({ 'og:title': shown, 'og:description': shown });
    expect(text(/<h1><bdi>([^]*?)<\/bdi>/.exec(page.text)?.[1])).toBe(shown);
    expect(dataOf(page)).toMatchObject({ room: { streamId } });
    // The same in a group id, which comes from the app and goes into the data.
    const id = await goLive(`${userId} group`, { groupId: given });
    expect(dataOf(await get(`/watch/${id}`))).toMatchObject({ chat: { groupId: expect.any(String) } });
  });

  describe('its policy', () => {
    test('lets nothing run or load but what is its own and what it plays', async () => {
      const streamId = await goLive('policy', { frontCover: cover });
      const page = await get(`/watch/${streamId}`);
      const policy = policyOf(page);
      expect(policy).toMatchObject({
        'default-src': `'none'`,
        'script-src': `'self'`,
        'style-src': `'self'`,
        'base-uri': `'none'`,
        'form-action': `'none'`,
        'frame-ancestors': `'none'`,
        'media-src': `'self' blob: https://play.example.com`,
      });
      expect(policy['connect-src']?.split(' ').slice(0, 2)).toEqual([`'self'`, 'https://play.example.com']);
      expect(policy['img-src']).toContain(new URL(cover).origin);
      expect(JSON.stringify(policy)).not.toMatch(/unsafe|\*[ ;"]|res\.wx\.qq\.com/);
      expect(page.text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
      expect(page.headers).toMatchObject({
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
        'Referrer-Policy': 'strict-origin-when-cross-origin',
      });
    });

    test('names the hosts of IM for a chat only, or those of its stand-in', async () => {
      const streamId = await goLive('chatting');
      const connects = async (of: Backend, path = `/watch/${streamId}`) =>
        policyOf(await get(path, {}, {}, of))['connect-src'] ?? '';
      expect(await connects(backend)).toContain('wss://*.im.qcloud.com');
      const local = makeBackend(database, { IM_CHAT_ENDPOINT: 'http://127.0.0.1:9000/cloud/im/chat' });
      expect(await connects(local)).toMatch(/http:\/\/127\.0\.0\.1:9000$/);
      const workers = async (of: Backend) =>
        policyOf(await get(`/watch/${streamId}`, {}, {}, of))['worker-src'];
      expect([await workers(backend), await workers(local)]).toEqual(['blob:', `'none'`]);
      expect(await connects(makeBackend(database, { WATCH_GUESTS: 'off' }))).not.toContain('qcloud');
      const silent = await goLive('silent', { groupId: '' });
      expect(await connects(backend, `/watch/${silent}`)).not.toContain('im.qcloud.com');
    });

    test('names the host of WeChat’s script in WeChat only, where it is configured', async () => {
      const streamId = await goLive('weixin', { title: 'Card', frontCover: cover });
      const inWeChat = { 'user-agent': 'Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50' };
      const weixin = { WECHAT_APPID: 'wx0123456789', WECHAT_SECRET: '0123456789abcdef' };
      const configured = makeBackend(database, { ...weixin, PUBLIC_URL: site });
      const path = `/watch/${streamId}`;
      const page = await get(path, {}, inWeChat, configured);
      expect(policyOf(page)['script-src']).toBe(`'self' https://res.wx.qq.com`);
      expect(dataOf(page)).toMatchObject({
        weixin: { title: 'Card', link: `${site}${path}`, picture: cover },
      });
      for (const other of [await get(path, {}, {}, configured), await get(path, {}, inWeChat)]) {
        expect(policyOf(other)['script-src']).toBe(`'self'`);
        expect(dataOf(other)).not.toHaveProperty('weixin');
      }
    });
  });

  describe('its language', () => {
    test.each([
      ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
      ['en-GB,en;q=0.9,zh;q=0.1', 'en'],
      ['zh-Hant-TW', 'zh-CN'],
      ['fr-FR,zh;q=0.5,en;q=0.3', 'zh-CN'],
      ['fr-FR,de;q=0.5', 'en'],
      ['en;q=0,zh', 'zh-CN'],
      ['', 'zh-CN'],
      ['*', 'zh-CN'],
    ])('of a browser that asks for %p is %s', async (accepted, tag) => {
      const page = await get('/watch/8888_nothing', {}, { 'accept-language': accepted });
      expect(/<html lang="([^"]+)">/.exec(page.text)?.[1]).toBe(tag);
      expect(page.headers['Vary']).toContain('Accept-Language');
    });

    test('asked for in the address comes first, and the page offers the other one', async () => {
      const streamId = await goLive('bilingual');
      const zh = await get(`/watch/${streamId}`, { lang: 'zh' });
      expect(zh.text).toContain('<html lang="zh-CN">');
      expect(zh.text).toContain(texts.zh.badge.live);
      expect(zh.text).toContain(`href="/watch/${streamId}?lang=en"`);
      const en = await get(`/watch/${streamId}`, { lang: 'en' }, { 'accept-language': 'zh' });
      expect(en.text).toContain('<html lang="en">');
      expect(en.text).toContain(`href="/watch/${streamId}?lang=zh"`);
    });
  });

  describe('of nothing', () => {
    test.each<[string, Record<string, string>]>([
      ['/watch', {}],
      ['/watch', { userid: '', type: '0' }],
      ['/watch', { userid: 'nobody', type: '0' }],
      ['/watch', { userid: 'nobody', type: '1', fileid: '1' }],
      ['/watch', { userid: 'nobody', type: '1' }],
      ['/watch', { userid: 'nobody', type: '2', fileid: '' }],
      ['/watch', { userid: 'nobody', type: '3', fileid: '1' }],
      ['/watch', { userid: 'nobody', type: '-1', fileid: '1' }],
      ['/watch', { userid: 'nobody', type: '0 or 1=1' }],
      ['/watch', { userid: 'a\u0000b', type: '0' }],
      ['/watch', { userid: 'nobody', type: '1', fileid: '\ud800' }],
      ['/watch/8888_nothing', {}],
      ['/watch/UPPER', {}],
      ['/watch/..%2f..%2fetc%2fpasswd', {}],
      ['/watch/assets/../../index.js', {}],
      ['/watch/assets/__proto__', {}],
      ['/watch/assets/watch.js', {}],
      [`/watch/${'a'.repeat(65)}`, {}],
      ['/watch/a/b', {}],
    ])('%s %j says so, with 404', async (path, query) => {
      const page = await get(path, query);
      expect(page.status).toBe(404);
      expect(page.headers['Content-Type']).toBe('text/html; charset=utf-8');
      expect(page.text).toContain(texts.en.notFound.title);
      expect(page.text).toContain('<meta name="robots" content="noindex" />');
      expect(policyOf(page)['default-src']).toBe(`'none'`);
      expect(page.text).not.toContain('<script');
    });

    test('however long what is asked for is', async () => {
      const long = 'a'.repeat(60_000);
      const pages = await Promise.all([
        get(`/watch/${long}`),
        get('/watch', { userid: long, type: '0' }),
        get('/watch', { userid: 'nobody', type: '1', fileid: long }),
        get('/watch/8888_x', { lang: long }, { 'accept-language': 'x,'.repeat(30_000) }),
      ]);
      expect(pages.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      for (const page of pages) expect(page.text.length).toBeLessThan(3_000);
    });

    test('also when the host has deleted the account', async () => {
      const password = 'correct horse';
      await backend.ask('account', { path: '/account/register', body: { userId: 'leaver', password } });
      const streamId = await goLive('leaver');
      expect((await get(`/watch/${streamId}`)).status).toBe(200);
      await backend.ask('account', { path: '/account/delete', as: 'leaver', body: { password } });
      expect((await get(`/watch/${streamId}`)).status).toBe(404);
    });
  });

  test('that cannot be made says so in both languages, and when to come again', async () => {
    const broken = makeBackend(
      {
        ...database,
        rows: () => Promise.reject(new Error('a detail of the database')),
      },
      {},
      { write: () => undefined },
    );
    const page = await get('/watch/8888_x', {}, {}, broken);
    expect(page.status).toBe(500);
    expect(page.text).toContain(texts.zh.unavailable.title);
    expect(page.text).toContain(texts.en.unavailable.title);
    expect(page.text).not.toContain('a detail');
    expect(policyOf(page)['default-src']).toBe(`'none'`);
  });

  test('is only fetched: POST is refused', async () => {
    expect((await backend.ask('watch', { path: '/watch/8888_x' })).status).toBe(400);
  });

  test('without PUBLIC_URL names the host that was asked for, if it is one', async () => {
    const streamId = await goLive('hosted');
    const urlFor = async (host: string) =>
      meta(await get(`/watch/${streamId}`, {}, { host }, makeBackend(database)))['og:url'];
    expect(await urlFor('abc.ap-guangzhou.tencentscf.com')).toBe(
      `https://abc.ap-guangzhou.tencentscf.com/watch/${streamId}`,
    );
    for (const bad of ['evil.example/path', '"><script>', 'a b', 'user@host', ''])
      expect(await urlFor(bad)).toBe(`/watch/${streamId}`);
  });

  test('is served at the address of the app function too', async () => {
    const streamId = await goLive('throughTheDoor');
    const page = await backend.ask('app', { method: 'GET', path: `/watch/${streamId}` });
    expect([page.status, page.headers['Content-Type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await backend.ask('app', { path: '/watch/guest' })).data['userId']).toMatch(/^guest_/);
  });
});

function text(markup = ''): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': `'`, amp: '&' };
  return markup.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? '');
}

function meta(page: Reply): Record<string, string> {
  const tags = page.text.matchAll(/<meta (?:name|property)="((?:og:|twitter:)?\w+)" content="([^"]*)"/g);
  const all = Object.fromEntries([...tags].map(([, name = '', content]) => [name, text(content)]));
  delete all['viewport'];
  return all;
}

function dataOf(page: Reply): Record<string, unknown> {
  const json = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(page.text)?.[1] ?? '';
  const data: unknown = JSON.parse(json);
  if (!isRecord(data)) throw new Error('the page has no data');
  return data;
}

function sourcesOf(page: Reply): Record<string, string> {
  const { sources } = dataOf(page);
  return Object.fromEntries(
    Object.entries(isRecord(sources) ? sources : {}).map(([name, url]) => [name, String(url)]),
  );
}

function policyOf(page: Reply): Record<string, string> {
  const directives = (page.headers['Content-Security-Policy'] ?? '').split('; ');
  return Object.fromEntries(
    directives.map((one) => one.split(/ (.*)/)).map(([name = '', value = '']) => [name, value]),
  );
}
