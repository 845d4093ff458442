import { seconds } from '../clock';
import type { Config } from '../config';
import { isRecord } from '../http/request';
import { tc3Authorization } from '../signing/tc3';
import { CloudUnavailable, requestText } from './request';

/**
 * Why a call to the cloud gave no result.
 *
 * - `notConfigured`: there are no credentials; nothing was sent
 * - `unavailable`: no answer in time, or none that could be read; whether the call took effect is unknown
 * - `refused`: the cloud said no; `refusal` is its own code, such as `FailedOperation.StreamNotExist`
 *
 * The message names the action and the code. It never holds a key, a signature or the cloud's own text.
 */
export class CloudError extends Error {
  constructor(
    readonly code: 'notConfigured' | 'unavailable' | 'refused',
    message: string,
    readonly refusal: string = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CloudError';
  }
}

export interface Credentials {
  secretId: string;
  secretKey: string;
  /** Of temporary keys. */
  token?: string;
}

export type CredentialConfig = Pick<Config, 'TENCENT_SECRET_ID' | 'TENCENT_SECRET_KEY'>;

/**
 * The keys to sign with: the ones that are set, else those of the function's execution role. Those are temporary
 * and may be renewed while an instance lives, so they are read at each call.
 * @returns undefined when there are none
 */
export function credentialsOf(
  config: CredentialConfig,
  environment: Record<string, string | undefined>,
): Credentials | undefined {
  if (config.TENCENT_SECRET_ID !== undefined && config.TENCENT_SECRET_KEY !== undefined) {
    return { secretId: config.TENCENT_SECRET_ID, secretKey: config.TENCENT_SECRET_KEY.reveal() };
  }
  const {
    TENCENTCLOUD_SECRETID: secretId = '',
    TENCENTCLOUD_SECRETKEY: secretKey = '',
    TENCENTCLOUD_SESSIONTOKEN: token = '',
  } = environment;
  if (secretId === '' || secretKey === '') return undefined;
  return { secretId, secretKey, ...(token === '' ? {} : { token }) };
}

export interface ApiCall {
  /** Scheme and host; the host is what is signed. */
  endpoint: string;
  service: string;
  version: string;
  action: string;
  region: string;
  parameters: Record<string, unknown>;
  credentials: Credentials | undefined;
  /** Epoch milliseconds. */
  now: number;
  /** Milliseconds for everything, from the connection to the last byte. */
  limitMs: number;
}

/** Longest answer that is read: a list of 50,000 streams. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * Calls an action of a Tencent Cloud API 3.0 with a JSON body, signed TC3-HMAC-SHA256 (document 213/30654). One try.
 * The official SDK is not used here: bundled, its live client alone adds 567 KB and 43 to 74 ms to each cold start, this
 * and live.ts 6 KB and 5 to 9 ms (least and median of 21 starts of Node 20). tests/integration/liveApi.test.ts holds the
 * two against each other.
 * @returns the members of `Response`
 * @throws CloudError
 */
export async function callApi(call: ApiCall): Promise<Record<string, unknown>> {
  if (call.credentials === undefined) {
    throw new CloudError(
      'notConfigured',
      `${call.action}: TENCENT_SECRET_ID and TENCENT_SECRET_KEY are not set`,
    );
  }
  const payload = JSON.stringify(call.parameters);
  const { status, text } = await requestText({
    method: 'POST',
    url: new URL(call.endpoint),
    headers: signedHeaders(call, call.credentials, payload),
    body: payload,
    timeout: call.limitMs,
    maxBytes: maxAnswerBytes,
  }).catch((error: unknown) => {
    throw new CloudError('unavailable', `${call.action}: ${reasonOf(error)}`, '', { cause: error });
  });
  if (status !== 200) throw new CloudError('unavailable', `${call.action}: HTTP status ${status}`);
  return readAnswer(call.action, text);
}

function signedHeaders(call: ApiCall, credentials: Credentials, payload: string): Record<string, string> {
  const headers = { 'content-type': 'application/json', host: new URL(call.endpoint).host };
  const timestamp = seconds(call.now);
  return {
    ...headers,
    authorization: tc3Authorization({
      secretId: credentials.secretId,
      secretKey: credentials.secretKey,
      service: call.service,
      timestamp,
      method: 'POST',
      headers,
      payload,
    }),
    'x-tc-action': call.action,
    'x-tc-version': call.version,
    'x-tc-timestamp': String(timestamp),
    'x-tc-region': call.region,
    ...(credentials.token === undefined ? {} : { 'x-tc-token': credentials.token }),
  };
}

/** In our words and with the system's code only: what the network said may quote anything. */
function reasonOf(error: unknown): string {
  const code = error instanceof CloudUnavailable ? error.code : undefined;
  if (code === 'late') return 'no answer in time';
  return code === undefined ? 'no readable answer' : `no connection (${code})`;
}

function readAnswer(action: string, text: string): Record<string, unknown> {
  const answer = parse(text);
  const response = isRecord(answer) ? answer['Response'] : undefined;
  if (!isRecord(response)) throw new CloudError('unavailable', `${action}: the answer is not readable`);
  const error = response['Error'];
  if (error === undefined) return response;
  const code = isRecord(error) ? error['Code'] : undefined;
  if (!isRecord(error) || typeof code !== 'string' || !/^[A-Za-z0-9.]{1,100}$/.test(code)) {
    throw new CloudError('unavailable', `${action}: the answer is not readable`);
  }
  // The live service puts the codes of its older interface into the text: "InnerErrCode : [ -30300 ]".
  const inner = /\[\s*(-\d{1,8})\s*\]/.exec(String(error['Message']))?.[1];
  const refusal = inner === undefined ? code : `${code}[${inner}]`;
  throw new CloudError('refused', `${action}: ${refusal}`, refusal);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
