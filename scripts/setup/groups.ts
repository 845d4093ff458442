import type { Words } from '../language';
import type { KnownName } from '../settingGuide';

/** Settings that are asked for together. */
export interface Group {
  title: Words;
  /** What it is good for, and where to begin. */
  about: Words;
  /** Without it nothing works; any other may be skipped whole. */
  needed: boolean;
  names: readonly KnownName[];
}

/** Every setting that is worth asking for, in the order in which an account is set up. */
export const groups: readonly Group[] = [
  {
    title: { en: 'Deployment', zh: '部署' },
    about: {
      en: 'The key with which functions are deployed, and the network of the database. Make a sub-user for it; npm run doctor -- --policies prints its policy.',
      zh: '部署云函数所用的密钥，以及数据库所在的网络。请为它新建一个子用户；npm run doctor -- --policies 会打印所需策略。',
    },
    needed: true,
    names: ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENT_REGION', 'VPC_ID', 'SUBNET_ID'],
  },
  {
    title: { en: 'Database and secrets', zh: '数据库与密钥' },
    about: {
      en: 'A database in TencentDB for MySQL, and two secrets of your own.',
      zh: '云数据库 MySQL 中的一个库，以及两个自己的密钥。',
    },
    needed: true,
    names: ['DATABASE_URL', 'TOKEN_SECRET', 'ADMIN_TOKEN'],
  },
  {
    title: { en: 'Live', zh: '云直播' },
    about: {
      en: 'The push and playback domains, and the keys that sign their URLs.',
      zh: '推流域名、播放域名及其鉴权 KEY。',
    },
    needed: true,
    names: [
      'LIVE_BIZID',
      'LIVE_PUSH_DOMAIN',
      'LIVE_PUSH_KEY',
      'LIVE_PLAY_DOMAIN',
      'LIVE_PLAY_KEY',
      'LIVE_CALLBACK_KEY',
    ],
  },
  {
    title: { en: 'COS', zh: '对象存储' },
    about: {
      en: 'A bucket for covers and profile pictures, and a sub-user who may only upload there.',
      zh: '存放封面与头像的存储桶，以及只能上传到该桶的子用户。',
    },
    needed: true,
    names: ['COS_APPID', 'COS_BUCKET', 'COS_REGION', 'COS_SECRET_ID', 'COS_SECRET_KEY'],
  },
  {
    title: { en: 'VOD', zh: '云点播' },
    about: {
      en: 'A sub-user who may only upload videos.',
      zh: '只能上传视频的子用户。',
    },
    needed: true,
    names: ['VOD_SECRET_ID', 'VOD_SECRET_KEY'],
  },
  {
    title: { en: 'IM', zh: '即时通信' },
    about: { en: 'The IM application that apps log in to.', zh: '客户端登录的即时通信 IM 应用。' },
    needed: true,
    names: ['IM_SDKAPPID', 'IM_SECRET_KEY'],
  },
  {
    title: { en: 'Live control', zh: '直播控制' },
    about: {
      en: 'Stream mixing, cutting of forbidden lives, and the sweep that ends ghost lives: an execution role, or a key.',
      zh: '混流、切断被禁直播、清理失联直播：填写运行角色，或一把密钥。',
    },
    needed: false,
    names: ['EXECUTION_ROLE', 'TENCENT_SECRET_ID', 'TENCENT_SECRET_KEY'],
  },
  {
    title: { en: 'Rooms in IM', zh: 'IM 房间' },
    about: {
      en: 'The backend creates and closes chat rooms, and hears from IM who came and went.',
      zh: '由后台创建、解散聊天室，并由 IM 告知成员进出。',
    },
    needed: false,
    names: ['IM_ADMIN', 'IM_CALLBACK_TOKEN'],
  },
  {
    title: { en: 'A domain of your own', zh: '自有域名' },
    about: {
      en: 'One address for apps that stays when the deployment changes.',
      zh: '给客户端一个不随部署变化的地址。',
    },
    needed: false,
    names: ['PUBLIC_DOMAIN', 'CERTIFICATE_ID', 'PUBLIC_URL'],
  },
  {
    title: { en: 'Old apps', zh: '老版本 App' },
    about: {
      en: 'Whether unmodified apps of 2016 to 2018 are let in, and what they must show.',
      zh: '是否接受 2016 至 2018 年未改动的客户端，以及如何准入。',
    },
    needed: false,
    names: ['V1_ACCESS'],
  },
  {
    title: { en: 'Recordings and replays', zh: '录制与回放' },
    about: {
      en: 'What is recorded, what is listed, and what happens to uploaded videos.',
      zh: '录制什么、列出什么，以及上传的视频如何处理。',
    },
    needed: false,
    names: ['LIVE_RECORD', 'REPLAY_MIN_SECONDS', 'REPLAY_WINDOW_DAYS', 'VOD_PROCEDURE', 'VOD_SUB_APPID'],
  },
  {
    title: { en: 'WeChat share card', zh: '微信分享卡片' },
    about: {
      en: 'Shared pages show a card in WeChat: the official account that signs it.',
      zh: '分享页在微信中显示卡片：填写用于签名的公众号。',
    },
    needed: false,
    names: ['WECHAT_APPID', 'WECHAT_SECRET', 'WECHAT_VERIFY'],
  },
  {
    title: { en: 'Fine tuning', zh: '细节' },
    about: { en: 'The defaults are good.', zh: '默认值即可。' },
    needed: false,
    names: [
      'LIVE_APP_NAME',
      'LIVE_URL_TTL',
      'IM_USERSIG_TTL',
      'MEDIA_HOSTS',
      'WATCH_GUESTS',
      'SCF_NAMESPACE',
      'LOG_LEVEL',
    ],
  },
];

/** Not asked for: for accounts outside of mainland China, for `npm start`, for a key that is being changed. They are kept. */
export const seldomNames: readonly KnownName[] = [
  'TENCENTCLOUD_SECURITY_TOKEN',
  'LIVE_APPID',
  'LIVE_CALLBACK_KEY_PREVIOUS',
  'IM_ENDPOINT',
  'IM_CHAT_ENDPOINT',
  'WECHAT_ENDPOINT',
  'TENCENT_LIVE_ENDPOINT',
];
