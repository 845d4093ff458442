import { createHash } from 'node:crypto';
import { isRecord } from '../../shared/http/request';
import type { Backend } from '../backend';
import { caseOf, type ClientCase } from './clientCases';
import { readAnswer, type RawAnswer, type Reading } from './clientReader';

export interface V3Answer {
  errorCode: unknown;
  errorMessage: unknown;
  /** `data` when it is an object, else {}. */
  data: Record<string, unknown>;
  /** `data` when it is a list of objects, else []. */
  list: Record<string, unknown>[];
  raw: RawAnswer;
}

/** One phone with a v3 app: it keeps what its login gave and sends it with every request. */
export interface V3Phone {
  username: string;
  /** The user's number, '' before the login. */
  userId: string;
  token: string;
  register(): Promise<V3Answer>;
  login(): Promise<V3Answer>;
  /** Asks a method such as `rooms/enter_room` the way the platform does. */
  call(method: string, members?: Record<string, string>): Promise<V3Answer>;
  /** Registers, logs in, and fails unless both are a success. */
  join(): Promise<V3Phone>;
  /** Sends a case of client-conformance.json as its client does and reads the answer with its accessors. */
  send(caseId: string, members?: Record<string, string>): Promise<Reading & V3Answer>;
}

const userAgents = {
  android: 'okhttp/3.11.0',
  ios: 'XiaoZhiBoApp/1.0 (com.tencent.example; build:1; iOS 15.4.0) Alamofire/5.4.4',
  h5: 'Mozilla/5.0',
};

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/**
 * @param given.client which app: Android asks oauth and auth_users by GET, iOS by POST of JSON; rooms are a form for both
 * @param given.address where the phone is; limits are counted per address
 */
export function v3Phone(
  backend: Pick<Backend, 'ask'>,
  given: { username: string; password?: string; client?: 'android' | 'ios'; address?: string },
): V3Phone {
  const { username, password = '12345678', client = 'android', address = '198.18.1.1' } = given;
  const salt = md5(`${username}-${password}`);

  const ask = async (
    { method, path, contentType }: Pick<ClientCase['transport'], 'method' | 'path' | 'contentType'>,
    members: Record<string, unknown>,
  ): Promise<V3Answer> => {
    const texts = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(value)]));
    const form = new URLSearchParams(texts).toString();
    const body =
      method === 'GET'
        ? ''
        : contentType === 'application/json'
          ? JSON.stringify(members).replaceAll('/', '\\/')
          : form;
    const answer = await backend.ask('app', {
      method,
      path,
      body,
      query: method === 'GET' ? texts : {},
      headers: {
        'content-type': contentType,
        'user-agent': userAgents[client],
        'x-scf-remote-addr': address,
      },
    });
    return read({ status: answer.status, headers: answer.headers, body: answer.text });
  };

  const phone: V3Phone = {
    username,
    userId: '',
    token: '',
    register: () => phone.call('oauth/register', { username, salt }),
    async login() {
      const ts = String(Date.now());
      const signature = md5(`${username}-xiaozhibo-${ts}--${salt}`);
      const answer = await phone.call('oauth/signature', {
        username,
        signature,
        tag: 'xiaozhibo',
        ts,
        nonce: '',
      });
      if (answer.errorCode === 0) {
        phone.userId = String(answer.data['userId']);
        phone.token = String(answer.data['token']);
      }
      return answer;
    },
    call(method, members = {}) {
      const own = method.startsWith('oauth/')
        ? {}
        : { userId: phone.userId, token: phone.token, apaasUserId: phone.userId };
      const transport = method.startsWith('rooms/')
        ? { method: 'POST', contentType: 'application/x-www-form-urlencoded' }
        : client === 'ios'
          ? { method: 'POST', contentType: 'application/json' }
          : { method: 'GET', contentType: '' };
      return ask({ ...transport, path: `/base/v1/${method}` }, { ...own, ...members });
    },
    async join() {
      for (const answer of [await phone.register(), await phone.login()]) {
        if (answer.errorCode !== 0) throw new Error(answer.raw.body);
      }
      return phone;
    },
    async send(caseId, members = {}) {
      const clientCase = caseOf(caseId);
      const sent = { ...clientCase.request, ...members };
      const answer = await ask(clientCase.transport, sent);
      return { ...answer, ...readAnswer(clientCase, answer.raw, sent) };
    },
  };
  return phone;
}

function read(raw: RawAnswer): V3Answer {
  const body: unknown = JSON.parse(raw.body);
  if (!isRecord(body)) throw new Error(`no envelope: ${raw.body}`);
  const { errorCode, errorMessage, data } = body;
  return {
    errorCode,
    errorMessage,
    data: isRecord(data) ? data : {},
    list: Array.isArray(data) ? data.filter(isRecord) : [],
    raw,
  };
}
