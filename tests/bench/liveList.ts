import { createConnection } from 'mysql2/promise';
import type { Database, SqlValue } from '../../shared/store/database';
import { checkAnswer, post } from './calls';
import { fill } from './fill';
import { loadHandler, loadHandlerOver, named, type BuiltFunction, type Handler } from './functions';
import { interleaved, type Summary } from './numbers';
import type { Section } from './report';
import { openFile, type BenchServer } from './servers';

const lives = 10_000;
const page = { page: 1, pageSize: 20 };
const mostOfBare = 1.5;
const rounds = { mysql: 400, embedded: 100 };

// A log line has a cost of its own, see the warm section; here the way to the database is compared.
const quiet = { LOG_LEVEL: 'warn' };

/** The first page of 10,000 lives: the bundled handler against the same statements sent by the bare driver. */
export async function measureLiveList(
  root: string,
  functions: readonly BuiltFunction[],
  server: BenchServer,
): Promise<Section> {
  const fn = named(functions, 'getLiveList');
  const { statements, embedded } = await onEmbedded(root, fn);
  const mysql = await onMysql(fn, server, statements);
  const line = (what: string, { p50, p99 }: Summary, note: string) => ({
    what,
    values: { 'p50 ms': p50, 'p99 ms': p99 },
    note,
  });
  const ratio = mysql.handler.p50 / mysql.bare.p50;
  return {
    name: 'list',
    how: `20 of ${lives.toLocaleString('en')} lives on the air, each with 8 counter rows; handler and bare driver in turn`,
    lines: [
      line('getLiveList on MySQL', mysql.handler, server.title),
      line('bare mysql2', mysql.bare, `the same ${statements.length} statements`),
      line('getLiveList embedded', embedded.handler, 'engine in the same thread'),
      line('bare embedded engine', embedded.bare, `the same ${statements.length} statements`),
    ],
    bounds: [
      {
        what: 'getLiveList on MySQL over bare mysql2, p50',
        measured: ratio,
        most: mostOfBare,
        unit: 'times',
      },
    ],
  };
}

interface Statement {
  sql: string;
  params: readonly SqlValue[];
}

/** @returns with the times the statements that a list sends, taken down as it sent them */
async function onEmbedded(
  root: string,
  fn: BuiltFunction,
): Promise<{ statements: Statement[]; embedded: Record<'handler' | 'bare', Summary> }> {
  const { database, remove } = await openFile(root);
  try {
    await fill(database, { lives, replays: 0 });
    const statements: Statement[] = [];
    const recorder: Database = {
      ...database,
      async rows(sql: string, params: readonly SqlValue[] = []) {
        statements.push({ sql, params });
        return database.rows(sql, params);
      },
    };
    await checkPage(loadHandlerOver(fn, recorder, quiet));
    const handler = loadHandlerOver(fn, database, quiet);
    const bare = async (): Promise<void> => {
      for (const { sql, params } of statements) await database.rows(sql, params);
    };
    const embedded = await compared(handler, bare, rounds.embedded);
    return { statements, embedded };
  } finally {
    await remove();
  }
}

async function onMysql(
  fn: BuiltFunction,
  server: BenchServer,
  statements: readonly Statement[],
): Promise<Record<'handler' | 'bare', Summary>> {
  const { url, database } = await server.database('list');
  await fill(database, { lives, replays: 0 });
  await database.rows('ANALYZE TABLE broadcasts, counters');
  const handler = loadHandler(fn, { ...quiet, DATABASE_URL: url });
  const connection = await createConnection({ uri: url });
  try {
    await checkPage(handler);
    const bare = async (): Promise<void> => {
      for (const { sql, params } of statements) await connection.query(sql, [...params]);
    };
    return await compared(handler, bare, rounds.mysql);
  } finally {
    connection.destroy();
  }
}

function compared(
  handler: Handler,
  bare: () => Promise<void>,
  count: number,
): Promise<Record<'handler' | 'bare', Summary>> {
  return interleaved({ handler: () => list(handler), bare }, count, count / 4);
}

function list(handler: Handler): Promise<unknown> {
  return handler(post('/getLiveList', page), { request_id: 'bench' });
}

/** @throws Error unless the page is what the data says: 20 lives of 10,000 */
async function checkPage(handler: Handler): Promise<void> {
  const body = checkAnswer('getLiveList', await list(handler));
  const items = body.split('"streamId"').length - 1;
  if (items !== page.pageSize || !body.includes(`"total":${lives}`))
    throw new Error(`getLiveList gave ${items} of ${lives} lives: ${body.slice(0, 200)}`);
}
