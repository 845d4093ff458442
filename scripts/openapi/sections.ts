import type { CommandName } from './commands';
import type { Text } from './words';

/** What stands before everything else. */
export const introduction: Text = {
  en: 'The backend of the Xiaozhibo (Mini LVB) live-broadcast app: accounts, lives and replays, rooms, likes, link-mic, uploads, IM and moderation. JSON in, one envelope out: `returnValue` 0 with `returnData`, or another `returnValue` with a `returnMsg` that names what was wrong. Members that this document does not name may be added to answers. Times are epoch seconds.',
  zh: '小直播（Mini LVB）App 的后台：账号、直播与回放、房间、点赞、连麦、上传、IM 和运营管控。请求是 JSON，回答统一为一个信封：`returnValue` 为 0 时看 `returnData`，否则 `returnMsg` 说明哪里有误。回答中今后可能增加本文档未列出的字段。时间均为 Unix 秒。',
};

interface Section {
  name: string;
  /** How the names of its commands begin. */
  begins: readonly string[];
  title: Text;
  about: Text;
}

/** Groups of commands, in the order in which they are shown. */
export const sections: readonly Section[] = [
  {
    name: 'account',
    begins: ['account/'],
    title: { en: 'Accounts', zh: '账号' },
    about: {
      en: 'Short access tokens and rotating refresh tokens.',
      zh: '短效访问令牌与轮换的刷新令牌。',
    },
  },
  {
    name: 'live',
    begins: ['getPushUrl', 'getLiveList', 'getVodList', 'room/status'],
    title: { en: 'Lives and replays', zh: '直播与回放' },
    about: { en: 'Going live and the lists.', zh: '开播与列表。' },
  },
  {
    name: 'room',
    begins: ['room/'],
    title: { en: 'Rooms', zh: '房间' },
    about: {
      en: 'Who watches a live, a replay or a short video, and likes. A room is named by streamId or by fileId.',
      zh: '谁在看直播、回放或小视频，以及点赞。用 streamId 或 fileId 指定房间。',
    },
  },
  {
    name: 'upload',
    begins: ['uploadSig', 'imSig'],
    title: { en: 'Uploads and IM', zh: '上传与 IM' },
    about: { en: 'Signatures for COS, VOD and IM.', zh: 'COS、VOD 和 IM 的签名。' },
  },
  {
    name: 'linkMic',
    begins: ['linkMic/'],
    title: { en: 'Link-mic', zh: '连麦' },
    about: { en: 'Guests in the picture of a host.', zh: '小主播与主播同屏。' },
  },
  {
    name: 'video',
    begins: ['video/'],
    title: { en: 'Short videos', zh: '小视频' },
    about: { en: 'Videos that users uploaded to VOD.', zh: '用户上传到 VOD 的视频。' },
  },
  {
    name: 'watch',
    begins: ['watch/'],
    title: { en: 'Share page', zh: '分享页' },
    about: { en: 'What a page in a browser needs.', zh: '浏览器页面所需。' },
  },
  {
    name: 'moderation',
    begins: ['moderation/', 'reconcile'],
    title: { en: 'Moderation and operation', zh: '运营管控' },
    about: { en: 'For operators; reports by users.', zh: '供运营使用；以及用户举报。' },
  },
  {
    name: 'cloud',
    begins: [],
    title: { en: 'Called by the cloud', zh: '由云端调用' },
    about: {
      en: 'Notices of the live service and of IM, signed; and whether the gateway is up.',
      zh: '云直播和 IM 的带签名通知，以及网关是否可用。',
    },
  },
];

/** @throws Error for a command that no section has */
export function sectionOf(name: CommandName): string {
  const found = sections.find(({ begins }) => begins.some((begin) => name.startsWith(begin)));
  if (found === undefined) throw new Error(`scripts/openapi/sections.ts: no section for ${name}`);
  return found.name;
}
