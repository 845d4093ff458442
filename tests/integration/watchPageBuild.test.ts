import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { roomDocument } from '../../functions/watch/document';
import type { PageData } from '../../functions/watch/page/pageData';
import { pageFile } from '../../functions/watch/pageFiles';
import type { Shown } from '../../functions/watch/shown';
import { buildPage, packPage, type BuiltPage } from '../../scripts/buildPage';
import { endBuild } from '../../scripts/build';

const root = join(__dirname, '..', '..');
let page: BuiltPage;

beforeAll(async () => {
  page = await buildPage(root);
});
afterAll(() => endBuild());

const textOf = (name: string) => page.files.find((file) => file.name === name)?.text ?? '';

/** A page with everything on it, texts as long as they may be. */
function largestDocument(): string {
  const long = '播'.repeat(128);
  const url = `https://play.example.com/live/8888_${'a'.repeat(50)}.flv?txSecret=${'0'.repeat(32)}&txTime=5a000000`;
  const shown: Shown = {
    ...{ state: 'live', room: { streamId: '8888_a' }, link: '/watch/8888_a', groupId: long },
    ...{ title: long, description: long.repeat(2), host: long, location: long, viewers: 1e9, likes: 1e9 },
    ...{ headPic: url, cover: url, sources: { flv: url, hls: url, mp4: url }, startedAt: 0 },
  };
  const data: PageData = {
    ...{ language: 'zh', state: 'live', room: shown.room, sources: shown.sources, viewers: 1e9, likes: 1e9 },
    ...{ guests: true, chat: { groupId: long, endpoint: '' }, pictures: [url] },
  };
  const site = 'https://live.example.com';
  return roomDocument({ shown, data, files: packPage(page), site, preloadPlayer: true });
}

test('the page is there in 60 KB, uncompressed, before the player', () => {
  const first = [page.script, page.style, page.icon, ...page.needed].map(textOf);
  expect(first.every((text) => text !== '')).toBe(true);
  const bytes = [largestDocument(), ...first].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(bytes).toBeLessThan(60 * 1024);
});

test('what is only needed by some is a file of its own: the players, the chat and its SDK', () => {
  const first = [page.script, ...page.needed];
  const later = page.files.map(({ name }) => name).filter((name) => !first.includes(name));
  for (const library of [/^mpegts\./, /^hls\.light\./, /^chat\./])
    expect(later.filter((name) => library.test(name)).length).toBeGreaterThan(0);
  expect(later).toContain(page.livePlayer);
  expect(first.map(textOf).join('').includes('MediaSource')).toBe(true);
  for (const name of later)
    expect(largestDocument().includes(name)).toBe(name === page.livePlayer || /\.(css|svg)$/.test(name));
});

test('every file is packed and comes out as it was, as text, to be kept for good', () => {
  const packed = packPage(page);
  for (const { name, text } of page.files) {
    expect(name).toMatch(/^[a-z.]+\.[A-Z0-9]{8}\.(js|css|svg)$/);
    const answer = pageFile(packed, name);
    expect(answer).toMatchObject({
      statusCode: 200,
      isBase64Encoded: false,
      headers: {
        'Cache-Control': 'public, max-age=31536000, immutable',
        'X-Content-Type-Options': 'nosniff',
      },
    });
    const digest = (given = '') => createHash('sha256').update(given).digest('hex');
    expect(digest(answer?.body)).toBe(digest(text));
  }
  const types = Object.fromEntries(
    [page.script, page.style, page.icon].map((name) => [
      name,
      pageFile(packed, name)?.headers['Content-Type'],
    ]),
  );
  expect(Object.values(types)).toEqual([
    'text/javascript; charset=utf-8',
    'text/css; charset=utf-8',
    'image/svg+xml',
  ]);
});

test('equal sources give an equal page', async () => {
  expect(packPage(await buildPage(root))).toEqual(packPage(page));
});
