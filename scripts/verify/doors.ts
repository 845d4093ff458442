import * as v from 'valibot';
import { v2Paths } from '../../functions/app/v2';
import { finding, type Finding } from '../findings';
import type { Words } from '../language';
import { glimpse, probe, type Judge, type Prober } from './prober';

/** A v2 request that is well formed but signed by nobody. */
const unsigned = JSON.stringify({ userid: 'verify', timestamp: 0, expires: 0 });

const v1Envelope = v.object({ returnValue: v.number(), returnMsg: v.string(), returnData: v.unknown() });
const v2Envelope = v.object({ code: v.number(), message: v.string(), data: v.unknown() });
const v3Envelope = v.object({
  errorCode: v.number(),
  errorMessage: v.string(),
  data: v.unknown(),
  version: v.string(),
});

/** Codes of v2: 498 no valid signature, 602 a member is missing. */
const v2Refusals = [498, 602];
/** Codes of v3: 98 a parameter is missing, 204 no valid token. */
const v3Refusals = [98, 204];

/** The methods of v3 apps, by the path behind /base/v1/. */
export const v3Methods = [
  'oauth/register',
  'oauth/signature',
  'gslb',
  'auth_users/user_login_token',
  'auth_users/user_keepalive',
  'auth_users/user_logout',
  'auth_users/user_delete',
  'auth_users/user_update',
  'auth_users/user_query',
  'auth_users/user_doctor_auth',
  'getUserInfoBatch',
  'rooms/generate_roomid',
  'rooms/enter_room',
  'rooms/leave_room',
  'rooms/update_room',
  'rooms/destroy_room',
  'rooms/query_room',
  'rooms/room_detail',
  'rooms/list_users',
  'rooms/room_keepalive',
  'cos/config',
];

/** What needs nobody to be logged in: the load balancer's list, and a log-out of nobody. */
const v3Open = ['gslb', 'auth_users/user_logout'];

/** get_visitor_info asks for nothing and would hand out a UserSig. */
const notAsked = '/get_visitor_info';

/** The doors of unmodified apps, asked so that nothing changes. */
export async function checkDoors(prober: Prober): Promise<Finding[]> {
  const [v1, v2, v3] = await Promise.all([checkV1(prober), checkV2(prober), checkV3(prober)]);
  return [...v1, together('v2', v2), together('v3', v3)];
}

async function checkV1(prober: Prober): Promise<Finding[]> {
  const unknown = probe(
    prober,
    'v1 Action',
    '/interface.php',
    { method: 'POST', body: '{"Action":"Verify"}' },
    code(v1Envelope, 'returnValue', [1000]),
    {
      en: 'an unknown Action is refused in the v1 envelope (1000)',
      zh: '未知 Action 以 v1 格式拒绝（1000）',
    },
  );
  const operator = probe(
    prober,
    'v1 StopLVB',
    '/interface.php',
    { method: 'POST', body: '{"Action":"StopLVB"}' },
    code(v1Envelope, 'returnValue', [4010]),
    {
      en: 'an operator action is refused without ADMIN_TOKEN (4010)',
      zh: '运营操作须有 ADMIN_TOKEN（4010）',
    },
  );
  return [await unknown, await operator, await v1List(prober)];
}

/** FetchList says which V1_ACCESS is in force. */
async function v1List(prober: Prober): Promise<Finding> {
  const body = JSON.stringify({ Action: 'FetchList', flag: 1, pageno: 1, pagesize: 1 });
  const access = { value: '' };
  const found = await probe(
    prober,
    'v1 FetchList',
    '/interface.php',
    { method: 'POST', body },
    (answer) => {
      const read = v.safeParse(v.pipe(v.string(), v.parseJson(), v1Envelope), answer.text);
      const said = read.success && answer.status === 200 ? read.output.returnValue : undefined;
      access.value = said === 0 ? 'open' : said === 4010 ? 'usersig' : said === 4030 ? 'off' : '';
      return access.value === '' ? notThis(answer, 'returnValue 0, 4010 or 4030') : undefined;
    },
    { en: '', zh: '' },
  );
  if (found.status !== 'ok') return found;
  return finding('ok', 'v1 FetchList', {
    en: `V1_ACCESS is ${access.value} here`,
    zh: `此处 V1_ACCESS 为 ${access.value}`,
  });
}

function checkV2(prober: Prober): Promise<Finding[]> {
  return Promise.all(
    v2Paths
      .filter((path) => path !== notAsked)
      .map((path) =>
        probe(prober, path, path, { method: 'POST', body: unsigned }, code(v2Envelope, 'code', v2Refusals), {
          en: '',
          zh: '',
        }),
      ),
  );
}

/** One of them has its path at the root. */
function v3Path(name: string): string {
  return name === 'getUserInfoBatch' ? `/${name}` : `/base/v1/${name}`;
}

function checkV3(prober: Prober): Promise<Finding[]> {
  return Promise.all(
    v3Methods.map((name) =>
      probe(
        prober,
        v3Path(name),
        v3Path(name),
        { method: 'POST', body: '{}' },
        code(v3Envelope, 'errorCode', v3Open.includes(name) ? [0] : v3Refusals),
        { en: '', zh: '' },
      ),
    ),
  );
}

/** What failed among many alike, in one finding; or that all is well. */
function together(generation: 'v2' | 'v3', findings: readonly Finding[]): Finding {
  const faults = findings.filter(({ status }) => status !== 'ok');
  const [first] = faults;
  if (first === undefined)
    return finding('ok', `${generation} methods`, {
      en: `all ${findings.length} answer in the ${generation} envelope and refuse who is not logged in`,
      zh: `全部 ${findings.length} 个方法以 ${generation} 格式应答，并拒绝未登录的请求`,
    });
  const names = faults.map(({ subject }) => subject).join(', ');
  return finding('wrong', `${generation} methods`, {
    en: `${names}: ${first.said.en}`,
    zh: `${names}：${first.said.zh}`,
  });
}

function code<Schema extends v.GenericSchema<unknown, Record<string, unknown>>>(
  schema: Schema,
  member: string,
  expected: readonly number[],
): Judge {
  return (answer) => {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), answer.text);
    const said = read.success && answer.status === 200 ? Reflect.get(read.output, member) : undefined;
    return typeof said === 'number' && expected.includes(said)
      ? undefined
      : notThis(answer, `${member} ${expected.join(' or ')}`);
  };
}

function notThis(answer: Parameters<Judge>[0], expected: string): Words {
  const seen = glimpse(answer);
  return {
    en: `expected 200 with ${expected}, got ${seen.en}`,
    zh: `应为 200 且 ${expected}，实际为${seen.zh}`,
  };
}
