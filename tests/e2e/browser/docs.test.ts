/** The page at /docs of `npm start`, in a real browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { freePorts, startProduct, type StartedProduct } from '../startedProduct';
import { seriousFaults } from './accessibility';
import { launchBrowser, openPage, type PageOptions, type WatchedPage } from './browser';
import { screenshot } from './screenshot';

jest.setTimeout(60_000);

let folder: string;
let product: StartedProduct;
let url: string;
let browser: Browser;
let opened: WatchedPage;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'));
  const [port, rtmpPort] = await freePorts(2);
  product = startProduct({ DATA_DIR: folder, PORT: String(port), RTMP_PORT: String(rtmpPort) });
  [browser, url] = await Promise.all([launchBrowser(), product.ready]);
}, 90_000);

afterAll(async () => {
  await browser.close();
  product.kill('SIGTERM');
  await product.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** @param base a path that the backend is to be found below, as the app function answers below any */
async function openDocs(options: Partial<PageOptions> = {}, base = ''): Promise<Page> {
  opened = await openPage(browser, { origins: [url], ...options });
  if (base !== '')
    await opened.page.route(
      (asked) => asked.href.startsWith(`${url}${base}/`),
      (route) => route.continue({ url: route.request().url().replace(base, '') }),
    );
  await opened.page.goto(`${url}${base}/docs`);
  return opened.page;
}

const endpoint = (page: Page, path: string) => page.locator(`article[data-path="${path}"]`);

/** Sends a call from the page. @returns its answer as it is shown */
async function send(page: Page, path: string, input: object): Promise<string | null> {
  const place = endpoint(page, path);
  await place.getByText('Try it').click();
  await place.getByLabel('Input (JSON)').fill(JSON.stringify(input));
  await place.getByRole('button', { name: 'Send' }).click();
  const answer = place.locator('.result').filter({ hasText: 'HTTP ' });
  await answer.waitFor();
  return answer.textContent();
}

// A console error or a request to a foreign host fails the test.
afterEach(() => opened.close());

test('a search leaves what has its words, in the list and in the text', async () => {
  const page = await openDocs();
  const all = Number(await page.locator('#found').textContent());
  expect(all).toBeGreaterThan(30);
  await page.getByLabel('Search the endpoints').fill('likeid');
  await page.locator('#found', { hasText: /^1$/ }).waitFor();
  expect(await page.locator('article:visible h3 code').allTextContents()).toEqual(['/room/like']);
  expect(await page.locator('nav li:visible').allTextContents()).toEqual(['room/like']);
  await page.getByLabel('Search the endpoints').fill('');
  await page.locator('#found', { hasText: new RegExp(`^${all}$`) }).waitFor();
});

test('calls can be tried out, and a login lends its token to the next one', async () => {
  const page = await openDocs({ expectedErrors: [/status of 401 .*\/getPushUrl/] });
  expect(await send(page, '/getPushUrl', { title: 'Hello' })).toMatch(/^HTTP 401\n[\s\S]*4010/);
  const account = { userId: 'reader', password: 'correct horse battery' };
  expect(await send(page, '/account/register', account)).toMatch(/^HTTP 200\n[\s\S]*"userId": "reader"/);
  expect(await send(page, '/imSig', {})).toMatch(/^HTTP 200\n[\s\S]*"userSig"/);
  await screenshot(page, 'docs');
});

const curlOf = (page: Page, path: string) =>
  endpoint(page, path).locator('h4:has-text("curl") + .sample code').textContent();

test.each(['', '/api/v3.1'])(
  'the samples name the address that the page was opened at, with %j',
  async (base) => {
    const page = await openDocs({}, base);
    expect(await curlOf(page, '/getLiveList')).toMatch(new RegExp(`^curl -s ${url}${base}/getLiveList -d `));
    expect(await curlOf(page, '/healthz')).toBe(`curl -s ${url}${base}/healthz`);
    const samples = await page.locator('.sample code').allTextContents();
    expect(samples.filter((text) => text.includes('http://127.0.0.1:9000/'))).toEqual([]);
  },
);

test('a path that would run something in a shell gets into no sample', async () => {
  const page = await openDocs({}, '/;id;$(id)');
  expect(await curlOf(page, '/getLiveList')).toMatch(/^curl -s http:\/\/127\.0\.0\.1:9000\/getLiveList /);
});

test('calls go to where the page came from, also when its path looks like another host', async () => {
  const page = await openDocs({}, '//evil.example');
  expect(await send(page, '/getLiveList', {})).toMatch(/^HTTP \d+\n/);
  const asked = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(asked).toContain(`${url}//evil.example/getLiveList`);
});

describe.each([
  { locale: 'en-US', language: 'en', other: '中文', otherLanguage: 'zh-CN' },
  { locale: 'zh-CN', language: 'zh-CN', other: 'English', otherLanguage: 'en' },
])('in $locale', ({ locale, language, other, otherLanguage }) => {
  test.each([
    { on: 'a desktop', colorScheme: 'light' },
    { on: 'a phone', colorScheme: 'dark', viewport: { width: 390, height: 844 }, phone: true },
  ] as const)(
    'axe finds nothing serious on $on, and nothing is wider than it',
    async ({ on: _on, ...look }) => {
      const page = await openDocs({ locale, ...look });
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      await page.locator('article[data-path="/getPushUrl"] details').last().locator('summary').click();
      expect(await seriousFaults(page)).toEqual([]);
      const [width, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(width).toBeLessThanOrEqual(shown ?? 0);
    },
  );

  test('the other language is one click away', async () => {
    const page = await openDocs({ locale });
    await page.getByRole('link', { name: other }).click();
    await page.locator(`html[lang="${otherLanguage}"]`).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(otherLanguage);
  });
});
