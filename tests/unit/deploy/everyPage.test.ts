import { everyPage } from '../../../scripts/deploy/actual';

const entries = Array.from({ length: 60 }, (_, index) => index);

test.each([100, 20, 7, 1])('a list of 60 is read whole from a server that gives %d at most', async (most) => {
  const list = entries.slice(0, most === 1 ? 40 : 60);
  const read = await everyPage(async (offset, limit) => ({
    entries: list.slice(offset, offset + Math.min(limit, most)),
    total: list.length,
  }));
  expect(read).toEqual(list);
});

test('a list that has fewer entries than it says ends where it ends', async () => {
  const read = await everyPage(async (offset) => ({
    entries: entries.slice(offset, offset + 20),
    total: 61,
  }));
  expect(read).toEqual(entries);
});

test('a list without an end is not taken for whole', async () => {
  await expect(everyPage(async () => ({ entries: [1], total: Infinity }))).rejects.toThrow(
    /more than 50 pages/,
  );
});
