/**
 * The IM REST API (console.tim.qq.com) as far as this product calls it: POST `/cloud/im/v4/<service>/<command>`, HTTP
 * 200 whatever happens, the outcome in ErrorCode. Accounts, groups and notices are kept in memory.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyUserSig } from '../../../shared/signing/userSig';
import { readBody } from './upload';

export interface ImApiOptions {
  readonly sdkAppId: number;
  readonly secretKey: string;
  /** The administrator; nobody may call without one. */
  readonly admin: string | undefined;
  readonly now: () => number;
}

export interface LocalGroup {
  readonly owner: string;
  readonly name: string;
  readonly members: ReadonlySet<string>;
}

export interface ImApi {
  serve(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void>;
  readonly accounts: ReadonlyMap<string, { readonly nickname: string; readonly headPic: string }>;
  readonly groups: ReadonlyMap<string, LocalGroup>;
  /** What was said to groups, oldest first; the latest 1000. */
  readonly notices: readonly { readonly groupId: string; readonly content: string }[];
}

type Body = Readonly<Record<string, unknown>>;

/** A refusal with IM's own code (document 269/1671). */
class ImRefusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const mostNotices = 1000;

export function openImApi(options: ImApiOptions): ImApi {
  const accounts = new Map<string, { nickname: string; headPic: string }>();
  const groups = new Map<string, LocalGroup>();
  const notices: { groupId: string; content: string }[] = [];
  const groupOf = (body: Body): LocalGroup => {
    const group = groups.get(textOf(body, 'GroupId'));
    if (group === undefined) throw new ImRefusal(10010, 'the group does not exist');
    return group;
  };
  const commands = new Map<string, (body: Body) => Body>([
    [
      'im_open_login_svc/account_import',
      (body) => {
        const userId = textOf(body, 'UserID', 70402);
        if (Buffer.byteLength(userId) > 32) throw new ImRefusal(70402, 'UserID is longer than 32 bytes');
        accounts.set(userId, {
          nickname: textOf(body, 'Nick', 70402, ''),
          headPic: textOf(body, 'FaceUrl', 70402, ''),
        });
        return {};
      },
    ],
    ['group_open_http_svc/create_group', (body) => createGroup(groups, body)],
    [
      'group_open_http_svc/destroy_group',
      (body) => {
        groupOf(body);
        groups.delete(textOf(body, 'GroupId'));
        return {};
      },
    ],
    [
      'group_open_http_svc/send_group_system_notification',
      (body) => {
        groupOf(body);
        notices.push({ groupId: textOf(body, 'GroupId'), content: textOf(body, 'Content') });
        if (notices.length > mostNotices) notices.shift();
        return {};
      },
    ],
    [
      'group_open_http_svc/get_online_member_num',
      (body) => ({ OnlineMemberNum: groupOf(body).members.size }),
    ],
  ]);
  return {
    accounts,
    groups,
    notices,
    async serve(req, res, path, query) {
      const body = await readBody(req);
      const command = commands.get(path.slice(path.indexOf('/v4/') + '/v4/'.length));
      answer(res, () => {
        checkCall(options, req, query);
        if (command === undefined) throw new ImRefusal(60009, 'the local cloud has no such command');
        return command(jsonObject(body));
      });
    },
  };
}

function createGroup(groups: Map<string, LocalGroup>, body: Body): Body {
  const [groupId, owner] = [textOf(body, 'GroupId'), textOf(body, 'Owner_Account')];
  const name = textOf(body, 'Name');
  if (textOf(body, 'Type') !== 'AVChatRoom') throw new ImRefusal(10004, 'only AVChatRoom is supported here');
  if (!/^[\x21-\x7e]{1,48}$/.test(groupId) || groupId.startsWith('@TGS#'))
    throw new ImRefusal(10004, 'GroupId: 1 to 48 printable ASCII characters, not beginning with @TGS#');
  if (Buffer.byteLength(name) > 30) throw new ImRefusal(10004, 'Name is longer than 30 bytes');
  const existing = groups.get(groupId);
  if (existing !== undefined)
    throw existing.owner === owner
      ? new ImRefusal(10025, 'the group is yours already')
      : new ImRefusal(10021, 'the group id is in use');
  groups.set(groupId, { owner, name, members: new Set([owner]) });
  return { GroupId: groupId };
}

/** The administrator's UserSig in the query is what lets a call in. */
function checkCall(options: ImApiOptions, req: IncomingMessage, query: URLSearchParams): void {
  if (req.method !== 'POST') throw new ImRefusal(60003, 'only POST is supported');
  if (query.get('sdkappid') !== String(options.sdkAppId))
    throw new ImRefusal(60006, 'sdkappid is not known here');
  const admin = query.get('identifier') ?? '';
  const check = verifyUserSig({
    sdkAppId: options.sdkAppId,
    key: options.secretKey,
    userSig: query.get('usersig') ?? undefined,
    userId: admin,
    now: Math.floor(options.now() / 1000),
  });
  if (!check.ok) throw new ImRefusal(sigCodes[check.reason], `usersig is not accepted: ${check.reason}`);
  if (options.admin === undefined || admin !== options.admin)
    throw new ImRefusal(60008, 'identifier is not an administrator');
  if (!/^\d{1,10}$/.test(query.get('random') ?? '')) throw new ImRefusal(60010, 'random: expected a number');
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

function textOf(body: Body, name: string, code = 10004, fallback?: string): string {
  const value = body[name] ?? fallback;
  if (typeof value !== 'string' || (value === '' && fallback === undefined))
    throw new ImRefusal(code, `${name}: expected text`);
  return value;
}

function jsonObject(body: Buffer | 'tooLarge'): Body {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls through to the refusal.
  }
  throw new ImRefusal(60003, 'the body is not a JSON object');
}

function answer(res: ServerResponse, work: () => Body): void {
  let said: Body;
  try {
    said = { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '', ...work() };
  } catch (error) {
    if (!(error instanceof ImRefusal)) throw error;
    said = { ActionStatus: 'FAIL', ErrorCode: error.code, ErrorInfo: error.message };
  }
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
  res.end(JSON.stringify(said));
}
