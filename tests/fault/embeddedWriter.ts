import { openEmbedded } from '../../shared/store/embedded';

// Writes pairs of rows for ever, each pair in a transaction, and says each time how many pairs are committed.
async function main(path: string): Promise<void> {
  const database = openEmbedded(path);
  await database.run(
    'CREATE TABLE IF NOT EXISTS pairs (n INT NOT NULL, half INT NOT NULL, PRIMARY KEY (n, half)) ENGINE=InnoDB',
  );
  for (let n = 0; ; n++) {
    await database.transaction(async (tx) => {
      await tx.run('INSERT INTO pairs (n, half) VALUES (?, 1)', [n]);
      await new Promise((resolve) => setImmediate(resolve));
      await tx.run('INSERT INTO pairs (n, half) VALUES (?, 2)', [n]);
    });
    console.log(n + 1);
  }
}

void main(process.argv[2] ?? '');
