import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Stands in for api.weixin.qq.com as far as a share page needs it: an access_token for the account's AppID and secret,
 * and a jsapi_ticket for that token. Refuses what WeChat refuses, with its codes.
 */
export async function serveWechat(
  _req: IncomingMessage,
  res: ServerResponse,
  path: string,
  query: URLSearchParams,
  account: { readonly appId: string; readonly secret: string },
): Promise<void> {
  const token = `localonlytoken${account.appId}`;
  const answer = (body: object) => {
    res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
    res.end(JSON.stringify(body));
  };
  if (path === '/cgi-bin/token') {
    if (query.get('appid') !== account.appId) return answer({ errcode: 40013, errmsg: 'invalid appid' });
    if (query.get('secret') !== account.secret)
      return answer({ errcode: 40125, errmsg: 'invalid appsecret' });
    return answer({ access_token: token, expires_in: 7200 });
  }
  if (path === '/cgi-bin/ticket/getticket') {
    if (query.get('access_token') !== token) return answer({ errcode: 40001, errmsg: 'invalid credential' });
    return answer({ errcode: 0, errmsg: 'ok', ticket: `localonlyticket${account.appId}`, expires_in: 7200 });
  }
  answer({ errcode: 40066, errmsg: 'invalid url' });
}
