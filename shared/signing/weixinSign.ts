import { requireText } from './argument';
import { digest } from './digest';

/**
 * The signature of WeChat's JS-SDK configuration: lower-case hex SHA-1 over ticket, nonce, time and the page's address.
 *
 * url: the page's address without its fragment. timestamp: Unix seconds.
 * Throws TypeError naming the argument that is not usable. Source: WeChat document "JS-SDK", appendix 1.
 */
export function weixinSign({
  ticket,
  nonceStr,
  timestamp,
  url,
}: {
  ticket: string;
  nonceStr: string;
  timestamp: number;
  url: string;
}): string {
  requireText('ticket', ticket);
  requireText('url', url);
  const page = url.replace(/#.*$/s, '');
  return digest('sha1', `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${page}`);
}
