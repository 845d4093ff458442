import { CloudUnavailable, requestJson } from './request';

/** Milliseconds for each of WeChat's two calls: both together stay below what an app waits. */
const timeout = 1_200;

/**
 * A new jsapi_ticket of the official account (WeChat documents "access_token" and "JS-SDK, appendix 1").
 * It lives `expiresIn` seconds and WeChat limits how many are made in a day: keep it.
 * @throws CloudUnavailable when WeChat does not answer or refuses; its code is in the message
 */
export async function fetchJsapiTicket(account: {
  endpoint: string;
  appId: string;
  secret: string;
}): Promise<{ ticket: string; expiresIn: number }> {
  const tokenUrl = new URL('/cgi-bin/token', account.endpoint);
  tokenUrl.search = new URLSearchParams({
    grant_type: 'client_credential',
    appid: account.appId,
    secret: account.secret,
  }).toString();
  const token = (await call(tokenUrl))['access_token'];
  if (typeof token !== 'string') throw new CloudUnavailable('WeChat gave no access_token');
  const ticketUrl = new URL('/cgi-bin/ticket/getticket', account.endpoint);
  ticketUrl.search = new URLSearchParams({ access_token: token, type: 'jsapi' }).toString();
  const { ticket, expires_in: expiresIn } = await call(ticketUrl);
  if (typeof ticket !== 'string' || ticket === '' || typeof expiresIn !== 'number') {
    throw new CloudUnavailable('WeChat gave no jsapi_ticket');
  }
  return { ticket, expiresIn };
}

async function call(url: URL): Promise<Record<string, unknown>> {
  const answer = await requestJson({ method: 'GET', url, timeout });
  const code = answer['errcode'];
  if (typeof code === 'number' && code !== 0)
    throw new CloudUnavailable(`WeChat refused with errcode ${code}`);
  return answer;
}
