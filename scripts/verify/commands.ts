import * as v from 'valibot';
import type { Access } from '../../shared/command';
import type { HttpAnswer } from '../askHttp';
import type { Finding } from '../findings';
import type { Words } from '../language';
import { commands } from '../openapi/commands';
import { glimpse, probe, type Ask, type Judge, type Prober } from './prober';

/** The native envelope. */
const envelope = v.object({
  returnValue: v.number(),
  returnMsg: v.string(),
  returnData: v.record(v.string(), v.unknown()),
  requestId: v.string(),
});

interface Expected {
  ask: Ask;
  status: number;
  returnValue: number;
  said: Words;
}

const refusedUser: Expected = {
  ask: { method: 'POST', body: '{}' },
  status: 401,
  returnValue: 4010,
  said: { en: 'refuses who shows no token (401)', zh: '拒绝没有令牌的请求（401）' },
};

/** A request that any of these refuses before it does anything: without the input it needs, or by the wrong method. */
const refusedInput: Expected = {
  ask: { method: 'POST', body: '{}' },
  status: 400,
  returnValue: 1000,
  said: { en: 'refuses an empty request and names the field (400)', zh: '拒绝空请求并指出字段（400）' },
};

const refusedGet: Expected = {
  ask: { method: 'GET' },
  status: 400,
  returnValue: 1000,
  said: { en: 'is there; takes only POST (400)', zh: '存在；只接受 POST（400）' },
};

const list: Expected = {
  ask: { method: 'GET' },
  status: 200,
  returnValue: 0,
  said: { en: 'answers with a list (200)', zh: '返回列表（200）' },
};

/** What anyone may call. An empty POST to watch/guest would make a guest. */
const publicCommands = new Map<string, Expected>([
  ['getLiveList', list],
  ['getVodList', list],
  ['video/list', list],
  ['watch/guest', refusedGet],
]);

/** Every native command, asked so that it changes nothing. */
export function checkCommands(prober: Prober): Promise<Finding[]> {
  const described: [string, { access: Access }][] = Object.entries(commands);
  return Promise.all(
    described.map(([name, { access }]) => {
      const expected = access === 'public' ? (publicCommands.get(name) ?? refusedInput) : refusedUser;
      return probe(prober, `/${name}`, `/${name}`, expected.ask, judgeNative(expected), expected.said);
    }),
  );
}

function judgeNative({ status, returnValue }: Expected): Judge {
  return (answer) => {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), envelope), answer.text);
    const right = answer.status === status && read.success && read.output.returnValue === returnValue;
    return right ? undefined : unexpected(answer, status, returnValue);
  };
}

function unexpected(answer: HttpAnswer, status: number, returnValue: number): Words {
  const seen = glimpse(answer);
  const hint = hintOf(answer);
  return {
    en: `expected ${status} with returnValue ${returnValue}, got ${seen.en}${hint.en}`,
    zh: `应为 ${status} 且 returnValue 为 ${returnValue}，实际为${seen.zh}${hint.zh}`,
  };
}

/** What the platform's and our own failures usually come from. */
function hintOf({ status }: HttpAnswer): Words {
  if (status === 503)
    return {
      en: '; is the database reachable from the VPC, and migrated? npx sls logs -f NAME',
      zh: '；私有网络能连到数据库吗？升级执行了吗？npx sls logs -f NAME',
    };
  if (status >= 430 && status < 500)
    return {
      en: '; the platform says the function failed: npx sls logs -f NAME shows what is missing',
      zh: '；平台报告函数出错：npx sls logs -f NAME 可看到缺了什么',
    };
  if (status === 404)
    return {
      en: '; does the domain lead every path to its function?',
      zh: '；域名是否把每个路径都转到了对应的函数？',
    };
  return { en: '', zh: '' };
}
