/** The studio of `npm start`, as a person uses it, with a real stream and a real browser. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { localSettings } from '../../../scripts/local/settings';
import { push } from '../../integration/media';
import { freePorts, startProduct, type StartedProduct } from '../startedProduct';
import { seriousFaults } from './accessibility';
import { launchBrowser, openPage, type PageOptions, type WatchedPage } from './browser';
import { pictureOf, untilItMoves } from './picture';
import { screenshot } from './screenshot';

jest.setTimeout(120_000);

/** Chromium writes a line for every 404; the player asks again for a stream that has just ended. */
const noStreamNow = /404 \(Not Found\) \(.*\/live\/\w+\.(flv|m3u8)/;

const patience = { timeout: 30_000 };
const phone = { viewport: { width: 390, height: 844 }, phone: true } as const;
const run = promisify(execFile);

let dataDir: string;
let started: StartedProduct;
let url: string;
let browser: Browser;
const pages: WatchedPage[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'studio-'));
  const [port, rtmpPort] = await freePorts(2);
  started = startProduct({ DATA_DIR: dataDir, PORT: String(port), RTMP_PORT: String(rtmpPort) });
  [browser, url] = await Promise.all([launchBrowser(), started.ready]);
});

afterEach(async () => {
  const closed = await Promise.allSettled(pages.splice(0).map((one) => one.close()));
  await stopPushes();
  expect(closed.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  started?.kill('SIGKILL');
  await started?.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

/** What is on the air goes off, so that the next test begins with an empty list. */
async function stopPushes(): Promise<void> {
  const headers = { 'X-Studio': '1' };
  const pushes = await fetch(`${url}/studio/local/pushes`, { headers });
  const running = (await pushes.json()) as { pushes: { streamName: string }[] };
  for (const { streamName } of running.pushes) {
    const body = JSON.stringify({ streamName });
    await fetch(`${url}/studio/local/stopPush`, { method: 'POST', headers, body });
  }
  await eventually('nobody is on the air', async () => {
    const lives = (await (await fetch(`${url}/getLiveList`)).json()) as { returnData: { total: number } };
    return lives.returnData.total === 0;
  });
}

interface Opened {
  page: Page;
  context: BrowserContext;
}

async function open(hash = '', options: Partial<PageOptions> = {}): Promise<Opened> {
  const opened = await openPage(browser, {
    origins: [url],
    ...options,
    expectedErrors: [noStreamNow, ...(options.expectedErrors ?? [])],
  });
  pages.push(opened);
  await opened.page.goto(`${url}/${hash}`);
  await opened.page.locator('main').waitFor(patience);
  return opened;
}

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const heading = (page: Page, name: string): Locator => page.getByRole('heading', { name });
const card = (page: Page, title: string): Locator => page.locator('.card').filter({ hasText: title });
const liveCard = (page: Page, title: string): Locator =>
  card(page, title).filter({ has: page.locator('.badge.live') });
const screenIn = (page: Page, state: string): Locator => page.locator(`.screen[data-state="${state}"]`);

async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patience.timeout;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited ${patience.timeout} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The room that one click leads to, with a picture that moves. */
async function goLive(page: Page, name = 'Go live'): Promise<void> {
  await button(page, name).first().click();
  await screenIn(page, 'playing').waitFor(patience);
  await untilItMoves(page);
}

/** Begins with a title of its own, from the page for that, and closes the tab. */
async function goLiveAndLeave(title: string): Promise<void> {
  const { page } = await open('#/go-live');
  await page.getByLabel('Title').fill(title);
  await page.locator('form').getByRole('button', { name: 'Go live' }).click();
  await page.waitForURL(/#\/live\//, patience);
  await pages.pop()?.close();
}

const likesOf = (page: Page): Promise<string | null> =>
  page.locator('[data-likes]').getAttribute('data-likes');

test('one click to a moving picture; others see the card, like, chat and see the end; the replay plays', async () => {
  const { page: host } = await open();
  const { page: guest } = await open('', { locale: 'zh-CN' });
  await heading(host, 'Nobody is on the air yet').waitFor(patience);
  await heading(guest, '现在还没有人直播').waitFor(patience);
  await screenshot(host, 'studio-empty');
  await guest.evaluate(() => Object.assign(window, { notReloaded: true }));

  await goLive(host);
  expect(await host.locator('h1').textContent()).toMatch(/^Test picture \d\d:\d\d$/);

  // The card appears by itself, with its cover and then a screenshot of the stream.
  const shown = liveCard(guest, 'Test picture');
  await shown.waitFor(patience);
  expect(await guest.evaluate(() => 'notReloaded' in window)).toBe(true);
  await shown.locator('img.inset').waitFor(patience);
  await eventually('both pictures are there', () =>
    shown
      .locator('img')
      .evaluateAll((images) =>
        images.every((image) => image instanceof HTMLImageElement && image.naturalWidth > 300),
      ),
  );
  await shown.click();
  await screenIn(guest, 'playing').waitFor(patience);
  await untilItMoves(guest);
  const firstFrame = Number(await guest.locator('.screen').getAttribute('data-first-frame'));
  console.log(`first frame ${firstFrame} ms after the click on the card`);
  expect(firstFrame).toBeGreaterThan(0);
  expect(await guest.evaluate(() => document.documentElement.lang)).toBe('zh-CN');

  await bothAreSeen(host, guest);
  await likeFromBoth(host, guest);
  await chatWithEachOther(host, guest);
  await screenshot(host, 'studio-room');
  await screenshot(guest, 'studio-room.zh-CN');
  expect(await seriousFaults(host)).toEqual([]);
  expect(await seriousFaults(guest)).toEqual([]);
  await seeCallbacks(host);

  await button(host, 'Stop the test picture').click();
  await screenIn(host, 'ended').getByText('This live has ended').waitFor(patience);
  await screenIn(guest, 'ended').getByText('直播已结束').waitFor(patience);
  expect(await seriousFaults(guest)).toEqual([]);

  await guest.getByRole('link', { name: '观看回放' }).click(patience);
  await watchReplay(guest);
  expect(await seriousFaults(guest)).toEqual([]);
  await host.getByRole('link', { name: 'All broadcasts' }).click();
  const replay = card(host, 'Test picture').first();
  await replay.waitFor(patience);
  expect(await replay.locator('.badge').textContent()).toMatch(/^\d:\d\d$/);
});

async function bothAreSeen(host: Page, guest: Page): Promise<void> {
  for (const page of [host, guest]) {
    await eventually('two members', async () => (await page.locator('.members li').count()) === 2);
    await eventually('two viewers', async () => {
      return (await page.locator('[data-viewers]').getAttribute('data-viewers')) === '2';
    });
  }
}

async function likeFromBoth(host: Page, guest: Page): Promise<void> {
  const [ours, theirs] = [button(host, /^Like: /), button(guest, /^点赞: /)];
  await ours.click();
  await ours.click();
  for (let taps = 0; taps < 3; taps += 1) await theirs.click();
  for (const page of [host, guest]) await eventually('five likes', async () => (await likesOf(page)) === '5');
}

async function chatWithEachOther(host: Page, guest: Page): Promise<void> {
  const [ours, theirs] = [host.getByRole('log'), guest.getByRole('log')];
  await ours.getByText('entered').waitFor(patience);
  await host.getByRole('textbox', { name: 'Say something' }).fill('Hello <b>there</b> & 你好');
  await host.keyboard.press('Enter');
  await theirs.getByText('Hello <b>there</b> & 你好').waitFor(patience);
  await guest.getByRole('checkbox', { name: '弹幕' }).check();
  await guest.getByRole('textbox', { name: '说点什么' }).fill('画面真清楚！');
  await button(guest, '发送').click();
  await ours.getByText('画面真清楚！').waitFor(patience);
  await host.locator('.flying', { hasText: '画面真清楚！' }).waitFor(patience);
  await theirs.getByText('点了赞').first().waitFor(patience);
}

async function seeCallbacks(page: Page): Promise<void> {
  await page.getByRole('tab', { name: /Callbacks/ }).click();
  for (const event of ['1', '200']) {
    const entry = page.locator(`.callback[data-event="${event}"]`).first();
    await entry.waitFor(patience);
    expect(await entry.locator('.pill').first().textContent()).toBe('200');
  }
  const begun = page.locator('.callback[data-event="1"]').first();
  await begun.locator('summary').click();
  const [sent, answered] = await begun.locator('pre').allTextContents();
  expect(JSON.parse(sent ?? '')).toMatchObject({ event_type: 1, t: expect.any(Number) });
  // Of the signature only the beginning: it is good for some minutes.
  expect(sent).toMatch(/"sign": "[0-9a-f]{6}\.\.\."/);
  expect(JSON.parse(answered ?? '')).toMatchObject({ code: 0 });
  await begun.evaluate((entry) => entry.scrollIntoView());
  await screenshot(page, 'studio-callbacks');
  await page.getByRole('tab', { name: /Calls/ }).click();
}

async function watchReplay(page: Page): Promise<void> {
  await screenIn(page, 'playing').waitFor(patience);
  await untilItMoves(page);
  const video = page.locator('video');
  const { duration } = await video.evaluate((element) => ({
    duration: Reflect.get(element, 'duration') as number,
  }));
  expect(duration).toBeGreaterThan(3);
  const before = await pictureOf(page);
  await video.evaluate((element) => Reflect.set(element, 'currentTime', 0.2));
  await video.focus();
  // Chromium's own controls: to the end, and a tenth back.
  await page.keyboard.press('End');
  await eventually('the replay is near its end', () =>
    video.evaluate((element) => {
      const [time, length] = ['currentTime', 'duration'].map((name) => Reflect.get(element, name) as number);
      return (time ?? 0) > (length ?? 0) - 1.5;
    }),
  );
  await video.evaluate((element) => Reflect.set(element, 'currentTime', 1));
  await eventually(
    'the picture is another one',
    async () => (await pictureOf(page)).samples !== before.samples,
  );
}

test('every call is shown, with credentials masked, and as a curl command that works', async () => {
  const { page, context } = await open();
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
  await goLive(page);
  const calls = page.locator('.call');
  for (const path of ['/uploadSig', '/cos/local-1250000000', '/getPushUrl', '/room/enter', '/imSig'])
    await page.locator(`.call[data-path="${path}"]`).waitFor(patience);
  const begun = page.locator('.call[data-path="/getPushUrl"]');
  await begun.locator('summary').click();
  await begun.evaluate((entry) => entry.scrollIntoView());
  await screenshot(page, 'studio-calls');
  const [headers, body, answer] = await begun.locator('pre').allTextContents();
  expect(headers).toMatch(/^POST \/getPushUrl\nHost: 127\.0\.0\.1:\d+\nContent-Type: application\/json\n/);
  expect(headers).toMatch(/Authorization: Bearer \w{6}…$/);
  expect(JSON.parse(body ?? '')).toMatchObject({ title: expect.stringMatching(/^Test picture/) });
  expect(JSON.parse(answer ?? '')).toMatchObject({ returnValue: 0 });

  await begun.getByRole('button', { name: /Copy as curl/ }).click();
  await begun.getByRole('button', { name: /Copied/ }).waitFor(patience);
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const again = JSON.parse((await run('sh', ['-c', command])).stdout) as { returnData: { streamId: string } };
  // The same request within a minute is a repetition, and gets the same broadcast.
  expect(again.returnData.streamId).toBe(await page.evaluate(() => location.hash.split('/').at(-1)));

  for (const summary of await calls.locator('summary').all()) await summary.click();
  expect(await page.locator('.inspector').textContent()).not.toMatch(
    /eyJ[\w-]+\.[\w-]+\.[\w-]+|txSecret=\w{7}/,
  );
  expect(await page.locator('.inspector').textContent()).not.toContain(localSettings({}).ADMIN_TOKEN);
});

test('a chosen cover is uploaded and shown, and the address for OBS takes a push', async () => {
  const { page } = await open('#/go-live');
  const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 320, height: 180 } });
  await page.getByLabel('Title').fill('Pushed from OBS <1>');
  await page.getByLabel('Cover').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: picture });
  await button(page, 'Get a push address').click();
  const fields = page.locator('.copied code');
  await fields.first().waitFor(patience);
  const [server = '', key = ''] = await fields.allTextContents();
  expect(server).toMatch(/^rtmp:\/\/127\.0\.0\.1:\d+\/live\/$/);
  expect(key).toMatch(/^8888_host_\w+\?.*txSecret=/);
  expect(await page.locator('.address pre').textContent()).toContain(`'${server}${key}'`);
  await screenshot(page, 'studio-push-address');
  expect(await seriousFaults(page)).toEqual([]);

  const running = push(server + key, { size: '320x180' });
  await page.goto(`${url}/#/`);
  const shown = card(page, 'Pushed from OBS <1>');
  await shown.waitFor(patience);
  const address = await shown.locator('img.cover').getAttribute('src');
  const stored = await fetch(address ?? '');
  expect(Buffer.from(await stored.arrayBuffer()).equals(picture)).toBe(true);
  expect(stored.headers.get('content-type')).toBe('image/png');
  await running.stop();
  await shown.locator('.badge.live').waitFor({ state: 'detached', ...patience });
});

test('an operator sees a report, takes the live off, forbids its host and allows it again', async () => {
  const refused = /403 \(Forbidden\) \(.*\/getPushUrl/;
  const { page: host } = await open('', { expectedErrors: [refused] });
  const { page: viewer } = await open();
  await goLive(host);
  await liveCard(viewer, 'Test picture').click();
  await screenIn(viewer, 'playing').waitFor(patience);
  await button(viewer, 'Report').click();
  await viewer.getByText('Reported', { exact: true }).waitFor(patience);

  await viewer.getByRole('link', { name: 'Moderation' }).click();
  const reported = viewer.locator('.reports li').first();
  await reported.waitFor(patience);
  expect(await reported.textContent()).toMatch(/host_\w{4}.*reported by viewer_\w{4}/);
  await screenshot(viewer, 'studio-moderation');
  expect(await seriousFaults(viewer)).toEqual([]);
  await button(viewer, /^Forbid to broadcast: host_/)
    .first()
    .click();
  await viewer.getByText('The live service: done').waitFor(patience);
  await viewer.locator('.pill', { hasText: 'forbidden' }).first().waitFor(patience);

  await screenIn(host, 'ended').waitFor(patience);
  await host.goto(`${url}/#/`);
  await heading(host, 'Nobody is on the air yet').waitFor(patience);
  await button(host, 'Go live').first().click();
  await host.getByRole('alert').getByText('forbidden to broadcast').waitFor(patience);
  await button(viewer, /^Allow again: host_/)
    .first()
    .click();
  await button(viewer, /^Allow again: host_/).waitFor({ state: 'detached', ...patience });
  await goLive(host);
  await button(viewer, /^Take off the air: /)
    .first()
    .click(patience);
  await screenIn(host, 'ended').waitFor(patience);
});

test('the settings say what is local and what a deployment lacks, and no value', async () => {
  for (const [locale, own, local] of [
    ['en-US', 'needs your own', 'local default'],
    ['zh-CN', '需换成自己的', '本地默认值'],
  ] as const) {
    const { page } = await open('#/settings', { locale });
    const pushKey = page.locator('.feature li').filter({ hasText: 'LIVE_PUSH_KEY' });
    await pushKey.waitFor(patience);
    expect(await pushKey.locator('summary').textContent()).toContain(own);
    expect(await pushKey.locator('summary').textContent()).toContain(local);
    expect(await page.locator('main').textContent()).not.toContain('localonly');
    expect(await seriousFaults(page)).toEqual([]);
    if (locale === 'en-US') await screenshot(page, 'studio-settings');
  }
});

test('on a phone and in the dark nothing is cut off, and all is within reach', async () => {
  const { page } = await open('', { ...phone, colorScheme: 'dark' });
  const fits = (): Promise<boolean> =>
    page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  await heading(page, 'Nobody is on the air yet').waitFor(patience);
  expect([await fits(), await seriousFaults(page)]).toEqual([true, []]);
  await button(page, '中文').tap();
  await heading(page, '现在还没有人直播').waitFor(patience);
  await goLive(page, '开播');
  expect([await fits(), await seriousFaults(page)]).toEqual([true, []]);
  await screenshot(page, 'studio-phone.zh-CN');
  await button(page, 'English').tap();
  await page.getByRole('heading', { name: 'Members' }).waitFor(patience);
  await screenshot(page, 'studio-phone');
  for (const place of ['Moderation', 'Settings', 'Broadcasts']) {
    await page.getByRole('link', { name: place }).tap();
    await page.getByRole('heading', { level: 1 }).waitFor(patience);
    expect([place, await fits(), await seriousFaults(page)]).toEqual([place, true, []]);
  }
  await liveCard(page, '测试画面').waitFor(patience);
  await button(page, 'What happens').tap();
  await page.getByRole('tab', { name: /Calls/ }).waitFor(patience);
  expect([await fits(), await seriousFaults(page)]).toEqual([true, []]);
  await button(page, 'Close').tap();
  await page.getByRole('tab', { name: /Calls/ }).waitFor({ state: 'detached', ...patience });
});

test('a keyboard is enough: to the content, to a card, into its room and to the chat', async () => {
  const { page } = await open('');
  const { page: host } = await open('');
  await goLive(host);
  await liveCard(page, 'Test picture').waitFor(patience);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await screenIn(page, 'playing').waitFor(patience);
  await page.getByRole('textbox', { name: 'Say something' }).fill('typed without a mouse');
  await page.keyboard.press('Enter');
  await host.getByRole('log').getByText('typed without a mouse').waitFor(patience);
});

test('three at once are listed, the newest first, each with its picture, and stopped though their tabs are closed', async () => {
  const titles = ['Cooking with Lin', '周末弹唱会', 'Night ride, Shenzhen'];
  const { page } = await open('');
  for (const title of titles) await goLiveAndLeave(title);
  for (const title of titles) await liveCard(page, title).locator('img.inset').waitFor(patience);
  const lives = page.locator('.card').filter({ has: page.locator('.badge.live') });
  const listed = await lives.locator('.title').allTextContents();
  expect(listed).toEqual([...titles].reverse());
  await eventually('all pictures are there', () =>
    page
      .locator('.card img')
      .evaluateAll((images) =>
        images.every((image) => image instanceof HTMLImageElement && image.naturalWidth > 0),
      ),
  );
  expect(await seriousFaults(page)).toEqual([]);
  await screenshot(page, 'studio-home');
  await page.emulateMedia({ colorScheme: 'dark' });
  await button(page, '中文').click();
  await screenshot(page, 'studio-home-dark.zh-CN');
  await stopFromTheFirstPage(page, titles);
});

/** Nobody but the first page is left to end what the closed tabs began. */
async function stopFromTheFirstPage(page: Page, titles: readonly string[]): Promise<void> {
  await button(page, 'English').click();
  const running = page.locator('.pushing li');
  await eventually('three are listed', async () => (await running.count()) === titles.length);
  for (const title of titles)
    expect(await running.filter({ hasText: title }).textContent()).toMatch(/ends by itself at \d\d:\d\d/);
  await button(page, `Stop: ${titles[0]}`).click();
  await liveCard(page, titles[0] ?? '').waitFor({ state: 'detached', ...patience });
  expect(await running.count()).toBe(titles.length - 1);
}

test('the tabs of one browser leave each other connections enough, and all hear of the callbacks', async () => {
  const { page: host, context } = await open();
  const [guest, third] = [await context.newPage(), await context.newPage()];
  for (const page of [guest, third]) await page.goto(`${url}/`);
  await goLive(host);
  await liveCard(guest, 'Test picture').click();
  await screenIn(guest, 'playing').waitFor(patience);
  await untilItMoves(guest);
  await host.getByRole('textbox', { name: 'Say something' }).fill('from tab to tab');
  await host.keyboard.press('Enter');
  await guest.getByRole('log').getByText('from tab to tab').waitFor(patience);
  await liveCard(third, 'Test picture').waitFor(patience);
  for (const page of [host, guest, third]) {
    await page.getByRole('tab', { name: /Callbacks/ }).click();
    await page.locator('.callback[data-event="1"]').first().waitFor(patience);
  }
  // The one that listened goes, and another takes its place.
  await host.close();
  const streamName = await guest.evaluate(() => location.hash.split('/').at(-1));
  const body = JSON.stringify({ streamName });
  await fetch(`${url}/studio/local/stopPush`, { method: 'POST', headers: { 'X-Studio': '1' }, body });
  for (const page of [guest, third])
    await page.locator('.callback[data-event="0"]').first().waitFor(patience);
});

test('a broadcast that does not exist is said not to', async () => {
  const missing = [/404 \(Not Found\) \(.*\/room\/(info|members|enter|quit)\)/];
  for (const [locale, said] of [
    ['en-US', 'There is no such broadcast'],
    ['zh-CN', '没有这场直播'],
  ] as const) {
    for (const hash of ['#/live/8888_nobody', '#/replay/12345'])
      await heading((await open(hash, { locale, expectedErrors: missing })).page, said).waitFor(patience);
  }
});

test('the official IM SDK is a file of our own, and has what the chat asks of it', async () => {
  // Not under watch: the SDK at once asks hosts of its vendor for this and that, which the page's policy refuses.
  const context = await browser.newContext();
  const page = await context.newPage();
  const answered: string[] = [];
  page.on('requestfinished', (request) => answered.push(new URL(request.url()).origin));
  await page.goto(`${url}/`);
  const main = await (await fetch(`${url}/studio/main.js`)).text();
  const chunk = /chunks\/(chat-\w+\.js)/.exec(main)?.[1];
  expect(chunk).toBeDefined();
  const methods = [
    'setLogLevel',
    'on',
    'off',
    'login',
    'logout',
    'destroy',
    'createGroup',
    'joinGroup',
    'quitGroup',
  ];
  // As text: the import is the browser's, not one of the test's modules.
  const found: unknown = await page.evaluate(`import('/studio/chunks/${chunk}').then(({ default: sdk }) => {
    const client = sdk.create({ SDKAppID: 1400000000 });
    const kinds = ${JSON.stringify([...methods, 'createTextMessage', 'sendMessage'])}.map((name) => typeof client[name]);
    const { SDK_READY, MESSAGE_RECEIVED, KICKED_OUT, NET_STATE_CHANGE } = sdk.EVENT;
    const { MSG_TEXT, CONV_GROUP, GRP_AVCHATROOM, NET_STATE_CONNECTED } = sdk.TYPES;
    return {
      kinds: [...new Set(kinds)],
      events: [SDK_READY, MESSAGE_RECEIVED, KICKED_OUT, NET_STATE_CHANGE],
      types: [MSG_TEXT, CONV_GROUP, GRP_AVCHATROOM, NET_STATE_CONNECTED],
    };
  })`);
  expect(found).toEqual({
    kinds: ['function'],
    events: ['sdkStateReady', 'onMessageReceived', 'kickedOut', 'netStateChange'],
    types: ['TIMTextElem', 'GROUP', 'AVChatRoom', 'connected'],
  });
  expect([...new Set(answered)]).toEqual([url]);
  await context.close();
});
