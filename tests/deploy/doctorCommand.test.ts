import { join } from 'node:path';
import * as v from 'valibot';
import { secretsIn } from './deployment';
import { openDoctorStand, type DoctorStand } from './doctorStand';
import { start, type Ran } from './sls';

// `npm run doctor` as a deployer types it: the settings come from `.env`, every connection goes to the emulator.

const program = join(__dirname, '..', '..', 'scripts', 'run.cjs');

let stand: DoctorStand;
let settings: Record<string, string>;
beforeAll(async () => {
  stand = await openDoctorStand();
  // Inside the VPC, where only functions reach it.
  settings = { ...stand.settings, DATABASE_URL: 'mysql://app:p%40ssword@10.0.0.17:3306/live' };
});
afterAll(() => stand.close());

function doctor(
  given: Record<string, string>,
  args: readonly string[] = [],
  more: Record<string, string> = {},
): Promise<Ran> {
  const environment = { ...stand.emulator.environment(), ...more };
  return start(stand.folder(given), [process.execPath, program, 'doctor', ...args], environment).ended;
}

test('a whole account: exit code 0, a line for each thing, no secret', async () => {
  const { code, output } = await doctor(settings);
  expect(output).toMatch(/^ +ok +LIVE_PUSH_KEY +is a key of push\.example\.com$/m);
  expect(output).toMatch(/^ +note +DATABASE_URL +lies inside the VPC .* migration .* will check it$/m);
  expect(output).toMatch(/^\d+ ok, 0 warning\(s\), 0 wrong\.\nReady for: npx sls deploy\n$/m);
  expect(code).toBe(0);
  expect(secretsIn(output, settings)).toEqual([]);
  expect(stand.emulator.writes()).toEqual([]);
});

test('something wrong: exit code 1, the variable is named; what the process has wins over .env', async () => {
  const { code, output } = await doctor(settings, [], { LIVE_CALLBACK_KEY: 'adifferentkey' });
  expect(output).toMatch(/^ +wrong +LIVE_CALLBACK_KEY +differs from the key of callback template xiaozhibo/m);
  expect(code).toBe(1);
  expect(output).not.toContain('adifferentkey');
  expect(secretsIn(output, settings)).toEqual([]);
});

test('warnings alone leave the exit code 0, and print the policies where a key may too much', async () => {
  stand.bucket.keyLists = true;
  const { code, output } = await doctor(settings).finally(() => (stand.bucket.keyLists = false));
  expect(output).toMatch(/^ +warning +COS_SECRET_ID +may list the bucket/m);
  expect(output).toContain('qcs::cos:ap-guangzhou:uid/1250000000:covers-1250000000/*');
  expect(code).toBe(0);
});

const report = v.object({
  status: v.string(),
  findings: v.array(
    v.object({ section: v.string(), subject: v.string(), status: v.string(), message: v.string() }),
  ),
  policies: v.array(v.object({ document: v.object({ version: v.literal('2.0') }) })),
});

test('for machines', async () => {
  const { LIVE_BIZID: _gone, ...rest } = settings;
  const { code, output } = await doctor(rest, ['--json', '--offline']);
  const { status, findings, policies } = v.parse(v.pipe(v.string(), v.parseJson(), report), output);
  expect({ code, status, policies: policies.length }).toEqual({ code: 1, status: 'wrong', policies: 4 });
  expect(findings.filter((one) => one.status === 'wrong')).toEqual([
    {
      section: 'Settings',
      subject: 'LIVE_BIZID',
      status: 'wrong',
      message: expect.stringMatching(/^missing: a number\. Where/),
    },
  ]);
});

test.each([
  [[], 'dev'],
  [['--stage', 'prod'], 'prod'],
])('the printed policy with %j is for the functions of the stage %s only', async (stage, shown) => {
  const { code, output } = await doctor(settings, ['--policies', ...stage]);
  expect(code).toBe(0);
  expect(output.match(/function\/[^"]*/g)).toEqual([`function/xiaozhibo-${shown}-*`]);
});

test('in Chinese, by LANG or by --lang', async () => {
  const { VPC_ID: _gone, ...rest } = settings;
  for (const ran of [
    await doctor(rest, ['--offline'], { LANG: 'zh_CN.UTF-8' }),
    await doctor(rest, ['--offline', '--lang', 'zh'], { LANG: 'en_US.UTF-8' }),
  ]) {
    expect(ran.output).toMatch(
      /^ +错误 +VPC_ID +未填写：vpc- 加字母或数字。在哪里找：云数据库 MySQL 控制台/m,
    );
    expect(ran.code).toBe(1);
  }
});

test('options that are not there', async () => {
  const root = stand.folder({});
  const french = await start(root, [process.execPath, program, 'doctor', '--lang', 'fr'], {}).ended;
  expect(french).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^doctor: --lang: expected en or zh/),
  });
  const odd = await start(root, [process.execPath, program, 'doctor', '--stage', 'a-b'], {}).ended;
  expect(odd).toMatchObject({ code: 1, output: expect.stringMatching(/^doctor: the stage is malformed/) });
  const broken = await start(root, [process.execPath, program, 'doctor', '--colour'], {}).ended;
  expect(broken).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^doctor: Unknown option '--colour'/),
  });
});
