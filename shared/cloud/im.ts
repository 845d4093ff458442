import { clock, seconds } from '../clock';
import type { Config } from '../config';
import { makeUserSig } from '../signing/userSig';
import { CloudUnavailable, requestJson } from './request';
import { CloudError } from './tencentApi';

/** The settings that {@link imCloud} reads, for readConfig. */
export const imCloudSettings = ['IM_SDKAPPID', 'IM_SECRET_KEY', 'IM_ADMIN', 'IM_ENDPOINT'] as const;

export type ImCloudConfig = Pick<Config, (typeof imCloudSettings)[number]>;

/**
 * Calls of the IM REST API (document 269/1519 and following; signing.md 5.2). Each is one try within `limitMs` (1.5 s
 * unless given) and throws CloudError, whose `refusal` is IM's error code in digits.
 */
export interface ImCloud {
  /** Whether IM_ADMIN is set: without it nothing is called and everything else works. */
  configured(): boolean;
  /** Makes the account known to IM with the name and picture that others see. Again is a success. */
  importAccount(
    account: { userId: string; nickname: string; headPic: string },
    limitMs?: number,
  ): Promise<void>;
  /** Makes a live room (AVChatRoom). One that its owner or the administrator already has is a success. */
  createGroup(group: { groupId: string; name: string; ownerId: string }, limitMs?: number): Promise<void>;
  /** Closes a room. One that does not exist is a success. */
  destroyGroup(groupId: string, limitMs?: number): Promise<void>;
  /** Says something to everybody in a room. A room that does not exist has nobody to tell: a success. */
  notifyGroup(groupId: string, content: string, limitMs?: number): Promise<void>;
  /** How many are in a room, as IM counts them every 10 s. */
  onlineMembers(groupId: string, limitMs?: number): Promise<number>;
}

const defaultLimitMs = 1_500;

/** Seconds an administrator's UserSig lives, and how many of them must be left for one more call. */
const adminSigLife = 3_600;
const adminSigReserve = 300;

/** IM's own codes (document 269/1671). */
const alreadyYours = 10025;
const noSuchGroup = 10010;

/** A longer room name would be refused. */
const mostNameBytes = 30;

/** @param random any random bytes: the API wants a random number with each call */
export function imCloud(config: ImCloudConfig, random: (bytes: number) => Uint8Array): ImCloud {
  const adminSig = keptAdminSig(config);
  const call = async (
    command: string,
    body: Record<string, unknown>,
    limitMs = defaultLimitMs,
    successes: readonly number[] = [],
  ) => {
    if (config.IM_ADMIN === undefined)
      throw new CloudError('notConfigured', `${nameOf(command)}: IM_ADMIN is not set`);
    const url = new URL(`${config.IM_ENDPOINT}/v4/${command}`);
    url.search = new URLSearchParams({
      sdkappid: String(config.IM_SDKAPPID),
      identifier: config.IM_ADMIN,
      usersig: adminSig(config.IM_ADMIN, seconds(clock())),
      random: String(Buffer.from(random(4)).readUInt32BE()),
      contenttype: 'json',
    }).toString();
    return post(command, url, body, limitMs, successes);
  };
  return {
    configured: () => config.IM_ADMIN !== undefined,
    async importAccount({ userId, nickname, headPic }, limitMs) {
      const account = { UserID: userId, Nick: nickname, FaceUrl: headPic };
      await call('im_open_login_svc/account_import', account, limitMs);
    },
    async createGroup({ groupId, name, ownerId }, limitMs) {
      const group = {
        Type: 'AVChatRoom',
        GroupId: groupId,
        Owner_Account: ownerId,
        Name: cutToBytes(name || groupId),
      };
      await call('group_open_http_svc/create_group', group, limitMs, [alreadyYours]);
    },
    async destroyGroup(GroupId, limitMs) {
      await call('group_open_http_svc/destroy_group', { GroupId }, limitMs, [noSuchGroup]);
    },
    async notifyGroup(GroupId, Content, limitMs) {
      const notice = { GroupId, Content };
      await call('group_open_http_svc/send_group_system_notification', notice, limitMs, [noSuchGroup]);
    },
    async onlineMembers(GroupId, limitMs) {
      const { OnlineMemberNum: count } = await call(
        'group_open_http_svc/get_online_member_num',
        { GroupId },
        limitMs,
      );
      if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
      throw new CloudError('unavailable', 'get_online_member_num: the answer is not readable');
    },
  };
}

/** One UserSig serves the calls of an instance for most of an hour: to sign costs more than to look at the clock. */
function keptAdminSig(config: ImCloudConfig): (admin: string, now: number) => string {
  let kept = { text: '', from: 0, until: 0 };
  return (admin, now) => {
    if (now < kept.from || now > kept.until) {
      const key = config.IM_SECRET_KEY.reveal();
      const text = makeUserSig({
        sdkAppId: config.IM_SDKAPPID,
        key,
        userId: admin,
        now,
        expire: adminSigLife,
      });
      kept = { text, from: now, until: now + adminSigLife - adminSigReserve };
    }
    return kept.text;
  };
}

async function post(
  command: string,
  url: URL,
  body: Record<string, unknown>,
  limitMs: number,
  successes: readonly number[],
): Promise<Record<string, unknown>> {
  const name = nameOf(command);
  const headers = { 'content-type': 'application/json' };
  const call = {
    method: 'POST' as const,
    url,
    headers,
    body: JSON.stringify(body),
    timeout: Math.max(1, limitMs),
  };
  const answer = await requestJson(call).catch((error: unknown) => {
    // The message names the host and the reason, never the URL, which holds the UserSig.
    const reason = error instanceof CloudUnavailable ? error.message : 'no connection';
    throw new CloudError('unavailable', `${name}: ${reason}`, '', { cause: error });
  });
  const { ActionStatus: status, ErrorCode: code } = answer;
  if (typeof code !== 'number' || !Number.isInteger(code) || (status !== 'OK' && status !== 'FAIL'))
    throw new CloudError('unavailable', `${name}: the answer is not readable`);
  if (code !== 0 && !successes.includes(code))
    throw new CloudError('refused', `${name}: ${code}`, String(code));
  return answer;
}

function nameOf(command: string): string {
  return command.slice(command.indexOf('/') + 1);
}

/** As much of a text as fits, without half a character. */
function cutToBytes(text: string): string {
  let cut = '';
  for (const character of text) {
    if (Buffer.byteLength(cut + character) > mostNameBytes) break;
    cut += character;
  }
  return cut;
}
