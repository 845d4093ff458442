import { text, type Queryable } from './database';

/** A kept text that is still good at `until` (epoch milliseconds). */
export async function readTicket(db: Queryable, name: string, until: number): Promise<string | undefined> {
  const [row] = await db.rows('SELECT value FROM tickets WHERE name = ? AND expires_at > ?', [name, until]);
  return row && text(row, 'value');
}

export async function keepTicket(
  db: Queryable,
  name: string,
  value: string,
  expiresAt: number,
): Promise<void> {
  await db.run(
    `INSERT INTO tickets (name, value, expires_at) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE value = VALUES(value), expires_at = VALUES(expires_at)`,
    [name, value, expiresAt],
  );
}
