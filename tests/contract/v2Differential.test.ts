import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { engines } from '../servers/engines';
import { namesIn, namesOf, readDifferences } from './differences';
import { replayV2, v2Steps, type V2Replayed } from './v2Transcripts';

const differences = readDifferences('differences-v2.json');

describe.each(engines())('beside the original v2 server, on $name', ({ open }) => {
  let replayed: V2Replayed[];

  beforeAll(async () => {
    const database = await open();
    replayed = await replayV2(database);
    await database.close();
  }, 60_000);

  test('every recorded step was sent', () => {
    expect(replayed).toHaveLength(83);
    expect(v2Steps).toHaveLength(83);
  });

  test('nothing differs that has no name', () => {
    const nameless = replayed.flatMap((one) =>
      one.differences
        .filter((difference) => namesOf(one, difference, differences).length === 0)
        .map((difference) => ({
          step: `${one.step.scenario} [${one.step.index}] ${one.step.path}`,
          note: one.step.note,
          request: JSON.stringify(one.step.request).slice(0, 200),
          ...difference,
        })),
    );
    expect(nameless).toEqual([]);
  });

  test('every name stands for a difference that is still there', () => {
    const seen = new Set(
      replayed.flatMap((one) =>
        one.differences.flatMap((difference) => namesOf(one, difference, differences)),
      ),
    );
    expect(namesIn(differences).filter((name) => !seen.has(name))).toEqual([]);
  });

  test('most answers have the original code', () => {
    const same = replayed.filter((one) => one.differences.every(({ where }) => where !== 'code'));
    expect(same.length).toBeGreaterThan(70);
  });
});

describe('the list of differences', () => {
  test.each(['differences-v2.md', 'differences-v2.zh-CN.md'])('is the table of docs/%s', (file) => {
    const text = readFileSync(join(__dirname, '..', '..', 'docs', file), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` \|(.*)\|$/gm)];
    expect(rows.map(([, id]) => id)).toEqual(differences.map(({ id }) => id));
    for (const [, , cells = ''] of rows) expect(cells.split(/(?<!\\)\|/)).toHaveLength(5);
  });

  test('is word for word the English table', () => {
    const text = readFileSync(join(__dirname, '..', '..', 'docs', 'differences-v2.md'), 'utf8');
    for (const { id, what, original, ours, why, clientImpact } of differences) {
      const cells = [`\`${id}\``, what, original, ours, why, clientImpact];
      expect(text).toContain(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
    }
  });
});
