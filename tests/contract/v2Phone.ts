import { isRecord } from '../../shared/http/request';
import { legacyPasswordHash, liteavSig } from '../../shared/signing/liteavSig';
import type { Backend } from '../backend';
import { caseOf, wireRequest, writeBody, type ClientCase } from './clientCases';
import { readAnswer, type RawAnswer, type Reading } from './clientReader';

/** The functions of a backend as v2 apps see them: a path per method. */
export interface V2Server {
  send(path: string, body: string, headers: Record<string, string>): Promise<RawAnswer>;
}

export function v2Server(backend: Pick<Backend, 'ask'>): V2Server {
  return {
    async send(path, body, headers) {
      const { status, headers: sent, text } = await backend.ask('app', { path, body, headers });
      return { status, headers: sent, body: text };
    },
  };
}

export interface V2Answer {
  code: unknown;
  message: unknown;
  data: Record<string, unknown>;
  /** `data` as it came: an object, or [] of a refusal. */
  rawData: unknown;
  raw: RawAnswer;
}

/** One phone with a v2 app: it keeps the token of its login and signs with it. */
export interface V2Phone {
  userId: string;
  token: string;
  refreshToken: string;
  /** Sends members as they are, signed unless `headers` says otherwise. */
  call(
    method: string,
    members?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<V2Answer>;
  register(): Promise<V2Answer>;
  login(): Promise<V2Answer>;
  /** Sends a case of client-conformance.json as its client does and reads the answer with its accessors. */
  send(
    caseId: string,
    members?: Record<string, unknown>,
  ): Promise<Reading & { data: Record<string, unknown> }>;
}

/**
 * @param given.client which app: Android and iOS write their JSON and their times differently
 * @param given.address where the phone is; limits are counted per address
 * @param given.now epoch milliseconds
 */
export function v2Phone(
  server: V2Server,
  given: {
    userId: string;
    password: string;
    client?: ClientCase['client'];
    address?: string;
    now?: () => number;
  },
): V2Phone {
  const { userId, client = 'android', address = '198.18.0.1', now = Date.now } = given;
  const password = legacyPasswordHash({ password: given.password, userId });
  const times = () =>
    client === 'ios'
      ? { timestamp: now() + 0.456, expires: 86_400 }
      : { timestamp: Math.floor(now() / 1000), expires: 10 };

  const post = async (path: string, body: string, headers: Record<string, string>) =>
    server.send(path, body, {
      'content-type': 'application/json; charset=utf-8',
      'x-scf-remote-addr': address,
      ...headers,
    });

  const phone: V2Phone = {
    userId,
    token: 'none yet',
    refreshToken: '',
    async call(method, members = {}, headers) {
      const body = writeBody(client, { userid: userId, ...times(), ...members });
      const signature = { 'liteav-sig': liteavSig({ token: phone.token, rawBody: body }) };
      return read(await post(`/${method}`, body, headers ?? signature));
    },
    async register() {
      return read(await post('/register', writeBody(client, { userid: userId, password }), {}));
    },
    async login() {
      const answer = read(await post('/login', writeBody(client, { userid: userId, password }), {}));
      if (answer.code === 200) {
        phone.token = String(answer.data['token']);
        phone.refreshToken = String(answer.data['refresh_token']);
      }
      return answer;
    },
    async send(caseId, members = {}) {
      const clientCase = caseOf(caseId);
      const sent = { ...clientCase.request, userid: userId, ...members };
      const { path, headers, body } = wireRequest(clientCase, sent);
      const signature: Record<string, string> =
        'liteav-sig' in headers ? { 'liteav-sig': liteavSig({ token: phone.token, rawBody: body }) } : {};
      const answer = await post(path, body, { ...headers, ...signature });
      return { ...readAnswer(clientCase, answer, sent), data: read(answer).data };
    },
  };
  return phone;
}

function read(raw: RawAnswer): V2Answer {
  const body: unknown = JSON.parse(raw.body);
  if (!isRecord(body)) throw new Error(`no envelope: ${raw.body}`);
  const { code, message, data } = body;
  return { code, message, data: isRecord(data) ? data : {}, rawData: data, raw };
}
