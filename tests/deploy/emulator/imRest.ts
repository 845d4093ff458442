import { verifyUserSig } from '../../../shared/signing/userSig';
import type { HttpService } from './startEmulator';

/** An application of IM. */
export interface ImApplication {
  sdkAppId: number;
  secretKey: string;
  admins: string[];
  accounts: string[];
}

/** The codes with which IM refuses a UserSig (signing.md 5.1). */
const sigCodes = {
  missing: 70003,
  malformed: 70003,
  wrong: 70009,
  otherApp: 70014,
  otherUser: 70013,
  expired: 70001,
} as const;

/** The REST API of IM in mainland China: account_check for administrators. HTTP 200 whatever it says. */
export function imService(application: ImApplication): HttpService {
  return {
    hosts: ['console.tim.qq.com'],
    takes: (host) => host === 'console.tim.qq.com',
    serve: async (_host, req, res, body) => {
      const { pathname, searchParams } = new URL(req.url ?? '/', 'https://console.tim.qq.com');
      const said = answer(application, pathname, searchParams, body);
      res.writeHead(200, { 'Content-Type': 'application/json' });
      res.end(JSON.stringify(said));
    },
  };
}

function answer(
  { sdkAppId, secretKey, admins, accounts }: ImApplication,
  path: string,
  query: URLSearchParams,
  body: Buffer,
): object {
  const refuse = (ErrorCode: number): object => ({ ActionStatus: 'FAIL', ErrorCode, ErrorInfo: 'refused' });
  if (query.get('sdkappid') !== String(sdkAppId)) return refuse(60006);
  const identifier = query.get('identifier') ?? '';
  const check = verifyUserSig({
    sdkAppId,
    key: secretKey,
    userSig: query.get('usersig'),
    userId: identifier,
    now: Math.floor(Date.now() / 1000),
  });
  if (!check.ok) return refuse(sigCodes[check.reason]);
  if (!admins.includes(identifier)) return refuse(70403);
  if (path !== '/v4/im_open_login_svc/account_check') return refuse(60009);
  const asked = /"UserID":"([^"]*)"/.exec(body.toString('utf8'))?.[1] ?? '';
  const AccountStatus = accounts.includes(asked) ? 'Imported' : 'NotImported';
  const item = { UserID: asked, ResultCode: 0, ResultInfo: '', AccountStatus };
  return { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '', ResultItem: [item] };
}
