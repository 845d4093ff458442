import { deleteAccount } from '../../functions/account/deleteAccount';
import { login } from '../../functions/account/login';
import { logout } from '../../functions/account/logout';
import { profile } from '../../functions/account/profile';
import { refresh } from '../../functions/account/refresh';
import { register } from '../../functions/account/register';
import { updateProfile } from '../../functions/account/updateProfile';
import { getLiveList } from '../../functions/getLiveList/getLiveList';
import { getPushUrl } from '../../functions/getPushUrl/getPushUrl';
import { getVodList } from '../../functions/getVodList/getVodList';
import { imSig } from '../../functions/imSig/imSig';
import { guestPushUrl } from '../../functions/linkMic/guestPushUrl';
import { mergeStreams } from '../../functions/linkMic/mergeStreams';
import { signedPlayUrl } from '../../functions/linkMic/signedPlayUrl';
import { forbidUser } from '../../functions/moderation/forbidUser';
import { listLives } from '../../functions/moderation/listLives';
import { listReports } from '../../functions/moderation/listReports';
import { reportUser } from '../../functions/moderation/reportUser';
import { stopLive } from '../../functions/moderation/stopLive';
import { reconcile } from '../../functions/reconcile/reconcile';
import { changeStatus } from '../../functions/room/changeStatus';
import { enter } from '../../functions/room/enter';
import { info } from '../../functions/room/info';
import { like } from '../../functions/room/like';
import { members } from '../../functions/room/members';
import { quit } from '../../functions/room/quit';
import { uploadSig } from '../../functions/uploadSig/uploadSig';
import { list } from '../../functions/video/list';
import { publish } from '../../functions/video/publish';
import { guest } from '../../functions/watch/guest';
import { weixinSignature } from '../../functions/watch/weixinSignature';
import type { Access, InputSchema, OutputSchema } from '../../shared/command';

/** What the description needs of a command. */
interface Described {
  name: string;
  input: InputSchema;
  output: OutputSchema;
  access: Access;
}

/** Every command by its name, in the order in which an app developer meets them. */
export const commands = {
  'account/register': register,
  'account/login': login,
  'account/refresh': refresh,
  'account/logout': logout,
  'account/profile': profile,
  'account/updateProfile': updateProfile,
  'account/delete': deleteAccount,
  getPushUrl,
  getLiveList,
  getVodList,
  'room/info': info,
  'room/enter': enter,
  'room/quit': quit,
  'room/members': members,
  'room/like': like,
  'room/status': changeStatus,
  uploadSig,
  imSig,
  'linkMic/guestPushUrl': guestPushUrl,
  'linkMic/signedPlayUrl': signedPlayUrl,
  'linkMic/mergeStreams': mergeStreams,
  'video/publish': publish,
  'video/list': list,
  'watch/guest': guest,
  'watch/weixinSignature': weixinSignature,
  'moderation/reportUser': reportUser,
  'moderation/stopLive': stopLive,
  'moderation/forbidUser': forbidUser,
  'moderation/listLives': listLives,
  'moderation/listReports': listReports,
  reconcile,
} satisfies Record<string, Described>;

export type CommandName = keyof typeof commands;

/** Those that take GET as well, with their input in the query. */
export const byGet: ReadonlySet<CommandName> = new Set([
  'getLiveList',
  'getVodList',
  'room/info',
  'video/list',
  'watch/weixinSignature',
] as const);

export function commandNames(): CommandName[] {
  return Object.keys(commands).filter((name): name is CommandName => name in commands);
}

/** The command that a function serves at a path. */
export function commandAt(path: string): CommandName | undefined {
  return commandNames().find((name) => path === `/${name}`);
}
