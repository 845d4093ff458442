import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Debian's name, then those of other systems; `CHROMIUM` names another. */
const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Quiet: nothing that would call a host on its own account. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts Chromium with a new, empty profile; close it when the tests are over.
 * @throws Error that says what to install, when there is none
 */
export function launchBrowser(): Promise<Browser> {
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined)
    throw new Error('no Chromium: install it (apt install chromium), or name it in CHROMIUM');
  return chromium.launch({ executablePath, args: flags, headless: true });
}

export interface PageOptions {
  /** Every request must go to one of these origins, such as http://127.0.0.1:9000. */
  origins: readonly string[];
  /** BCP 47; en-US unless given. */
  locale?: string;
  /** 1280 x 800 unless given. */
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  /** Of a phone: touch, and a viewport that is scaled. */
  phone?: boolean;
  /** Console errors that belong to what is tested, such as the 404 of a page that is not found. */
  expectedErrors?: readonly RegExp[];
}

/** A page in a profile of its own, under watch. */
export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** What went wrong in it so far: console errors, uncaught exceptions, requests to foreign hosts. */
  problems(): readonly string[];
  /** @throws Error with every problem, when there has been one; closes the page in any case */
  close(): Promise<void>;
}

/** Opens an empty page. Other pages opened from its context are under the same watch. */
export async function openPage(browser: Browser, options: PageOptions): Promise<WatchedPage> {
  const context = await browser.newContext({
    locale: options.locale ?? 'en-US',
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? 'light',
    ...(options.phone === true ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}),
  });
  const problems: string[] = [];
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    const said = `${message.text()} (${message.location().url})`;
    if (!(options.expectedErrors ?? []).some((expected) => expected.test(said)))
      problems.push(`console: ${said}`);
  });
  context.on('weberror', (error) => problems.push(`uncaught: ${String(error.error())}`));
  context.on('request', (request) => {
    if (!isOurs(request.url(), options.origins)) problems.push(`foreign host: ${request.url()}`);
  });
  return {
    page: await context.newPage(),
    context,
    problems: () => problems,
    async close() {
      await context.close();
      if (problems.length > 0) throw new Error(`in the page:\n${problems.join('\n')}`);
    },
  };
}

function isOurs(url: string, origins: readonly string[]): boolean {
  const { protocol, origin } = new URL(url);
  if (protocol === 'blob:' || protocol === 'data:' || protocol === 'about:') return true;
  return origins.includes(origin);
}
