import { Agent, type Agent as HttpsAgent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_client';
import { adviceOf } from './advice';
import type { DeployAccess } from './settings';

/**
 * A call to SCF that gave no result. `code` is Tencent's, such as `ResourceNotFound.Function`; empty when no answer came
 * back, and then it is unknown whether the call took effect. The message names the function, the call, the code, the
 * request id and what to do; it may quote Tencent's text, so it is masked before it is printed.
 */
export class CloudCallError extends Error {
  override readonly name = 'CloudCallError';

  constructor(
    readonly action: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** `ResourceNotFound` is also said of `ResourceNotFound.Function`. */
  is(...classes: string[]): boolean {
    return classes.some((name) => this.code === name || this.code.startsWith(`${name}.`));
  }
}

export interface CallOptions {
  /** Whether it does no harm when the call is made twice: then it is also repeated after a lost answer. */
  repeatable?: boolean;
  /** Milliseconds for one try. */
  limitMs?: number;
}

export interface Cloud {
  /**
   * Calls an action of SCF and returns the members of `Response`. Repeats it with growing pauses when it was throttled.
   * @param subject what the call is about, for the message: the function as serverless.yml names it, or a domain
   * @throws CloudCallError
   */
  call(subject: string, action: string, parameters: object, options?: CallOptions): Promise<unknown>;
  close(): void;
}

export interface CloudOptions {
  /** For tests: how connections are made. */
  agent?: HttpsAgent | undefined;
  /** Whether the SDK is to go through the proxy that `http_proxy` names, as it does without an agent. */
  proxied?: boolean;
  /** Milliseconds for one try, where a call says nothing else. */
  limitMs?: number;
  random?: () => number;
  pause?: (ms: number) => Promise<unknown>;
}

const usualLimitMs = 30_000;
/** How often a call is made at most: while it is throttled, and after an answer that did not come. */
const tries = { throttled: 7, lost: 3 };

/** Opens the SCF API of one region with the deployer's key. Nothing is connected yet. */
export function scfCloud(access: Pick<DeployAccess, 'key' | 'region'>, options: CloudOptions = {}): Cloud {
  const { random = Math.random, pause = delay, limitMs: ownLimitMs = usualLimitMs } = options;
  const own =
    options.agent === undefined && options.proxied !== true ? new Agent({ keepAlive: true }) : undefined;
  const agent = options.agent ?? own;
  const { secretId, secretKey, token } = access.key;
  const clientOf = (limitMs: number): Client =>
    new Client({
      credential: {
        secretId,
        secretKey: secretKey.reveal(),
        ...(token === undefined ? {} : { token: token.reveal() }),
      },
      region: access.region,
      profile: {
        language: 'en-US',
        httpProfile: { reqTimeout: limitMs / 1000, ...(agent === undefined ? {} : { agent }) },
      },
    });
  return {
    async call(subject, action, parameters, { repeatable = false, limitMs = ownLimitMs } = {}) {
      const client = clientOf(limitMs);
      for (let attempt = 1; ; attempt += 1) {
        try {
          const signal = AbortSignal.timeout(limitMs);
          const answer: unknown = await client.request(action, parameters, { signal });
          return answer;
        } catch (error) {
          const failure = failureOf(subject, action, error, limitMs);
          if (!mayRepeat(failure, repeatable, attempt)) throw failure;
          await pause(pauseMs(attempt, random()));
        }
      }
    },
    close: () => own?.destroy(),
  };
}

/** Half a second, then twice as long each time up to eight, and shaken so that parallel calls part. */
function pauseMs(attempt: number, random: number): number {
  return Math.min(8_000, 250 * 2 ** attempt) * (0.75 + random / 2);
}

function mayRepeat(failure: CloudCallError, repeatable: boolean, attempt: number): boolean {
  if (failure.is('RequestLimitExceeded')) return attempt < tries.throttled;
  return repeatable && attempt < tries.lost && (failure.code === '' || failure.is('InternalError'));
}

function failureOf(subject: string, action: string, error: unknown, limitMs: number): CloudCallError {
  const { code, requestId, text } = wordsOf(error);
  if (code === '') {
    const reason = /abort|timeout|timed out/i.test(text) ? `no answer within ${limitMs / 1000} s` : text;
    const advice = 'check the network to scf.tencentcloudapi.com, then run the same command again';
    return new CloudCallError(action, '', `${subject}: ${action}: ${reason}. What to do: ${advice}`);
  }
  const id = requestId === '' ? '' : ` (RequestId ${requestId})`;
  const said = text === '' ? '' : `: ${text.replace(/[.\s]+$/, '')}`;
  return new CloudCallError(
    action,
    code,
    `${subject}: ${action}: ${code}${said}${id}. What to do: ${adviceOf(code, action)}`,
  );
}

/** Tencent's code, request id and text out of whatever the SDK threw. */
function wordsOf(error: unknown): { code: string; requestId: string; text: string } {
  if (!(error instanceof Error)) return { code: '', requestId: '', text: 'no readable answer' };
  const member = (name: string): string => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : '';
  };
  const code = member('code');
  const text = error.message.replace(/\s*\n\s*/g, ' ').slice(0, 500);
  // Codes of the network (ECONNRESET) are words of the system, not of Tencent.
  return /^[A-Z][a-z]/.test(code)
    ? { code, requestId: member('requestId'), text }
    : { code: '', requestId: '', text: text === '' ? 'no readable answer' : text };
}
