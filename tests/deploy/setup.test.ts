import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseDotenv } from '../../scripts/deploy/dotenv';
import { knownNames } from '../../scripts/settingCheck';
import { converse, Stopped, type Asker } from '../../scripts/setup/converse';
import { editEnvText, isCommittable, writeEnvText } from '../../scripts/setup/envFile';
import { groups, seldomNames } from '../../scripts/setup/groups';
import { newSettings, secretsIn } from './deployment';
import { start, type Ran } from './sls';

jest.setTimeout(60_000);

const projectRoot = join(__dirname, '..', '..');
const program = join(projectRoot, 'scripts', 'run.cjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => join(folder, '.env');
const written = (): Record<string, string> => parseDotenv(readFileSync(file(), 'utf8'));
const mode = (): string => (statSync(file()).mode & 0o777).toString(8);

/** Every setting that is needed, of the form that real ones have. */
function whole(): Record<string, string> {
  return {
    ...newSettings('mysql://app:p%40ss$word@10.0.0.17:3306/live'),
    TENCENTCLOUD_SECRET_ID: ['AKID', 'deployer0123456789'].join(''),
    TENCENTCLOUD_SECRET_KEY: 'key-of-the-deployer',
    VPC_ID: 'vpc-0a1b2c3d',
    SUBNET_ID: 'subnet-4e5f6a7b',
    TOKEN_SECRET: `#$ "quoted" 'and' \\n ${'x1y2z3'.repeat(6)}`,
  };
}

describe('the file', () => {
  test('comments, order and foreign lines stay; what is set stands once, what is taken away is gone', () => {
    const before = `# mine\nLIVE_BIZID = 1 # old\n\nexport OTHER="a b"\nVPC_ID=vpc-1\nLIVE_BIZID=2\nIM_ADMIN='x'\n\n\n`;
    const changes = new Map([
      ['LIVE_BIZID', '8888'],
      ['IM_ADMIN', undefined],
      ['ADMIN_TOKEN', `it's "quoted" $HOME #1`],
    ]);
    expect(editEnvText(before, changes)).toBe(
      `# mine\nLIVE_BIZID='8888'\n\nexport OTHER="a b"\nVPC_ID=vpc-1\nADMIN_TOKEN=\`it's "quoted" $HOME #1\`\n`,
    );
  });

  test('any value in one line is read back as it was, or refused by name; other variables stay', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        let text: string;
        try {
          text = editEnvText(
            'KEPT=1\n',
            new Map([
              ['ONE', one],
              ['OTHER', other],
            ]),
          );
        } catch (error) {
          expect(String(error)).toMatch(/^Error: (ONE|OTHER) cannot be written/);
          return;
        }
        expect(parseDotenv(text)).toEqual({ KEPT: '1', ONE: one, OTHER: other });
        expect(editEnvText(text, new Map([['ONE', one]]))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('it is put in place whole, for its owner alone; a link stays a link', () => {
    writeFileSync(file(), 'A=1\n');
    chmodSync(file(), 0o644);
    writeEnvText(file(), 'A=2\n');
    expect(mode()).toBe('600');
    expect(readdirSync(folder)).toEqual(['.env']);
    const link = join(folder, 'link');
    symlinkSync(file(), link);
    writeEnvText(link, 'A=3\n');
    expect(readFileSync(file(), 'utf8')).toBe('A=3\n');
    expect(readdirSync(folder).sort()).toEqual(['.env', 'link']);
  });

  test('a place that cannot be written leaves the old file', () => {
    expect(() => writeEnvText(join(folder, 'nowhere', '.env'), 'A=1\n')).toThrow(/ENOENT/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('git ignores it in the project, and in a folder that does not it is told', () => {
    expect(isCommittable(join(projectRoot, '.env'))).toBe(false);
    expect(isCommittable(file())).toBe(false);
    spawnSync('git', ['init', '-q'], { cwd: folder });
    expect(isCommittable(file())).toBe(true);
  });
});

test('every variable is asked for in one group, or is one that is seldom needed', () => {
  const asked = groups.flatMap(({ names }) => names);
  expect(new Set(asked).size).toBe(asked.length);
  expect([...asked, ...seldomNames].sort()).toEqual([...knownNames].sort());
});

describe('the conversation', () => {
  interface Told {
    messages: string[];
    faults: string[];
  }

  /** Answers by the name of the setting; several answers are tried in turn until one is taken. */
  function answering(
    answers: Record<string, string[]>,
    wanted: (title: string) => boolean = () => true,
  ): Asker & Told {
    const messages: string[] = [];
    const faults: string[] = [];
    let title = '';
    const ask: Asker['text'] = async ({ message, initial, fault }) => {
      messages.push(message);
      const name = /^[A-Z0-9_]+/.exec(message)?.[0] ?? '';
      for (const answer of answers[name] ?? [initial]) {
        const refused = fault(answer);
        if (refused === undefined) return answer;
        faults.push(`${name}: ${refused}`);
      }
      throw new Stopped(`${name} has no more answers`);
    };
    return {
      messages,
      faults,
      text: ask,
      secret: ask,
      confirm: async () => wanted(title),
      say: (text) => void (title = text.split('\n')[0] ?? ''),
    };
  }

  let made = 0;
  const random = (bytes: number): string => `${(made += 1)}`.padStart(bytes * 2, 'r');
  const typed = (settings: Record<string, string>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, [value]]));

  test('each answer is judged by the reader of that setting, in the language that is spoken', async () => {
    const settings = whole();
    const answers = {
      ...typed(settings),
      VPC_ID: ['0a1b2c3d', settings['VPC_ID'] ?? ''],
      LIVE_PUSH_KEY: ['has-dashes', 'localonlyPushKey', settings['LIVE_PUSH_KEY'] ?? ''],
      COS_BUCKET: ['covers-1250000000', 'covers'],
      TENCENT_SECRET_ID: [settings['TENCENT_SECRET_ID'] ?? ''],
    };
    const asker = answering(answers);
    const result = await converse(asker, {}, 'zh', random);
    expect(asker.faults).toEqual([
      'VPC_ID: 应为：vpc- 加字母或数字',
      'LIVE_PUSH_KEY: 应为：字母与数字',
      'LIVE_PUSH_KEY: 这是公开的默认值，任何人都能查到，请换一个',
      'COS_BUCKET: 末尾带有 -APPID：应去掉，程序会自动加上 COS_APPID',
    ]);
    for (const [name, value] of Object.entries(settings))
      if (name !== 'LIVE_APPID')
        expect({ name, value: new Map<string, string>(result).get(name) }).toEqual({ name, value });
    expect(asker.messages.find((message) => message.startsWith('LIVE_PUSH_KEY'))).toMatch(
      /推流鉴权的主 KEY\n在哪里：云直播控制台 → 域名管理 .*https:\/\/console\.cloud\.tencent\.com\/live\/domainmanage/,
    );
  });

  test('Enter makes the secrets that are one’s own, keeps what is there, and leaves out what may be left out', async () => {
    const { TOKEN_SECRET: _t, ADMIN_TOKEN: _a, LIVE_CALLBACK_KEY, IM_ADMIN: _i, ...rest } = whole();
    const environment = { ...rest, LIVE_CALLBACK_KEY, IM_ADMIN: 'administrator' };
    const answers = {
      TOKEN_SECRET: [''],
      ADMIN_TOKEN: [''],
      LIVE_CALLBACK_KEY: [''],
      IM_ADMIN: ['-'],
      IM_CALLBACK_TOKEN: ['new'],
    };
    const secrets = Object.fromEntries(
      groups
        .flatMap(({ names }) => names)
        .filter((name) => /KEY|SECRET$|TOKEN|DATABASE_URL/.test(name))
        .map((name) => [name, ['']]),
    );
    const asker = answering({ ...secrets, ...answers }, (title) => title === 'Rooms in IM');
    const result = new Map<string, string>(await converse(asker, environment, 'en', random));
    expect(result.get('TOKEN_SECRET')).toMatch(/^r+\d+$/);
    expect(result.get('TOKEN_SECRET')).toHaveLength(64);
    expect(result.get('ADMIN_TOKEN')).toHaveLength(48);
    expect(result.get('LIVE_CALLBACK_KEY')).toBe(LIVE_CALLBACK_KEY);
    expect(result.get('DATABASE_URL')).toBe(rest['DATABASE_URL']);
    expect(result.get('IM_ADMIN')).toBe('');
    expect(result.get('IM_CALLBACK_TOKEN')).toMatch(/^r+\d+$/);
    // The group was skipped.
    expect(result.has('V1_ACCESS')).toBe(false);
    expect(secretsIn(asker.messages.join('\n'), rest)).toEqual([]);
    expect(asker.messages.find((message) => message.startsWith('LIVE_CALLBACK_KEY'))).toMatch(
      /\nEnter keeps what is there; new makes a random one$/,
    );
  });

  test('a value that no line of .env can hold is refused when it is typed', async () => {
    const settings = whole();
    const impossible = `'"\`#${'x'.repeat(40)}`;
    const asker = answering({
      ...typed(settings),
      TOKEN_SECRET: [impossible, settings['TOKEN_SECRET'] ?? ''],
    });
    await converse(asker, {}, 'en', random);
    expect(asker.faults).toEqual([
      expect.stringMatching(/^TOKEN_SECRET: TOKEN_SECRET cannot be written to \.env/),
    ]);
  });
});

describe('npm run setup -- --yes', () => {
  const setup = (environment: Record<string, string>, args: readonly string[] = []): Promise<Ran> =>
    start(folder, [process.execPath, program, 'setup', '--yes', ...args], environment).ended;

  test('writes what the environment gives, keeps what .env has, shows no secret, and may be run again', async () => {
    writeFileSync(file(), '# mine\nOTHER=1\nLIVE_BIZID=1\nLOG_LEVEL=warn\n');
    const settings = whole();
    const first = await setup(settings);
    expect(first.output).toContain('LIVE_BIZID=8888');
    expect(first.code).toBe(0);
    expect(mode()).toBe('600');
    expect(written()).toEqual({ OTHER: '1', LOG_LEVEL: 'warn', ...settings });
    expect(readFileSync(file(), 'utf8')).toMatch(/^# mine\nOTHER=1\nLIVE_BIZID='8888'\nLOG_LEVEL=warn\n/);
    const { DATABASE_URL, ...shorter } = settings;
    expect(secretsIn(first.output, { ...shorter, DATABASE_URL: DATABASE_URL ?? '' })).toEqual([]);
    expect(first.output).toContain('  TENCENTCLOUD_SECRET_KEY=••••\n');
    expect(first.output).not.toMatch(/•\S*[^•\s]/);
    const text = readFileSync(file(), 'utf8');
    const second = await setup({});
    expect(second).toMatchObject({ code: 0, output: expect.stringMatching(/nothing changes/) });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  test('one message names everything that is missing or wrong; nothing is written', async () => {
    const { VPC_ID: _v, IM_SECRET_KEY: _k, ...rest } = whole();
    const { code, output } = await setup({
      ...rest,
      LIVE_BIZID: 'x',
      TENCENT_SECRET_KEY: '',
      WECHAT_APPID: 'wx12345678',
    });
    expect(output).toMatch(/^setup: \.env was not written, 5 setting\(s\) at fault:\n/);
    for (const line of [
      'VPC_ID: missing: ',
      'IM_SECRET_KEY: missing: ',
      'LIVE_BIZID: malformed: ',
      'TENCENT_SECRET_KEY: belongs to TENCENT_SECRET_ID',
      'WECHAT_SECRET: belongs to WECHAT_APPID',
    ])
      expect(output).toContain(`\n${line}`);
    expect(code).toBe(1);
    expect(existsSync(file())).toBe(false);
  });

  test('--generate makes the three secrets of one’s own, new ones each time', async () => {
    const { TOKEN_SECRET: _t, ADMIN_TOKEN: _a, LIVE_CALLBACK_KEY: _c, ...rest } = whole();
    const { code, output } = await setup(rest, ['--generate', '--lang', 'zh']);
    expect(output).toMatch(/已生成：TOKEN_SECRET、ADMIN_TOKEN、LIVE_CALLBACK_KEY/);
    expect(code).toBe(0);
    const { TOKEN_SECRET = '', ADMIN_TOKEN = '', LIVE_CALLBACK_KEY = '' } = written();
    expect(TOKEN_SECRET).toMatch(/^[0-9a-f]{64}$/);
    expect(ADMIN_TOKEN).toMatch(/^[0-9a-f]{48}$/);
    expect(LIVE_CALLBACK_KEY).toMatch(/^[0-9a-f]{32}$/);
    expect(secretsIn(output, { TOKEN_SECRET, ADMIN_TOKEN, LIVE_CALLBACK_KEY })).toEqual([]);
  });

  test('a disk that takes only part of the file leaves the old one', async () => {
    const text = `LIVE_BIZID=1\n${'# mine\n'.repeat(4_000)}`;
    writeFileSync(file(), text);
    // Makes the file that is run below, where no large file can be written.
    await start(folder, [process.execPath, program, 'setup', '--help'], {}).ended;
    const made = join(projectRoot, 'dist', 'scripts', 'setup.cjs');
    // Blocks of 512 or of 1024 bytes, as the shell has it: less than the text either way.
    const limited = ['sh', '-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, made, '--yes'];
    const { code, output } = await start(folder, limited, whole()).ended;
    expect(output).toMatch(/^setup: EFBIG/);
    expect(code).toBe(1);
    expect(readFileSync(file(), 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  test('a .env that cannot be read is not overwritten', async () => {
    const text = "LIVE_BIZID='8888\n";
    writeFileSync(file(), text);
    const { code, output } = await setup(whole());
    expect(output).toMatch(/^setup: \.env, line 1: LIVE_BIZID: expected one closing quote/);
    expect(code).toBe(1);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});

test('without a terminal it does not wait: it says what to do', async () => {
  const child = spawn(process.execPath, [program, 'setup'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  expect(output).toBe(
    'setup: this is no terminal: give the variables in the environment and run npm run setup -- --yes\n',
  );
  expect(child.exitCode).toBe(1);
  expect(existsSync(file())).toBe(false);
});

const python = spawnSync('python3', ['-c', 'import pty']).status === 0;
if (python) {
  describe('at a terminal', () => {
    interface Step {
      see: string;
      type: string;
    }

    async function atTerminal(
      steps: readonly Step[],
      environment: Record<string, string> = {},
    ): Promise<Ran> {
      const args = [join(__dirname, 'terminal.py'), process.execPath, program, 'setup'];
      const child = spawn('python3', args, {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, TERM: 'xterm', ...environment },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stdin.end(`${JSON.stringify(steps)}\n`);
      await once(child, 'close');
      // eslint-disable-next-line no-control-regex
      const text = output.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
      return { code: child.exitCode, signal: child.signalCode, output: text };
    }

    /** The steps that answer every group: what is asked is known by its first line. */
    function stepsFor(settings: Record<string, string>): Step[] {
      return groups.flatMap(({ needed, names, title }) =>
        needed
          ? names.map((name) => ({ see: `${name}  `, type: `${settings[name] ?? ''}\r` }))
          : [
              { see: title.en, type: '' },
              { see: 'Set this up?', type: 'n' },
            ],
      );
    }

    test('asks for the language and for everything, takes no wrong answer, writes at the end', async () => {
      writeFileSync(file(), '# mine\nOTHER=1\n');
      const {
        LIVE_APPID: _l,
        V1_ACCESS: _v,
        TENCENT_SECRET_ID: _i,
        TENCENT_SECRET_KEY: _k,
        IM_CALLBACK_TOKEN: _t,
        ...settings
      } = whole();
      const steps = stepsFor({ ...settings, ADMIN_TOKEN: '' }).flatMap((step) =>
        step.see === 'LIVE_BIZID  '
          ? [
              { see: step.see, type: 'abc\r' },
              { see: 'expected a number', type: '\u007f\u007f\u007f8888\r' },
            ]
          : [step],
      );
      const { code, output } = await atTerminal([
        { see: 'Language', type: '\r' },
        ...steps,
        { see: 'Write it?', type: 'y' },
      ]);
      expect(output).toMatch(/Written\. Next: npm run doctor/);
      expect(code).toBe(0);
      const { ADMIN_TOKEN, ...rest } = written();
      const { ADMIN_TOKEN: _made, ...typed } = settings;
      expect(rest).toEqual({ OTHER: '1', ...typed });
      expect(ADMIN_TOKEN).toMatch(/^[0-9a-f]{48}$/);
      expect(mode()).toBe('600');
      // An id may be looked at while it is typed.
      const secrets = Object.entries(settings).filter(([name]) => !name.endsWith('_SECRET_ID'));
      expect(secretsIn(output, Object.fromEntries(secrets))).toEqual([]);
    });

    test('what is still wrong when all is answered is told, and that it is not ready', async () => {
      const { LIVE_APPID: _l, ...settings } = whole();
      const card = groups.find(({ title }) => title.en === 'WeChat share card')?.names ?? [];
      const steps = stepsFor(settings).flatMap((step, index, all) =>
        all[index - 1]?.see === 'WeChat share card'
          ? [
              { ...step, type: 'y' },
              ...card.map((name) => ({
                see: `${name}  `,
                type: name === 'WECHAT_APPID' ? 'wx0123456789abcdef\r' : '\r',
              })),
            ]
          : [step],
      );
      const { code, output } = await atTerminal([
        { see: 'Language', type: '\r' },
        ...steps,
        { see: 'Write it?', type: 'y' },
      ]);
      expect(output).toContain('WECHAT_SECRET: belongs to WECHAT_APPID: set both or neither');
      expect(output).toMatch(/Written, but not ready to deploy: /);
      expect(output).toMatch(/\n│ {2}Where: CAM console, access keys/);
      expect(output).toMatch(/\n│ {2}Enter takes the default, ap-guangzhou\r/);
      expect(code).toBe(0);
      expect(written()).toMatchObject({ WECHAT_APPID: 'wx0123456789abcdef' });
    });

    test('Enter to every question changes nothing, but that others may no longer read the file', async () => {
      const { LIVE_APPID: _l, ...settings } = whole();
      writeEnvText(file(), editEnvText('# mine\n', new Map(Object.entries(settings))));
      chmodSync(file(), 0o644);
      const text = readFileSync(file(), 'utf8');
      const steps = groups.flatMap(({ needed, names, title }) => [
        ...(needed
          ? []
          : [
              { see: title.en, type: '' },
              { see: 'Set this up?', type: '\r' },
            ]),
        ...(needed || names.some((name) => settings[name] !== undefined)
          ? names.map((name) => ({ see: `${name}  `, type: '\r' }))
          : []),
      ]);
      const { code, output } = await atTerminal([{ see: 'Language', type: '\r' }, ...steps]);
      expect(output).toMatch(/\.env: nothing changes/);
      expect(code).toBe(0);
      expect(readFileSync(file(), 'utf8')).toBe(text);
      expect(mode()).toBe('600');
    });

    test('Ctrl-C leaves everything as it was, in Chinese where LANG says so', async () => {
      writeFileSync(file(), 'OTHER=1\n');
      const { code, output } = await atTerminal(
        [
          { see: 'Language', type: '\r' },
          { see: 'TENCENTCLOUD_SECRET_ID  ', type: 'AKIDsomething\r' },
          { see: 'TENCENTCLOUD_SECRET_KEY  ', type: '\u0003' },
        ],
        { LANG: 'zh_CN.UTF-8' },
      );
      expect(output).toMatch(/已停止，\.env 没有改动/);
      expect(code).toBe(1);
      expect(readFileSync(file(), 'utf8')).toBe('OTHER=1\n');
      expect(readdirSync(folder)).toEqual(['.env']);
    });
  });
}
