import fc from 'fast-check';
import type { Database } from '../../shared/store/database';
import { engines } from '../servers/engines';

// Every character but NUL, which is refused.
const text = fc
  .string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('\\', "'", '"', '%', '_', '`', '?', '\n', '\u001a', ' '),
    ),
    maxLength: 40,
  })
  .map((value) => value.replaceAll('\0', ''));

describe.each(engines())('any text through $name', ({ openEmpty }) => {
  let database: Database;

  beforeAll(async () => {
    database = await openEmpty();
    await database.run(`CREATE TABLE texts (id INT NOT NULL, body VARCHAR(100) NOT NULL, tail TEXT NULL, PRIMARY KEY (id), KEY bodies (body))
      ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  });

  test('comes back as it went in, and is found by itself', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, fc.maxSafeInteger(), async (body, tail, number) => {
        await database.run(
          'INSERT INTO texts (id, body, tail) VALUES (1, ?, ?) ON DUPLICATE KEY UPDATE body = VALUES(body), tail = VALUES(tail)',
          [body, tail],
        );
        const rows = await database.rows(
          'SELECT body, tail, CHAR_LENGTH(body) AS length, CAST(? AS SIGNED) AS number FROM texts WHERE body = ? AND tail = ?',
          [number, body, tail],
        );
        expect(rows).toEqual([{ body, tail, length: [...body].length, number }]);
      }),
      { numRuns: 300 },
    );
  });

  test('is matched by a LIKE pattern made of it', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (start, rest) => {
        const pattern = start.replace(/[\\%_]/g, '\\$&');
        await database.run(
          'INSERT INTO texts (id, body) VALUES (2, ?) ON DUPLICATE KEY UPDATE body = VALUES(body)',
          [start + rest],
        );
        expect(
          await database.rows("SELECT body FROM texts WHERE id = 2 AND body LIKE CONCAT(?, '%')", [pattern]),
        ).toEqual([{ body: start + rest }]);
      }),
      { numRuns: 200 },
    );
  });
});
