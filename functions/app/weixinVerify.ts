import type { Config } from '../../shared/config';
import type { HttpResponse } from '../../shared/http/response';

/**
 * The file by which WeChat sees that a domain belongs to an official account (its JS interface security domain): at the
 * root of the domain, named for a code, with that code in it.
 * @returns undefined when the path is not that of the file, or WECHAT_VERIFY is not set
 */
export function weixinVerifyFile(
  path: string,
  { WECHAT_VERIFY: code }: Pick<Config, 'WECHAT_VERIFY'>,
): HttpResponse | undefined {
  if (code === '' || path !== `/MP_verify_${code}.txt`) return undefined;
  return {
    statusCode: 200,
    headers: {
      'Content-Type': 'text/plain',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
    body: code,
    isBase64Encoded: false,
  };
}
