import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildClient } from '../../scripts/client/buildClient';
import { endBuild } from '../../scripts/build';
import { commandNames } from '../../scripts/openapi/commands';
import { typeName } from '../../scripts/openapi/document';
import { freePorts, projectRoot, startProduct, type StartedProduct } from './startedProduct';

const run = promisify(execFile);

let folder: string;
let product: StartedProduct;
let packed: { filename: string; size: number; files: { path: string }[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'client-'));
  const [port = 0, rtmpPort = 0] = await freePorts(2);
  product = startProduct({
    PORT: String(port),
    RTMP_PORT: String(rtmpPort),
    DATA_DIR: join(folder, 'data'),
  });
  await buildClient(projectRoot, join(folder, 'client'));
  await endBuild();
  const { stdout } = await run('npm', ['pack', '--json', './client'], { cwd: folder });
  [packed] = JSON.parse(stdout);
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${packed.filename}`], {
    cwd: folder,
  });
  await product.ready;
}, 90_000);

afterAll(async () => {
  product.kill('SIGTERM');
  await product.ended;
  rmSync(folder, { recursive: true, force: true });
}, 20_000);

test('the package has what an app needs and nothing else, and is small', () => {
  expect(packed.files.map(({ path }) => path).sort()).toEqual([
    'LICENSE',
    'README.md',
    'README.zh-CN.md',
    'examples/live.ts',
    'index.cjs',
    'index.d.cts',
    'index.d.ts',
    'index.js',
    'package.json',
  ]);
  const code = readFileSync(join(folder, 'node_modules/xiaozhibo-client/index.js'), 'utf8');
  expect(Buffer.byteLength(code)).toBeLessThan(8 * 1024);
  // Browsers and React Native have no modules of Node.
  expect(code).not.toMatch(/\brequire\(|from ?"|import ?"|process\.|Buffer\b/);
});

/** What a user of the package may write, and what the compiler must refuse. */
const program = (extension: 'mjs' | 'cjs') => `
import { ApiError, createClient, isApiError, type ClientOptions, type GetLiveListItem } from 'xiaozhibo-client';
import { goLive, watch, wrong } from './live.${extension}';

declare const process: { env: Record<string, string | undefined> };
const baseUrl = process.env['BASE_URL'] ?? '';
const requests: string[] = [];
const counted: ClientOptions['fetch'] = (url, request) => {
  requests.push(url.slice(baseUrl.length));
  return fetch(url, request);
};
const codeOf = (error: unknown) => (isApiError(error) && error instanceof ApiError ? error.code : String(error));

async function main() {
  const streamId = await goLive();
  const items: GetLiveListItem[] = await watch(streamId);
  const wrongInput = await wrong();

  const told: (string | undefined)[] = [];
  const account = { userId: 'refresher' + Date.now(), password: 'correct horse battery' };
  const first = createClient({ baseUrl });
  await first.account.register(account);
  const refreshToken = first.tokens()?.refreshToken ?? '';
  const client = createClient({
    baseUrl: baseUrl + '/',
    fetch: counted,
    tokens: { accessToken: 'has.ended.now', refreshToken },
    onTokens: (tokens) => told.push(tokens?.accessToken),
  });
  const profiles = await Promise.all(Array.from({ length: 5 }, () => client.account.profile()));
  const refreshes = requests.filter((path) => path.endsWith('/account/refresh')).length;
  await client.account.logout({ refreshToken: client.tokens()?.refreshToken });
  const afterLogout = client.tokens();
  client.useTokens({ accessToken: 'has.ended.now', refreshToken });
  const refused = await client.account.profile().catch(codeOf);
  const tokensAfterRefusal = client.tokens();

  const aborter = new AbortController();
  const waiting = createClient({ baseUrl, fetch: () => new Promise(() => {}) }).getLiveList({}, { signal: aborter.signal });
  aborter.abort();
  const transport = await Promise.all(
    [
      waiting,
      createClient({ baseUrl, fetch: () => new Promise(() => {}), timeoutMs: 20 }).getLiveList(),
      createClient({ baseUrl: 'http://127.0.0.1:1' }).getLiveList(),
      createClient({ baseUrl: baseUrl + '/nowhere/openapi.json' }).getLiveList(),
    ].map((call) => call.then(() => 'answered', codeOf)),
  );
  const noToken = await createClient({ baseUrl }).imSig().catch((error: unknown) => {
    if (!isApiError(error)) throw error;
    const { code, status, returnValue, requestId } = error;
    return { code, status, returnValue, hasRequestId: requestId !== undefined };
  });
  console.log(JSON.stringify({
    streamId, wrongInput, refreshes, told: told.length, refused, transport, noToken,
    live: items.map((item) => item.streamId).includes(streamId),
    profiles: profiles.filter((profile) => profile.userId === account.userId).length,
    forgotten: [afterLogout, tokensAfterRefusal].every((tokens) => tokens === undefined),
  }));
}

export async function neverRun() {
  const client = createClient({ baseUrl });
  // @ts-expect-error title is required
  await client.getPushUrl({});
  // @ts-expect-error online is a boolean
  await client.room.status({ online: 'yes' });
  // @ts-expect-error there is no such member
  await client.room.like({ streamId: 'x', times: 2 });
  // @ts-expect-error total is a number
  const total: string = (await client.getLiveList()).total;
  // @ts-expect-error there is no such command
  await client.account.forget();
  const room = await client.room.info({ streamId: 'x' });
  // @ts-expect-error only a live has it
  const online: boolean = room.online;
  const upload = await client.uploadSig({ kind: 'cover', contentType: 'image/png' });
  const fields: Record<string, string> = upload.kind === 'video' ? {} : upload.fields;
  // @ts-expect-error a picture has a type
  await client.uploadSig({ kind: 'cover' });
  return [total, online, fields];
}

void main();
`;

/** What the compiler has to say. */
async function compile(project: string): Promise<string | undefined> {
  const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = await run(process.execPath, [compiler, '-p', project]).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout }),
  );
  return compiled.stdout;
}

const forms = [
  { extension: 'mjs', source: 'mts' },
  { extension: 'cjs', source: 'cts' },
] as const;

test('an app compiles with it in the strictest mode, as ES module and as CommonJS', async () => {
  for (const { extension, source } of forms) {
    const example = join(folder, 'node_modules/xiaozhibo-client/examples/live.ts');
    copyFileSync(example, join(folder, `live.${source}`));
    writeFileSync(join(folder, `main.${source}`), program(extension));
  }
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // The declarations of the package are checked, those of the language are not.
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022', 'dom'],
    types: [],
  };
  const files = forms.map(({ source }) => `main.${source}`);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  expect(await compile(folder)).toBe('');
}, 90_000);

test('its types are those of the schemas that validate', async () => {
  const inputs = commandNames().map(
    (name) => `accepts<client.${typeName(name)}Input, InferInput<Commands['${name}']['input']>>(),`,
  );
  const outputs = commandNames().map(
    (name) => `same<client.${typeName(name)}Output, InferOutput<Commands['${name}']['output']>>(),`,
  );
  const source = `
    import type { InferInput, InferOutput } from 'valibot';
    import type * as client from './client/index.js';
    import type { commands } from ${JSON.stringify(join(projectRoot, 'scripts/openapi/commands'))};
    type Commands = typeof commands;
    declare function accepts<Sent extends Taken, Taken>(): Sent;
    declare function same<Said extends Given, Given>(): [Given] extends [Said] ? true : false;
    export const inputs = [
      ${inputs.join('\n')}
    ];
    export const outputs: true[] = [
      ${outputs.join('\n')}
    ];
    // @ts-expect-error the check can fail: more than is given
    export const more: true = same<{ a: number; b: number }, { a: number }>();
    // @ts-expect-error the check can fail: less than is given
    export const less: true = same<{ a: number }, { a: number; b: number }>();
  `;
  writeFileSync(join(folder, 'exact.ts'), source);
  const configuration = {
    extends: join(projectRoot, 'tsconfig.json'),
    compilerOptions: {
      // Schemas and declarations write a member that may be absent in two ways.
      exactOptionalPropertyTypes: false,
      paths: { valibot: [join(projectRoot, 'node_modules/valibot')] },
      typeRoots: [join(projectRoot, 'node_modules/@types')],
    },
    files: ['exact.ts'],
    include: [],
  };
  writeFileSync(join(folder, 'exact.json'), JSON.stringify(configuration));
  expect(await compile(join(folder, 'exact.json'))).toBe('');
}, 90_000);

test.each(forms)(
  'and runs through the whole protocol as $extension',
  async ({ extension }) => {
    const environment = { PATH: process.env['PATH'], BASE_URL: await product.ready };
    const { stdout } = await run(process.execPath, [join(folder, `main.${extension}`)], { env: environment });
    const lines = stdout.trim().split('\n');
    expect(lines.slice(0, -1)).toEqual([
      expect.stringMatching(/^push to rtmp:\/\//),
      expect.stringMatching(/^entered, again in 30 s; 2 likes counted, 2 in all$/),
      'Hello is on the air',
    ]);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      streamId: expect.stringMatching(/^\w+$/),
      wrongInput: 'invalidInput title',
      live: true,
      profiles: 5,
      refreshes: 1,
      // The refresh, the logout, useTokens, the refusal.
      told: 4,
      refused: 'unauthorized',
      forgotten: true,
      transport: ['aborted', 'timeout', 'network', 'badAnswer'],
      noToken: { code: 'unauthorized', status: 401, returnValue: 4010, hasRequestId: true },
    });
  },
  60_000,
);
