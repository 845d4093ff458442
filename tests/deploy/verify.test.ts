import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { commands } from '../../scripts/openapi/commands';
import { v3Methods } from '../../scripts/verify/doors';
import { deploymentCheck } from '../../scripts/verify/reach';
import { verifyAddress, type VerifyNeeds } from '../../scripts/verify/verifyAddress';
import type { Section } from '../../scripts/findings';
import { readFunctions } from '../../scripts/local/routes';
import { settingNames } from '../../shared/config';
import { Secret } from '../../shared/secret';
import { int, openDatabase } from '../../shared/store/database';
import { v2Paths } from '../../functions/app/v2';
import { freePorts, projectRoot, startProduct, type StartedProduct } from '../e2e/startedProduct';
import { mysqlEngines } from '../servers/engines';
import { start, type Ran } from './sls';

jest.setTimeout(60_000);

const program = join(projectRoot, 'scripts', 'run.cjs');
const settings = {
  LIVE_CALLBACK_KEY: 'callbackkeyofthistest',
  IM_CALLBACK_TOKEN: 'webhooktokenofthistest',
  IM_SDKAPPID: '1400000042',
};
const [engine] = mysqlEngines();

let product: StartedProduct;
let address: string;
let databaseUrl: string | undefined;
let folder: string;
const servers: Server[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-verify-'));
  databaseUrl = await engine?.freshUrl();
  const [port, rtmp] = await freePorts(2);
  product = startProduct({
    ...settings,
    PORT: String(port),
    RTMP_PORT: String(rtmp),
    DATA_DIR: join(folder, 'data'),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  });
  address = await product.ready;
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(async () => {
  product.kill('SIGINT');
  await product.ended;
  rmSync(folder, { recursive: true, force: true });
});

function verify(
  url: string,
  args: readonly string[] = [],
  environment: Record<string, string> = settings,
): Promise<Ran> {
  // A folder without .env, so that nobody's own is read.
  return start(folder, [process.execPath, program, 'verify', url, ...args], environment).ended;
}

function inProcess(url: string, needs: Partial<VerifyNeeds> = {}): Promise<Section[]> {
  return verifyAddress({
    base: new URL(url),
    callbacks: {
      liveKeys: [new Secret(settings.LIVE_CALLBACK_KEY)],
      imToken: new Secret(settings.IM_CALLBACK_TOKEN),
      imSdkAppId: settings.IM_SDKAPPID,
    },
    now: () => Date.now(),
    limitMs: 10_000,
    secrets: [],
    ...needs,
  });
}

/** What is not well, as `status subject: words`. */
function troubles(sections: readonly Section[]): string[] {
  return sections
    .flatMap(({ findings }) => findings)
    .filter(({ status }) => status === 'wrong' || status === 'warning')
    .map(({ status, subject, said }) => `${status} ${subject}: ${said.en}`);
}

type Listener = (req: IncomingMessage, res: ServerResponse) => void;

async function serve(listener: Listener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${portOf(server)}`;
}

function portOf(server: Server): number {
  const bound: AddressInfo | string | null = server.address();
  if (typeof bound !== 'object' || bound === null) throw new Error('the server does not listen');
  return bound.port;
}

/** The product, with its answers changed on their way. */
function passOn(change: (answer: { path: string; res: ServerResponse; text: string }) => string): Listener {
  return (req, res) => {
    const { method, headers, url = '' } = req;
    const onward = request(`${address}${url}`, { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        res.statusCode = answer.statusCode ?? 0;
        for (const [name, value] of Object.entries(answer.headers))
          if (value !== undefined && name !== 'content-length' && name !== 'transfer-encoding')
            res.setHeader(name, value);
        res.end(change({ path: url, res, text: Buffer.concat(parts).toString('utf8') }));
      });
    });
    req.pipe(onward);
  };
}

test('npm start passes: exit code 0, every command asked, the addresses printed', async () => {
  const { code, output } = await verify(address);
  expect(output).not.toMatch(/^ +(wrong|warning) /m);
  for (const name of Object.keys(commands)) expect(output).toMatch(new RegExp(`^ +ok +/${name} `, 'm'));
  expect(output).toMatch(/^ +ok +v2 methods +all 13 answer/m);
  expect(output).toMatch(/^ +ok +v3 methods +all 21 answer/m);
  expect(output).toMatch(/^ +ok +\/liveCallback +takes a notice signed with LIVE_CALLBACK_KEY/m);
  expect(output).toMatch(/^ +ok +\/imCallback +takes a webhook signed with IM_CALLBACK_TOKEN/m);
  expect(output).toMatch(/^ +ok +cold +first answers of \d+ paths: median \d+ ms, slowest \d+ ms/m);
  expect(output).toMatch(/^ +ok +warm +GET \/getLiveList: [\d.]+ ms/m);
  expect(output).toContain(`${address}/liveCallback\n`);
  expect(output).toContain(`${address}/interface.php\n`);
  expect(output).toMatch(/0 warning\(s\), 0 wrong\.$/m);
  expect(code).toBe(0);
  for (const secret of [settings.LIVE_CALLBACK_KEY, settings.IM_CALLBACK_TOKEN])
    expect(output).not.toContain(secret);
});

if (engine !== undefined) {
  test('nothing is left behind: every table is as it was', async () => {
    const database = openDatabase(databaseUrl ?? '');
    const sizes = async (): Promise<Record<string, number>> => {
      const tables = await database.rows(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name <> 'leases'",
      );
      const counted = tables.map(async ({ name }) => {
        const [row] = await database.rows(`SELECT COUNT(*) AS size FROM \`${String(name)}\``);
        return [String(name), row === undefined ? -1 : int(row, 'size')] as const;
      });
      return Object.fromEntries(await Promise.all(counted));
    };
    try {
      const before = await sizes();
      expect(Object.keys(before).length).toBeGreaterThan(20);
      expect(troubles(await inProcess(address))).toEqual([]);
      expect(await sizes()).toEqual(before);
    } finally {
      await database.close();
    }
  });
}

test('every path of serverless.yml is asked', async () => {
  const asked = new Set<string>();
  const sections = await inProcess(
    await serve((req, res) => {
      asked.add((req.url ?? '').replace(/\?.*/, ''));
      passOn(({ text }) => text)(req, res);
    }),
  );
  expect(troubles(sections)).toEqual([]);
  const none = Object.fromEntries(settingNames.map((name) => [name, '']));
  const paths = readFunctions(join(projectRoot, 'serverless.yml'), none).flatMap(({ paths }) => paths);
  const covers = (path: string): boolean =>
    path.endsWith('/*') ? [...asked].some((one) => one.startsWith(path.slice(0, -1))) : asked.has(path);
  // It would hand out a UserSig; /docs is asked as a page.
  const left = paths.filter((path) => !covers(path) && !['/get_visitor_info', '/docs/*'].includes(path));
  expect(left).toEqual([]);
  const source = readFileSync(join(projectRoot, 'functions', 'app', 'v3.ts'), 'utf8');
  const served = [...source.matchAll(/^ {2}\['([\w/]+)', /gm)].map(([, name]) => name);
  expect([...v3Methods].sort()).toEqual(served.sort());
  expect(v2Paths.filter((path) => !asked.has(path))).toEqual(['/get_visitor_info']);
});

describe('another server at the address', () => {
  const cases: [string, Listener, RegExp][] = [
    [
      'another text of 4001',
      (_req, res) =>
        void res.end('{"returnValue":4001,"returnMsg":"http post body is empty","returnData":[]}'),
      /expected 200 and exactly \{"returnValue":4001/,
    ],
    [
      'a web page',
      (_req, res) =>
        void res.setHeader('Content-Type', 'text/html').end('<html><body>Welcome to nginx</body></html>'),
      /Welcome to nginx.*; a web page: does another server answer/,
    ],
    [
      'a failure',
      (_req, res) => void res.writeHead(502).end(),
      /got status 502, no content type, an empty body/,
    ],
    [
      'a redirect',
      (_req, res) => void res.writeHead(301, { Location: 'https://www.example.com/' }).end(),
      /is redirected to https:\/\/www\.example\.com\//,
    ],
    ['a connection that breaks', (req) => void req.socket.destroy(), /broke the connection \(ECONNRESET\)/],
    [
      'an answer without an end',
      (_req, res) => {
        res.write(' '.repeat(1024 * 1024));
        res.on('drain', () => res.write(' '.repeat(1024 * 1024)));
      },
      /sent more than an answer of ours can have/,
    ],
  ];
  test.each(cases)('%s: one finding, and nothing further is asked', async (_what, listener, said) => {
    let asked = 0;
    const sections = await inProcess(
      await serve((req, res) => {
        asked += 1;
        listener(req, res);
      }),
    );
    expect(troubles(sections)).toEqual([expect.stringMatching(said)]);
    expect(asked).toBe(1);
  });

  test('one that never answers costs the time limit; the command ends with 1', async () => {
    const silent = await serve(() => undefined);
    const { code, output } = await verify(silent, ['--timeout', '1']);
    expect(output).toMatch(/did not answer in time/);
    expect(code).toBe(1);
  });

  test('one that has only the deployment check is found out at every command', async () => {
    const found = troubles(await inProcess(await serve((_req, res) => void res.end(deploymentCheck))));
    for (const name of Object.keys(commands))
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^wrong /${name}: `)));
    for (const subject of [
      'v2 methods',
      'v3 methods',
      '/liveCallback',
      '/imCallback',
      'CORS',
      'Cache-Control',
    ])
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^wrong ${subject}: `)));
  });
});

describe('a deployment with one fault', () => {
  const onPath = (path: string, body: string, status = 200): Listener =>
    passOn(({ path: asked, res, text }) => {
      if (!asked.startsWith(path)) return text;
      res.statusCode = status;
      return body;
    });

  test('a function that the platform answers for, and one without its database', async () => {
    const failed = await inProcess(
      await serve(onPath('/imSig', '{"errorCode":-1,"errorMessage":"exit"}', 430)),
    );
    expect(troubles(failed)).toContainEqual(expect.stringMatching(/^wrong \/imSig: .*npx sls logs/));
    const lost = await inProcess(await serve(onPath('/getLiveList', '{"returnValue":2002}', 503)));
    expect(troubles(lost)).toContainEqual(
      expect.stringMatching(/^wrong \/getLiveList: .*is the database reachable/),
    );
  });

  test('another callback key', async () => {
    const callbacks = {
      liveKeys: [new Secret('notthekeyofthedeployment')],
      imToken: new Secret('notthetokenofthedeployment'),
      imSdkAppId: settings.IM_SDKAPPID,
    };
    expect(troubles(await inProcess(address, { callbacks }))).toEqual([
      expect.stringContaining('wrong /liveCallback: refuses a notice signed with LIVE_CALLBACK_KEY'),
      expect.stringContaining('wrong /callback/Live_callback.php: refuses a notice'),
      expect.stringContaining('wrong /callback/tape_callback.php: refuses a notice'),
      expect.stringContaining('wrong /imCallback: refuses a webhook signed with IM_CALLBACK_TOKEN'),
    ]);
  });

  test('callbacks that take anything', async () => {
    const open = await serve(onPath('/liveCallback', '{"code":0}'));
    expect(troubles(await inProcess(open))).toEqual([
      expect.stringContaining('wrong /liveCallback: expected 401, got status 200'),
    ]);
  });

  test('a proxy that lets answers be kept, and one whose clock is off', async () => {
    const kept = await serve(
      passOn(({ res, text }) => {
        res.setHeader('Cache-Control', 'max-age=60');
        return text;
      }),
    );
    expect(troubles(await inProcess(kept))).toEqual([
      expect.stringMatching(/^wrong Cache-Control: .*old Android apps/),
    ]);
    const late = await serve(
      passOn(({ res, text }) => {
        res.setHeader('Date', new Date(Date.now() - 3_600_000).toUTCString());
        return text;
      }),
    );
    expect(troubles(await inProcess(late))).toEqual([
      expect.stringMatching(/^warning clock: the server's clock is -(3599|3600) s/),
    ]);
  });

  test('an answer that holds a secret', async () => {
    const secret = 'adatabasepassword';
    const leaking = await serve(onPath('/getVodList', `{"returnValue":10001,"returnMsg":"${secret}"}`, 500));
    expect(troubles(await inProcess(leaking, { secrets: [secret] }))).toContainEqual(
      expect.stringMatching(/^wrong secrets: GET \/getVodList: an answer holds a secret/),
    );
  });

  test('an answer that holds the password of DATABASE_URL, in clear and in base64', async () => {
    const password = 'pass/word:0123';
    const environment = {
      ...settings,
      DATABASE_URL: `mysql://app:${encodeURIComponent(password)}@10.0.0.17:3306/live`,
    };
    for (const told of [password, Buffer.from(password).toString('base64')]) {
      const answer = JSON.stringify({ returnValue: 10001, returnMsg: told });
      const { code, output } = await verify(await serve(onPath('/getVodList', answer, 500)), [], environment);
      expect(output).toMatch(/^ +wrong +secrets +GET \/getVodList: an answer holds a secret/m);
      expect(output).not.toContain(told);
      expect(code).toBe(1);
    }
  });
});

describe('TLS', () => {
  async function secure(name: string, notAfterDate?: Date): Promise<{ url: string; ca: string }> {
    const made = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ...(notAfterDate && { notBeforeDate: new Date(Date.now() - 10 * 86_400_000), notAfterDate }),
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
    });
    const server = createHttpsServer(
      { key: made.private, cert: made.cert },
      passOn(({ text }) => text),
    );
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `https://localhost:${portOf(server)}`, ca: made.cert };
  }

  test('a certificate that is trusted, with its days; plain http is not served', async () => {
    const { url, ca } = await secure('localhost', new Date(Date.now() + 100.5 * 86_400_000));
    const agent = new Agent({ ca });
    const sections = await inProcess(url, { agent });
    agent.destroy();
    expect(troubles(sections)).toEqual([]);
    const tls = sections.flatMap(({ findings }) => findings).find(({ subject }) => subject === 'TLS');
    expect(tls?.said.en).toBe('the certificate is trusted and good for 100 more days');
  });

  test('one that ends soon is a warning', async () => {
    const { url, ca } = await secure('localhost', new Date(Date.now() + 3.5 * 86_400_000));
    const agent = new Agent({ ca });
    const found = troubles(await inProcess(url, { agent }));
    agent.destroy();
    expect(found).toEqual([expect.stringMatching(/^warning TLS: .*good for 3 more days: renew it/)]);
  });

  test('one that nobody signed, one for another host, one that has ended: exit code 1', async () => {
    const other = await secure('other.example');
    const ended = await secure('localhost', new Date(Date.now() - 86_400_000));
    const own = await secure('localhost');
    const trusted = (ca: string): Record<string, string> => {
      const file = join(mkdtempSync(join(folder, 'authority-')), 'authority.pem');
      writeFileSync(file, ca);
      return { NODE_EXTRA_CA_CERTS: file };
    };
    for (const [url, environment, said] of [
      [own.url, {}, /its certificate is self-signed; apps refuse to connect/],
      [other.url, trusted(other.ca), /its certificate is for another host name/],
      [ended.url, trusted(ended.ca), /its certificate has expired/],
    ] as const) {
      const { code, output } = await verify(url, [], environment);
      expect(output).toMatch(said);
      expect(code).toBe(1);
    }
  });
});

test('addresses that are none', async () => {
  const cases: [string[], RegExp][] = [
    [['http://live.example.com'], /expected https:\/\/.*Nothing was sent/],
    [[], /^verify: expected one URL/],
    [['live.example.com'], /^verify: URL: expected an address such as/],
    [['https://live.example.com/api/v1'], /^verify: URL: expected the address without a path/],
    [['https://user:pw@live.example.com'], /^verify: URL: expected no user or password/],
  ];
  for (const [args, said] of cases) {
    const { code, output } = await start(folder, [process.execPath, program, 'verify', ...args], {}).ended;
    expect(output).toMatch(said);
    expect(code).toBe(1);
  }
});
