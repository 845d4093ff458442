import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as v from 'valibot';
import { openProduct, type Product } from '../../../scripts/demo/product';
import { localSettings } from '../../../scripts/local/settings';
import { texts } from '../../../functions/watch/page/text';
import { Secret } from '../../../shared/secret';
import { signToken } from '../../../shared/token';
import { push, type Push } from '../../integration/media';
import { freePorts, startProduct, type StartedProduct } from '../startedProduct';
import { seriousFaults } from './accessibility';
import { launchBrowser, openPage, type PageOptions, type WatchedPage } from './browser';
import { untilItMoves } from './picture';
import { screenshot } from './screenshot';

jest.setTimeout(90_000);

const phone = { viewport: { width: 390, height: 844 }, phone: true, locale: 'zh-CN' } as const;

let dataDir: string;
let started: StartedProduct;
let product: Product;
let browser: Browser;
const pushes: Push[] = [];
const pages: WatchedPage[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'watch-'));
  const [port, rtmpPort] = await freePorts(2);
  started = startProduct({ DATA_DIR: dataDir, PORT: String(port), RTMP_PORT: String(rtmpPort) });
  [browser, product] = await Promise.all([launchBrowser(), started.ready.then(openProduct)]);
});

afterEach(async () => {
  const closed = await Promise.allSettled(pages.splice(0).map((one) => one.close()));
  await Promise.all(pushes.splice(0).map((one) => one.kill()));
  const problems = closed.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  expect(problems).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  started?.kill('SIGKILL');
  await started?.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

interface Live {
  streamId: string;
  pushUrl: string;
  path: string;
}

const tokenOf = (userId: string): Promise<string> => {
  const secret = new Secret(localSettings({}).TOKEN_SECRET);
  return signToken({ secret, userId, now: Date.now(), ttlSeconds: 3600 });
};

/** A picture of a host, uploaded as an app does. @returns its address */
async function uploadCover(userId: string): Promise<string> {
  const drawing = ['-f', 'lavfi', '-i', 'gradients=s=640x360:c0=#ff7a59:c1=#5b2a86:seed=7:duration=1'];
  const jpeg = ['-frames:v', '1', '-f', 'image2pipe', '-c:v', 'mjpeg', 'pipe:1'];
  const picture = execFileSync('ffmpeg', ['-v', 'error', ...drawing, ...jpeg], { timeout: 10_000 });
  const grant = v.object({
    url: v.string(),
    fields: v.record(v.string(), v.string()),
    publicUrl: v.string(),
  });
  const request = { kind: 'cover', contentType: 'image/jpeg' };
  const { url, fields, publicUrl } = await product.ask('/uploadSig', request, grant, await tokenOf(userId));
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'cover.jpg');
  expect((await fetch(url, { method: 'POST', body: form })).ok).toBe(true);
  return publicUrl;
}

const granted = v.object({ streamId: v.string(), pushUrl: v.string() });

/** Asks for a broadcast of a new host. */
async function beginBroadcast(userId: string, about: object = {}): Promise<Live> {
  const token = await tokenOf(userId);
  const request = { title: `Show of ${userId}`, groupId: `@TGS#${userId}`, nickname: userId, ...about };
  const live = await product.ask('/getPushUrl', request, granted, token);
  return { ...live, path: `/watch/${live.streamId}` };
}

function pushTo({ pushUrl }: Live): Push {
  const running = push(pushUrl, { size: '640x360' });
  pushes.push(running);
  return running;
}

/** A broadcast on the air. */
async function goLive(userId: string, about: object = {}): Promise<Live & { push: Push }> {
  const live = await beginBroadcast(userId, about);
  const running = pushTo(live);
  const info = v.object({ online: v.boolean() });
  await eventually('it is on the air', async () => {
    const { online } = await product.ask('/room/info', { streamId: live.streamId }, info);
    return online;
  });
  return { ...live, push: running };
}

async function open(path: string, options: Partial<PageOptions> = {}): Promise<Page> {
  const opened = await openPage(browser, { origins: [product.url], ...options });
  pages.push(opened);
  await opened.page.goto(`${product.url}${path}`);
  return opened.page;
}

async function eventually(what: string, look: () => Promise<boolean>, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const shows = (page: Page, text: string): Promise<unknown> =>
  page.getByText(text, { exact: true }).first().waitFor({ timeout: 30_000 });

const count = (page: Page, id: 'viewers' | 'likes', expected: string): Promise<void> =>
  eventually(`${expected} ${id}`, async () => (await page.textContent(`#${id}`)) === expected);

/** Chrome writes a line for every answer of 404; a stream that is away has no other. */
const noStreamNow = /404 \(Not Found\) \(.*\/live\/\w+\.(flv|m3u8)/;

test('a live plays on a phone and on a desk, in the language of each', async () => {
  const live = await goLive('alice', { title: '周末弹唱', location: '深圳' });
  const [onPhone, onDesk] = await Promise.all([open(live.path, phone), open(live.path)]);
  await Promise.all([untilItMoves(onPhone), untilItMoves(onDesk)]);
  const again = await open(live.path);
  await untilItMoves(again);
  const firstPicture = () => performance.getEntriesByName('first picture')[0]?.startTime ?? 0;
  const milliseconds = await again.evaluate(firstPicture);
  console.log(`first picture ${Math.round(milliseconds)} ms after the link was opened`);
  expect(milliseconds).toBeGreaterThan(0);
  await again.close();
  for (const [page, text] of [
    [onPhone, texts.zh],
    [onDesk, texts.en],
  ] as const) {
    expect(await page.getAttribute('html', 'lang')).toBe(text.tag);
    expect(await page.textContent('#badge')).toBe(text.badge.live);
    expect(await page.textContent('h1')).toBe('周末弹唱');
    await shows(page, '深圳');
    expect(await page.locator('#noticeText').textContent()).toBe('');
    const wide = () => document.documentElement.scrollWidth > window.innerWidth;
    expect(await page.evaluate(wide)).toBe(false);
    await count(page, 'viewers', '2');
    expect(await seriousFaults(page)).toEqual([]);
  }
  // What lies over the picture is within the screen.
  for (const id of ['#like', '#words', '#openMembers', '#mute']) {
    const box = await onPhone.locator(id).boundingBox();
    expect(box).not.toBeNull();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= 390).toBe(true);
    expect((box?.y ?? -1) >= 0 && (box?.y ?? 0) + (box?.height ?? 0) <= 844).toBe(true);
  }
});

test('likes of two people count on both pages, and hearts rise unless they are unwanted', async () => {
  const live = await goLive('liked');
  const [one, other] = [await open(live.path, phone), await open(live.path)];
  await Promise.all([untilItMoves(one), untilItMoves(other)]);
  await other.emulateMedia({ reducedMotion: 'reduce' });
  await one.tap('#like');
  expect(await one.locator('#hearts svg').count()).toBe(1);
  await other.click('#like');
  await other.click('#like');
  expect(await other.locator('#hearts svg').count()).toBe(0);
  for (const page of [one, other]) {
    await count(page, 'likes', '3');
    expect(await page.textContent('#likeCount')).toBe('3');
  }
  const info = v.object({ likeCount: v.number(), viewerCount: v.number() });
  const { likeCount } = await product.ask('/room/info', { streamId: live.streamId }, info);
  expect(likeCount).toBe(3);
  await one.goto('about:blank');
  await count(other, 'viewers', '1');
});

test('what one says the other reads, as text, and a danmu flies over the picture', async () => {
  const about = { title: '周末弹唱 · Saturday songs', nickname: 'Mina', location: '深圳 Shenzhen' };
  const live = await goLive('chatted', { ...about, frontCover: await uploadCover('chatted') });
  const [one, other] = [await open(live.path, phone), await open(live.path)];
  await Promise.all([untilItMoves(one), untilItMoves(other)]);
  await sayUntilSent(one, '好听！再来一首');
  await shows(other, '好听！再来一首');
  await sayUntilSent(other, 'Greetings from Berlin, lovely voice');
  await one.click('#fly');
  await sayUntilSent(one, '弹幕飞过去');
  await other.locator('#danmu span', { hasText: '弹幕飞过去' }).waitFor();
  expect(await other.locator('#messages p', { hasText: '弹幕飞过去' }).count()).toBe(1);
  await screenshot(one, 'watch.zh-CN');
  await screenshot(other, 'watch');
  const said = '<img src=x onerror=alert(1)> 你好 👋';
  await sayUntilSent(other, said);
  await shows(one, said);
  expect(await one.locator('#messages img').count()).toBe(0);
  await one.click('#openMembers');
  await eventually('both viewers are on the list', async () => {
    const names = await one.locator('#memberList li').allTextContents();
    return names.some((name) => name.includes('Guest')) && names.some((name) => name.includes('游客'));
  });
  expect(await seriousFaults(one)).toEqual([]);
  await one.keyboard.press('Escape');
  await one.locator('#members').waitFor({ state: 'hidden' });
});

/** The chat is entered after the first picture: until then what is said stays in the box. */
async function sayUntilSent(page: Page, words: string): Promise<void> {
  await page.fill('#words', words);
  await eventually('it is sent', async () => {
    if ((await page.inputValue('#words')) === '') return true;
    await page.press('#words', 'Enter');
    return (await page.inputValue('#words')) === '';
  });
}

test('a page that is put aside and brought forth again chats on', async () => {
  const live = await goLive('aside');
  const [one, other] = [await open(live.path), await open(live.path)];
  await Promise.all([untilItMoves(one), untilItMoves(other)]);
  await sayUntilSent(one, 'before');
  await shows(other, 'before');
  // As browsers do who keep a page while another is open.
  await one.evaluate(() => {
    for (const event of ['pagehide', 'pageshow'])
      window.dispatchEvent(new PageTransitionEvent(event, { persisted: true }));
  });
  await sayUntilSent(one, 'after');
  await shows(other, 'after');
  await sayUntilSent(other, 'heard');
  await shows(one, 'heard');
  expect(await one.locator('#messages p', { hasText: 'heard' }).count()).toBe(1);
});

test('a guest whom the server knows no longer is another one, whatever the clock of the browser', async () => {
  const live = await goLive('forgotten');
  const expectedErrors = [/401 \(Unauthorized\)/];
  const page = await open('/watch/8888_nothing', { expectedErrors: [/404/, ...expectedErrors] });
  await page.addInitScript(() => {
    const ahead = 5 * 3_600_000;
    const { now } = Date;
    Date.now = () => now() + ahead;
    const stale = {
      userId: 'guest_0000000000000000',
      token: 'of another secret',
      since: now() + ahead - 1000,
    };
    if (localStorage.getItem('xiaozhibo.guest') === null)
      localStorage.setItem('xiaozhibo.guest', JSON.stringify(stale));
  });
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/watch/guest')) asked += 1;
  });
  await page.goto(`${product.url}${live.path}`);
  await untilItMoves(page);
  await page.click('#like');
  await count(page, 'likes', '1');
  const info = v.object({ likeCount: v.number(), viewerCount: v.number() });
  await eventually('the like has arrived', async () => {
    const known = await product.ask('/room/info', { streamId: live.streamId }, info);
    return known.likeCount === 1 && known.viewerCount === 1;
  });
  await sayUntilSent(page, 'here I am');
  expect(asked).toBe(1);
});

test('everything can be done from the keyboard', async () => {
  const live = await goLive('keys');
  const page = await open(live.path);
  await untilItMoves(page);
  const reached: string[] = [];
  for (let step = 0; step < 25; step += 1) {
    await page.keyboard.press('Tab');
    const id = await page.evaluate(() => document.activeElement?.id ?? '');
    if (id === '' || reached.includes(id)) continue;
    reached.push(id);
    const outlined = () => {
      const at = document.activeElement;
      const around = at?.id === 'words' ? at.closest('form') : at;
      if (around === null || around === undefined) return false;
      const { outlineStyle, borderColor } = getComputedStyle(around);
      return outlineStyle !== 'none' || borderColor === 'rgba(255, 255, 255, 0.6)';
    };
    expect([id, await page.evaluate(outlined)]).toEqual([id, true]);
    if (id === 'like') await page.keyboard.press('Enter');
  }
  expect(reached).toEqual(
    expect.arrayContaining([
      'mute',
      'fullScreen',
      'share',
      'openMembers',
      'messages',
      'words',
      'fly',
      'like',
    ]),
  );
  await count(page, 'likes', '1');
  await page.focus('#openMembers');
  await page.keyboard.press('Enter');
  await page.locator('#members').waitFor();
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('openMembers');
});

test('a push that drops and comes back goes on by itself', async () => {
  const live = await goLive('dropped');
  const page = await open(live.path, { expectedErrors: [noStreamNow] });
  await untilItMoves(page);
  await live.push.kill();
  await eventually('the page says that it waits', async () =>
    [texts.en.state.away, texts.en.state.reconnecting].includes(
      (await page.textContent('#noticeText')) ?? '',
    ),
  );
  pushTo(live);
  await untilItMoves(page);
  await eventually('it says nothing more', async () => (await page.textContent('#noticeText')) === '');
  expect(await page.textContent('#badge')).toBe(texts.en.badge.live);
});

test('a live that ends says so, and its replay plays and seeks', async () => {
  const live = await goLive('ending', { title: 'Kept' });
  const expectedErrors = [noStreamNow];
  const [onPhone, onDesk] = [
    await open(live.path, { ...phone, expectedErrors }),
    await open(live.path, { expectedErrors }),
  ];
  await Promise.all([untilItMoves(onPhone), untilItMoves(onDesk)]);
  await eventually('enough is recorded', async () =>
    onDesk.evaluate(() => Number(document.querySelector('video')?.currentTime) > 6),
  );
  await live.push.stop();
  for (const [page, text] of [
    [onPhone, texts.zh],
    [onDesk, texts.en],
  ] as const) {
    await shows(page, text.state.ended);
    await shows(page, text.badge.ended);
    await page.locator('#replay').waitFor({ timeout: 30_000 });
    expect(await seriousFaults(page)).toEqual([]);
    await page.click('#replay');
    await shows(page, text.badge.replay);
    expect(new URL(page.url()).searchParams.get('type')).toBe('1');
    await untilItMoves(page);
    expect(await seriousFaults(page)).toEqual([]);
    await seeksByKeyboard(page);
    await screenshot(page, page === onPhone ? 'watch-replay.zh-CN' : 'watch-replay');
  }
  // Whoever opens the old link now reads the same, without a script too.
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' });
  const plain = await context.newPage();
  await plain.goto(`${product.url}${live.path}`);
  expect(await plain.textContent('#noticeText')).toContain(texts.zh.state.ended);
  await plain.click('#replay');
  await shows(plain, texts.zh.noScript);
  await context.close();
});

async function seeksByKeyboard(page: Page): Promise<void> {
  const time = () => page.evaluate(() => Number(document.querySelector('video')?.currentTime));
  await page.focus('#seek');
  await page.keyboard.press('Home');
  await eventually('it is back at the beginning', async () => (await time()) < 2);
  const length = await page.evaluate(() => Number(document.querySelector('video')?.duration));
  expect(length).toBeGreaterThan(4);
  await page.keyboard.press('PageUp');
  for (let step = 0; step < 30; step += 1) await page.keyboard.press('ArrowRight');
  const wanted = Number(await page.inputValue('#seek'));
  expect(wanted).toBeGreaterThan(2);
  await eventually('it plays on from there', async () => (await time()) >= wanted);
  expect(await page.getAttribute('#seek', 'aria-valuetext')).toMatch(/^0:\d\d \/ 0:\d\d$/);
}

/** Refuses to play as browsers do without a gesture: with sound, or at all. */
function refuse(what: 'sound' | 'everything'): void {
  // It is called on the element again below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { play } = HTMLMediaElement.prototype;
  let touched = false;
  addEventListener('click', () => (touched = true), true);
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    const allowed = touched || (what === 'sound' && this.muted);
    return allowed ? play.call(this) : Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
  };
}

test('where the browser refuses sound it plays without, and a button turns it on', async () => {
  const live = await goLive('muted');
  const page = await open('/watch/8888_nothing', { expectedErrors: [/404/] });
  await page.addInitScript(refuse, 'sound' as const);
  await page.goto(`${product.url}${live.path}`);
  await untilItMoves(page);
  const muted = () => page.evaluate(() => document.querySelector('video')?.muted);
  expect(await muted()).toBe(true);
  await page.click('#unmute');
  expect(await muted()).toBe(false);
  await page.locator('#unmute').waitFor({ state: 'hidden' });
  await page.click('#mute');
  await page.getByLabel(texts.en.unmute, { exact: true }).waitFor();
  expect(await muted()).toBe(true);
});

test('where the browser plays nothing by itself there is a button to begin', async () => {
  const live = await goLive('refused');
  const page = await open('/watch/8888_nothing', { ...phone, expectedErrors: [/404/] });
  await page.addInitScript(refuse, 'everything' as const);
  await page.goto(`${product.url}${live.path}`);
  await page.tap('#bigPlay');
  await untilItMoves(page);
  await page.locator('#bigPlay').waitFor({ state: 'hidden' });
});

test('in WeChat the page has a card, signed for its address', async () => {
  const live = await goLive('weixin', { title: 'A card' });
  const script = 'https://res.wx.qq.com';
  const opened = await openPage(browser, { origins: [product.url, script], ...phone });
  pages.push(opened);
  const { page } = opened;
  const agent =
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile MicroMessenger/8.0.50';
  await page.setExtraHTTPHeaders({ 'User-Agent': agent });
  await page.route(`${script}/**`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: fakeWeixin }),
  );
  await page.goto(`${product.url}${live.path}`);
  await page.waitForFunction(() => document.documentElement.dataset['card'] !== undefined);
  const { config, card } = v.parse(
    v.object({ config: v.record(v.string(), v.unknown()), card: v.record(v.string(), v.unknown()) }),
    JSON.parse(await page.evaluate(() => document.documentElement.dataset['card'] ?? '')),
  );
  expect(config).toMatchObject({
    appId: 'wxlocalonly',
    timestamp: expect.any(Number),
    nonceStr: expect.stringMatching(/^\w+$/),
    signature: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  expect(card).toMatchObject({ title: 'A card', link: `${product.url}${live.path}` });
  await untilItMoves(page);
});

/** Takes what the page tells WeChat. */
const fakeWeixin = `let config;
window.wx = {
  config(given) { config = given; },
  ready(then) { then(); },
  updateTimelineShareData() {},
  updateAppMessageShareData(card) { document.documentElement.dataset.card = JSON.stringify({ config, card }); },
};`;

test('a live that has not begun begins on the page by itself', async () => {
  const live = await beginBroadcast('early');
  const page = await open(live.path);
  await shows(page, texts.en.state.waiting);
  expect(await page.textContent('#badge')).toBe(texts.en.badge.waiting);
  pushTo(live);
  await untilItMoves(page);
  expect(await page.textContent('#badge')).toBe(texts.en.badge.live);
});

test('a browser without Media Source Extensions plays HLS', async () => {
  const live = await goLive('hls');
  const { page, context } = await openPage(browser, { origins: [product.url], ...phone });
  pages.push({ page, context, problems: () => [], close: () => context.close() });
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'MediaSource');
    Reflect.deleteProperty(window, 'ManagedMediaSource');
  });
  const native = await page.evaluate(() =>
    document.createElement('video').canPlayType('application/vnd.apple.mpegurl'),
  );
  await page.goto(`${product.url}${live.path}`);
  if (native === '') return shows(page, texts.zh.state.unsupported);
  await untilItMoves(page);
  expect(await page.evaluate(() => document.querySelector('video')?.currentSrc)).toMatch(/\.m3u8$/);
});

test('where no FLV comes through, HLS does, with a library where the browser knows none', async () => {
  const live = await goLive('blocked');
  const page = await open('/watch/8888_nothing', { expectedErrors: [/404|ERR_FAILED/] });
  await page.route('**/*.flv*', (route) => route.abort());
  await page.addInitScript(() => {
    HTMLMediaElement.prototype.canPlayType = () => '';
  });
  await page.goto(`${product.url}${live.path}`);
  await untilItMoves(page);
  const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(files.some((name) => /\/watch\/assets\/hls\.light\.\w+\.js$/.test(name))).toBe(true);
  expect(files.some((name) => name.endsWith('.ts'))).toBe(true);
});

test('a page whose files a deployment has replaced is loaded anew, once', async () => {
  const live = await goLive('replaced');
  const page = await open('/watch/8888_nothing', { expectedErrors: [/404/] });
  let documents = 0;
  await page.route('**/watch/assets/mpegts.*', (route) => route.fulfill({ status: 404, body: 'gone' }));
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.url().endsWith(live.path)) documents += 1;
  });
  await page.goto(`${product.url}${live.path}`);
  await eventually('it is loaded anew', async () => documents === 2);
  // What is missing still is missing for another reason: there is another way to play.
  await untilItMoves(page);
  expect(await page.evaluate(() => sessionStorage.getItem('xiaozhibo.reloaded'))).not.toBeNull();
  expect(documents).toBe(2);
});

test('a link that leads nowhere says so, in both languages', async () => {
  const expectedErrors = [/404 \(Not Found\)/];
  for (const [locale, text] of [
    ['zh-CN', texts.zh],
    ['en-GB', texts.en],
  ] as const) {
    const page = await open('/watch/8888_nothing', { locale, expectedErrors });
    await shows(page, text.notFound.title);
    expect(await seriousFaults(page)).toEqual([]);
  }
});
