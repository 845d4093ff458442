/**
 * Stands in for IM's groups, for pages that would use the IM web SDK (functions/watch/page/chatStandIn.ts):
 * `GET  /cloud/im/chat/events?sdkAppId&userId&userSig&groupId[&nickName&headPic]` joins, and brings server-sent events:
 * `joined` with the name of the connection, then each message of the others; the connection's end is leaving.
 * `POST /cloud/im/chat/messages` `{"member": name of the connection, "message": {userAction, nickName, headPic, msg}}`.
 * Who speaks is who has joined: a user id in a message counts for nothing.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { ChatMessage } from '../../../functions/watch/page/chatMessage';
import { verifyUserSig } from '../../../shared/signing/userSig';
import { chatGroups, type ChatGroups, type ChatLimits, type Member } from './chatGroups';
import { cors, sendText } from './reply';

export interface ChatServiceOptions {
  readonly sdkAppId: number;
  readonly secretKey: string;
  /** Milliseconds. */
  readonly now: () => number;
  /** Between two signs of life on an open connection; 15 s unless given. */
  readonly beatMs?: number;
  readonly limits?: ChatLimits;
}

export interface ChatService {
  serve(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void>;
  usersOf(groupId: string): string[];
  /** Ends every connection. */
  close(): void;
}

/** Of a POST; a comment is far smaller. */
const maxBodyBytes = 8 * 1024;
/** What may lie in the way to a slow reader before it is cut off. */
const maxBacklogBytes = 256 * 1024;

const oneLine = (most: number) => v.pipe(v.string(), v.maxLength(most), v.regex(/^[^\p{Cc}]*$/u));
const joining = v.object({
  sdkAppId: v.string(),
  userId: v.pipe(oneLine(64), v.minLength(1)),
  userSig: v.string(),
  groupId: v.pipe(oneLine(128), v.minLength(1)),
  nickName: v.optional(oneLine(64), ''),
  headPic: v.optional(oneLine(512), ''),
});
const saying = v.object({
  member: v.string(),
  message: v.object({
    userAction: v.picklist([1, 4, 5], 'expected 1 (comment), 4 (like) or 5 (danmu)'),
    nickName: v.optional(oneLine(64), ''),
    headPic: v.optional(oneLine(512), ''),
    msg: v.optional(v.pipe(v.string(), v.maxLength(500)), ''),
  }),
});

export function openChatService(options: ChatServiceOptions): ChatService {
  const groups = chatGroups(options.now, options.limits);
  return {
    async serve(req, res, path, query) {
      const asked = path.slice(path.lastIndexOf('/'));
      if (req.method === 'OPTIONS') {
        res.writeHead(204, cors);
        res.end();
      } else if (req.method === 'GET' && asked === '/events') {
        join(options, groups, res, query);
      } else if (req.method === 'POST' && asked === '/messages') {
        await say(groups, req, res);
      } else {
        sendText(res, 404, 'the chat has GET /cloud/im/chat/events and POST /cloud/im/chat/messages');
      }
    },
    usersOf: (groupId) => groups.usersOf(groupId),
    close() {
      for (const member of groups.all()) member.end();
    },
  };
}

function join(
  options: ChatServiceOptions,
  groups: ChatGroups,
  res: ServerResponse,
  query: URLSearchParams,
): void {
  const asked = v.safeParse(joining, Object.fromEntries(query));
  if (!asked.success) return sendText(res, 400, problemOf(asked.issues));
  const { userId, userSig, sdkAppId, groupId, nickName, headPic } = asked.output;
  const check = verifyUserSig({
    sdkAppId: options.sdkAppId,
    key: options.secretKey,
    userSig,
    userId,
    now: Math.floor(options.now() / 1000),
  });
  if (sdkAppId !== String(options.sdkAppId)) return sendText(res, 403, 'sdkAppId is not known here');
  if (!check.ok) return sendText(res, 403, `userSig is not accepted: ${check.reason}`);
  const member: Member = {
    id: randomBytes(16).toString('hex'),
    ...{ groupId, userId, nickName, headPic },
    deliver: (message) => write(res, `data: ${JSON.stringify(message)}\n\n`),
    end: () => res.destroy(),
  };
  const refused = groups.join(member);
  if (refused !== undefined) return sendText(res, 429, refused);
  res.writeHead(200, { ...cors, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  write(res, `retry: 1000\nevent: joined\ndata: ${member.id}\n\n`);
  const beat = setInterval(() => {
    // A UserSig that has run out is refused at the next connection, which the browser makes by itself.
    if (options.now() / 1000 > check.expiresAt || !write(res, ': beat\n\n')) member.end();
  }, options.beatMs ?? 15_000);
  res.on('close', () => {
    clearInterval(beat);
    groups.leave(member);
  });
}

/** Out: false when the reader is too far behind. */
function write(res: ServerResponse, text: string): boolean {
  if (res.destroyed || res.writableLength > maxBacklogBytes) return false;
  res.write(text);
  return true;
}

async function say(groups: ChatGroups, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await readSmall(req);
  if (body === undefined) return sendText(res, 413, `a message may have ${maxBodyBytes} bytes`);
  const said = v.safeParse(saying, parsed(body));
  if (!said.success) return sendText(res, 400, problemOf(said.issues));
  const sender = groups.find(said.output.member);
  if (sender === undefined) return sendText(res, 403, 'member: this connection has left the group');
  const message: Omit<ChatMessage, 'userId'> = said.output.message;
  if (!groups.say(sender, message)) return sendText(res, 429, 'too many messages, wait a little');
  res.writeHead(204, cors);
  res.end();
}

function problemOf([issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return `${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Out: undefined as soon as it is too large. Rejects when it breaks off. */
async function readSmall(req: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const chunks: AsyncIterable<Buffer> = req.iterator({ destroyOnReturn: false });
  for await (const part of chunks) {
    bytes += part.length;
    if (bytes > maxBodyBytes) {
      req.resume();
      return undefined;
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
