import type { Failure } from './errors';

/** What an SCF function returns for HTTP (document 583/96099): always these four. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: false;
}

/**
 * Headers every answer has. `no-store` and the absence of validators matter: the HTTP cache of the old Android app
 * is keyed by the URL alone and would answer every action from one cached body (protocol.md 2.3).
 */
const commonHeaders = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*',
};

export function jsonResponse(
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    statusCode,
    headers: { ...commonHeaders, ...headers },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}

/** The native envelope of a success. */
export function success(returnData: unknown, requestId: string): HttpResponse {
  return jsonResponse(200, { returnValue: 0, returnMsg: 'ok', returnData, requestId });
}

/** The native envelope of a failure. */
export function failed(failure: Failure, requestId: string): HttpResponse {
  const retry: Record<string, string> =
    failure.code === 'tooMany' || failure.code === 'unavailable' ? { 'Retry-After': '1' } : {};
  const body = { returnValue: failure.returnValue, returnMsg: failure.message, returnData: {}, requestId };
  return jsonResponse(failure.status, body, retry);
}

/** The answer to a browser's CORS preflight. */
export function preflight(): HttpResponse {
  return jsonResponse(
    200,
    {},
    {
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': '600',
    },
  );
}
