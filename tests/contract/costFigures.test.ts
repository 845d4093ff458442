import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { assumptions, hostCalls, viewerCalls } from '../../scripts/cost/figures';
import { isRecord } from '../../shared/http/request';
import type { Database, Queryable } from '../../shared/store/database';
import { makeBackend, type Ask, type Backend, type Reply } from '../backend';
import { engines } from '../servers/engines';

/** What the addresses of a function URL add to an answer on the wire, roughly: status line and headers. */
const headerBytes = 400;

/** Counts every statement that goes to the database, with the ones that begin and end a transaction. */
function counting(database: Database): { database: Database; taken(): number } {
  let statements = 0;
  const counted = (to: Queryable): Queryable => ({
    rows: (sql, params) => ((statements += 1), to.rows(sql, params)),
    run: (sql, params) => ((statements += 1), to.run(sql, params)),
  });
  return {
    database: {
      ...database,
      ...counted(database),
      transaction: (work) => ((statements += 2), database.transaction((tx) => work(counted(tx)))),
    },
    taken() {
      const taken = statements;
      statements = 0;
      return taken;
    },
  };
}

describe.each(engines())('the figures of npm run cost, on $name', ({ open }) => {
  let counted: ReturnType<typeof counting>;
  let backend: Backend;
  const streamId = { streamId: '' };

  beforeAll(async () => {
    counted = counting(await open());
    backend = makeBackend(counted.database, { IM_CALLBACK_TOKEN: 'testwebhooktoken' });
    const names = Array.from({ length: 20 }, (_, index) => `cost host ${index}`);
    for (const name of names) {
      const { data } = await backend.ask('getPushUrl', { as: name, body: { title: `Live of ${name}` } });
      await backend.ask('room', { path: '/room/status', as: name, body: { ...data, online: true } });
      streamId.streamId = String(data['streamId']);
    }
    for (const name of names)
      await backend.ask('room', { path: '/room/enter', as: name, body: { ...streamId, nickname: name } });
  });

  const room = (command: string, body: object = {}) =>
    ['room', { path: `/room/${command}`, as: 'cost viewer', body: { ...streamId, ...body } }] as const;

  const measured: [string, () => readonly [Parameters<Backend['ask']>[0], Ask]][] = [
    ['getLiveList', () => ['getLiveList', {}]],
    ['room/info', () => room('info')],
    ['room/enter', () => room('enter', { nickname: 'A viewer' })],
    ['room/members', () => room('members')],
    ['room/like', () => room('like', { count: 5, likeId: 'once' })],
    ['room/quit', () => room('quit')],
    ['imSig', () => ['imSig', { as: 'cost viewer' }]],
    [
      'uploadSig',
      () => ['uploadSig', { as: 'cost viewer', body: { kind: 'cover', contentType: 'image/png' } }],
    ],
    ['getPushUrl', () => ['getPushUrl', { as: 'cost viewer', body: { title: 'Mine' } }]],
  ];

  test.each(measured)('%s answers and asks the database no more than is reckoned', async (name, ask) => {
    const [where, what] = ask();
    counted.taken();
    const { status, text }: Reply = await backend.ask(where, what);
    const statements = counted.taken();
    expect(status).toBe(200);
    const figure = [...viewerCalls, ...hostCalls].find(({ call }) => call === name);
    expect(figure?.answerBytes).toBeGreaterThanOrEqual(Buffer.byteLength(text) + headerBytes);
    expect(figure?.statements).toBeGreaterThanOrEqual(statements);
    expect(figure?.statements).toBeLessThanOrEqual(2 * statements);
  });

  test('apps are told the interval that is reckoned', async () => {
    const { data } = await backend.ask(...room('enter'));
    expect(data['beatSeconds']).toBe(assumptions.beatSeconds.value);
  });
});

test('memory and number of functions are what serverless.yml says', () => {
  const service: unknown = parse(readFileSync('serverless.yml', 'utf8'));
  expect(service).toMatchObject({ provider: { memorySize: assumptions.memoryMb.value } });
  const functions = isRecord(service) && isRecord(service['functions']) ? service['functions'] : {};
  const withDatabase = Object.values(functions).filter(
    (one) => isRecord(one) && isRecord(one['environment']) && 'DATABASE_URL' in one['environment'],
  );
  expect(withDatabase.length).toBeGreaterThan(assumptions.idleInstances.value / 2);
  expect(withDatabase.length).toBeLessThanOrEqual(assumptions.idleInstances.value);
});
