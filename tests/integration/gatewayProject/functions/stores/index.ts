import { DatabaseError, openDatabase } from '../../../../../shared/store/database';

const database = openDatabase(process.env['DATABASE_URL'] ?? '');

/** Writes a note, or begins to and fails in the way its query names. */
export async function main_handler(event: {
  queryString: Record<string, string>;
}): Promise<{ statusCode: number; headers: object; body: string }> {
  const { note = '', how = '' } = event.queryString;
  try {
    if (how === 'read') return answer(await database.rows('SELECT note FROM notes ORDER BY note'));
    if (how === 'plain') return answer(await database.run('INSERT INTO notes (note) VALUES (?)', [note]));
    const added = await database.transaction(async (tx) => {
      const result = await tx.run('INSERT INTO notes (note) VALUES (?)', [note]);
      if (how === 'throw') throw new Error('thrown inside the transaction');
      if (how === 'hang') await new Promise(() => undefined);
      if (how === 'exit') process.exit(1);
      return result;
    });
    return answer(added);
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : 'no DatabaseError';
    return { statusCode: 500, headers: {}, body: JSON.stringify({ code, message: String(error) }) };
  }
}

function answer(value: unknown): { statusCode: number; headers: object; body: string } {
  return { statusCode: 200, headers: {}, body: JSON.stringify(value) };
}
