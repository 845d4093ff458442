import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { fetchJsapiTicket } from '../../shared/cloud/wechat';
import { CloudUnavailable } from '../../shared/cloud/request';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import { text } from '../../shared/input';
import type { Log } from '../../shared/log';
import { moment } from '../../shared/output';
import { limitRequests } from '../../shared/requestLimit';
import { weixinSign } from '../../shared/signing/weixinSign';
import type { Database } from '../../shared/store/database';
import { keepTicket, readTicket } from '../../shared/store/tickets';
import { networkOf } from '../account/loginLimits';

/** Signatures for one address in ten seconds: a mobile carrier has many people behind one. */
const mostInTenSeconds = 300;

/** A ticket is renewed this long before its end, in milliseconds. */
const renewBefore = 300_000;

/** Milliseconds in which WeChat is not asked again after it gave none: it would refuse every viewer of the page. */
const askAgainAfter = 30_000;

const input = v.object({
  url: v.pipe(text(1, 1024), v.regex(/^https?:\/\/[^\s]+$/, 'expected the address of the page')),
});

const output = v.object({
  appId: v.string(),
  nonceStr: v.string(),
  timestamp: moment,
  signature: v.string(),
});

export interface WeixinNeeds {
  config: Pick<Config, 'WECHAT_APPID' | 'WECHAT_SECRET' | 'WECHAT_ENDPOINT'>;
  database: Database;
  log: Log;
  random: (bytes: number) => Uint8Array;
}

/**
 * What `wx.config` needs on a share page. Out: `appId`, `nonceStr`, `timestamp` (epoch seconds), `signature`.
 * Fails with `notFound` without WECHAT_APPID, with `unavailable` when WeChat gives no ticket (the log says why), with
 * `tooMany` for an address that asks too often.
 */
export const weixinSignature = defineCommand({
  name: 'watch/weixinSignature',
  input,
  output,
  access: 'public',
  async run({ url }: v.InferOutput<typeof input>, { now, requestId, clientAddress }, needs: WeixinNeeds) {
    const { config, database, random } = needs;
    const { WECHAT_APPID: appId, WECHAT_SECRET: secret, WECHAT_ENDPOINT: endpoint } = config;
    if (appId === '' || secret === undefined)
      throw new Failure('notFound', 'WECHAT_APPID and WECHAT_SECRET are not set');
    await limitRequests(database, 'watch/weixinSignature', networkOf(clientAddress), mostInTenSeconds, now);
    const ticket = await jsapiTicket({ appId, secret: secret.reveal(), endpoint }, needs, now, requestId);
    const nonceStr = Buffer.from(random(8)).toString('hex');
    const timestamp = seconds(now);
    return { appId, nonceStr, timestamp, signature: weixinSign({ ticket, nonceStr, timestamp, url }) };
  },
});

async function jsapiTicket(
  account: Parameters<typeof fetchJsapiTicket>[0],
  { database, log }: WeixinNeeds,
  now: number,
  requestId: string,
): Promise<string> {
  const name = `jsapi:${account.appId}`;
  const kept = await readTicket(database, name, now + renewBefore);
  if (kept !== undefined) return kept;
  const failed = `${name}:failed`;
  if ((await readTicket(database, failed, now)) !== undefined) throw noTicket();
  try {
    const { ticket, expiresIn } = await fetchJsapiTicket(account);
    await keepTicket(database, name, ticket, now + expiresIn * 1000);
    return ticket;
  } catch (error) {
    if (!(error instanceof CloudUnavailable)) throw error;
    log('warn', 'WeChat gave no ticket', { requestId, error: error.message });
    await keepTicket(database, failed, '', now + askAgainAfter);
    throw noTicket();
  }
}

function noTicket(): Failure {
  return new Failure('unavailable', 'WeChat gave no ticket, try again later');
}
