import type { SettingName } from '../shared/config';
import type { DeploySettingName } from './deploy/settings';
import type { Words } from './language';

export type KnownName = SettingName | DeploySettingName;

/** What a deployer is told about one variable. The English place and form are those of the settings' own tables. */
export interface Guide {
  /** What it is for, in a few words. */
  what: Words;
  /** Where it is found, and what it looks like, in Chinese. */
  where: string;
  expected: string;
  /** The console's page. */
  link?: string;
  /** It is a random text of one's own: how many bytes to make it of. */
  make?: number;
}

const console = 'https://console.cloud.tencent.com';
const keys = `${console}/cam/capi`;
const ownChoice = '自行决定';

/** Every variable, by name. Several are better left out; those stand here for the doctor only. */
export const settingGuide: Partial<Record<KnownName, Guide>> = {
  TENCENTCLOUD_SECRET_ID: {
    what: { en: 'SecretId of the sub-user who deploys', zh: '部署用子用户的 SecretId' },
    where: '访问管理控制台 → 访问密钥 → API 密钥管理',
    expected: '部署用子用户的 SecretId',
    link: keys,
  },
  TENCENTCLOUD_SECRET_KEY: {
    what: { en: 'SecretKey of the sub-user who deploys', zh: '部署用子用户的 SecretKey' },
    where: '访问管理控制台 → 访问密钥，与 TENCENTCLOUD_SECRET_ID 同一行',
    expected: '与 TENCENTCLOUD_SECRET_ID 成对的 SecretKey',
    link: keys,
  },
  TENCENTCLOUD_SECURITY_TOKEN: {
    what: { en: 'token of a temporary key; none for a lasting one', zh: '临时密钥的 Token；长期密钥留空' },
    where: '仅使用 STS 临时密钥时填写',
    expected: '随临时密钥一起下发的 Token',
  },
  TENCENT_REGION: {
    what: { en: 'region of the functions and the database', zh: '云函数与数据库所在的地域' },
    where: '与数据库同一地域，例如 ap-guangzhou',
    expected: '地域名，例如 ap-guangzhou',
  },
  SCF_NAMESPACE: {
    what: { en: 'namespace of the functions in SCF', zh: '云函数的命名空间' },
    where: '一般留空（default）；或云函数控制台 → 命名空间',
    expected: '云函数命名空间',
    link: `${console}/scf`,
  },
  EXECUTION_ROLE: {
    what: {
      en: 'role of the running functions, in place of TENCENT_SECRET_ID and _KEY',
      zh: '函数运行角色，可代替 TENCENT_SECRET_ID 与 TENCENT_SECRET_KEY',
    },
    where: '访问管理控制台 → 角色，载体选择云函数 SCF',
    expected: '云函数可以扮演的角色名',
    link: `${console}/cam/role`,
  },
  VPC_ID: {
    what: { en: 'VPC of the database', zh: '数据库所在的私有网络' },
    where: '云数据库 MySQL 控制台 → 实例详情 → 所属网络',
    expected: 'vpc- 加字母或数字',
    link: `${console}/cdb`,
  },
  SUBNET_ID: {
    what: { en: 'a subnet of that VPC', zh: '该私有网络中的一个子网' },
    where: '私有网络控制台 → 子网，须属于 VPC_ID 且同地域',
    expected: 'subnet- 加字母或数字',
    link: `${console}/vpc/subnet`,
  },
  PUBLIC_DOMAIN: {
    what: {
      en: 'a domain of your own for the backend (without one: the address SCF gives)',
      zh: '后台使用的自有域名（没有则用 SCF 分配的地址）',
    },
    where: '自有域名，CNAME 指向云函数；中国大陆须已备案',
    expected: '小写域名，不带协议与路径，例如 live.example.com',
  },
  CERTIFICATE_ID: {
    what: { en: 'certificate for PUBLIC_DOMAIN', zh: 'PUBLIC_DOMAIN 的证书' },
    where: 'SSL 证书控制台 → 我的证书 → 证书 ID',
    expected: '证书 ID',
    link: `${console}/ssl`,
  },

  DATABASE_URL: {
    what: { en: 'the MySQL database', zh: 'MySQL 数据库' },
    where: '云数据库 MySQL 控制台 → 实例详情：内网地址、端口、账号、库名',
    expected: 'mysql://用户:密码@主机:3306/库名，特殊字符做百分号编码',
    link: `${console}/cdb`,
  },
  TOKEN_SECRET: {
    what: { en: 'signs the access tokens of users', zh: '签发用户访问令牌的密钥' },
    where: '自行生成：openssl rand -hex 32，或由 npm run setup 生成',
    expected: '至少 32 个随机字符；多个用逗号分隔，新的在前',
    make: 32,
  },
  ADMIN_TOKEN: {
    what: { en: 'lets operators in', zh: '运营人员的令牌' },
    where: '自行生成：openssl rand -hex 16，或由 npm run setup 生成',
    expected: '至少 16 个随机字符，不含空格',
    make: 24,
  },
  V1_ACCESS: {
    what: {
      en: 'what unmodified v1 apps must show: open, usersig or off',
      zh: '未改动的 v1 客户端如何准入：open、usersig 或 off',
    },
    where: '自行决定；见 docs/old-apps.zh-CN.md',
    expected: 'open、usersig、off 之一',
  },

  LIVE_APPID: {
    what: { en: 'APPID of the account', zh: '账号的 APPID' },
    where: '账号中心 → 账号信息 → APPID',
    expected: '数字',
    link: `${console}/developer`,
  },
  LIVE_BIZID: {
    what: { en: 'bizid of the live account', zh: '直播业务的 bizid' },
    where: '云直播控制台 → 域名管理：.livepush.myqcloud.com（或 .tlivepush.com）前面的数字',
    expected: '数字',
    link: `${console}/live/domainmanage`,
  },
  LIVE_PUSH_DOMAIN: {
    what: { en: 'push domain', zh: '推流域名' },
    where: '云直播控制台 → 域名管理 → 类型为「推流域名」的一行',
    expected: '域名，不带协议与路径',
    link: `${console}/live/domainmanage`,
  },
  LIVE_PUSH_KEY: {
    what: { en: 'key that signs push URLs', zh: '推流鉴权的主 KEY' },
    where: '云直播控制台 → 域名管理 → 推流域名 → 推流配置 → 鉴权配置 → 主 KEY',
    expected: '字母与数字',
    link: `${console}/live/domainmanage`,
  },
  LIVE_PLAY_DOMAIN: {
    what: { en: 'playback domain', zh: '播放域名' },
    where: '云直播控制台 → 域名管理 → 类型为「播放域名」的一行',
    expected: '域名，不带协议与路径',
    link: `${console}/live/domainmanage`,
  },
  LIVE_PLAY_KEY: {
    what: {
      en: 'key that signs play URLs, where playback authentication is on',
      zh: '播放鉴权的主 KEY（未开启播放鉴权则留空）',
    },
    where: '云直播控制台 → 域名管理 → 播放域名 → 访问控制 → 鉴权配置 → 主 KEY',
    expected: '字母与数字',
    link: `${console}/live/domainmanage`,
  },
  LIVE_APP_NAME: {
    what: { en: 'AppName in push and play URLs', zh: '推流与播放地址中的 AppName' },
    where: '一般留空（live）',
    expected: '字母、数字、_ 与 -',
  },
  LIVE_URL_TTL: {
    what: { en: 'seconds for which a push URL is good', zh: '推流地址有效的秒数' },
    where: ownChoice,
    expected: '60 到 604800 的整数',
  },
  LIVE_RECORD: {
    what: {
      en: 'formats to ask for in the push URL; nothing where a recording template decides',
      zh: '在推流地址中要求的录制格式；由录制模板决定时留空',
    },
    where: ownChoice,
    expected: 'flv、hls、mp4，多个用 | 连接，或留空',
    link: `${console}/live/config/record`,
  },
  LIVE_CALLBACK_KEY: {
    what: { en: 'key with which the live service signs its notices', zh: '直播回调的鉴权密钥' },
    where: '云直播控制台 → 事件中心 → 直播回调 → 回调模板 → 回调密钥；可由 npm run setup 生成后填入',
    expected: '至多 32 个字母或数字',
    link: `${console}/live/config/callback`,
    make: 16,
  },
  LIVE_CALLBACK_KEY_PREVIOUS: {
    what: { en: 'the callback key before the last change', zh: '更换前的回调密钥' },
    where: '仅在更换回调密钥期间填写',
    expected: '至多 32 个字母或数字',
  },

  COS_APPID: {
    what: { en: 'APPID behind the name of the bucket', zh: '存储桶名后缀中的 APPID' },
    where: '账号中心 → 账号信息 → APPID',
    expected: '数字',
    link: `${console}/developer`,
  },
  COS_BUCKET: {
    what: { en: 'bucket for covers and profile pictures', zh: '存放封面与头像的存储桶' },
    where: '对象存储控制台 → 存储桶列表，名称去掉 -APPID 后缀',
    expected: '不含 -APPID 的存储桶名',
    link: `${console}/cos/bucket`,
  },
  COS_REGION: {
    what: { en: 'region of the bucket', zh: '存储桶所在地域' },
    where: '对象存储控制台 → 存储桶列表 → 所属地域',
    expected: '地域名，例如 ap-guangzhou',
    link: `${console}/cos/bucket`,
  },
  COS_SECRET_ID: {
    what: { en: 'SecretId of a sub-user who may only upload there', zh: '只能上传到该桶的子用户的 SecretId' },
    where: '访问管理控制台 → 访问密钥',
    expected: '只有上传权限的子用户的 SecretId',
    link: keys,
  },
  COS_SECRET_KEY: {
    what: { en: 'SecretKey of that sub-user', zh: '该子用户的 SecretKey' },
    where: '访问管理控制台 → 访问密钥，与 COS_SECRET_ID 同一行',
    expected: '与 COS_SECRET_ID 成对的 SecretKey',
    link: keys,
  },
  MEDIA_HOSTS: {
    what: { en: 'further hosts from which pictures may come', zh: '允许图片来自的其他域名' },
    where: ownChoice,
    expected: '用逗号分隔的域名，不带协议与路径',
  },

  VOD_SECRET_ID: {
    what: {
      en: 'SecretId of a sub-user who may only upload to VOD',
      zh: '只能上传到点播的子用户的 SecretId',
    },
    where: '访问管理控制台 → 访问密钥',
    expected: '只有点播上传权限的子用户的 SecretId',
    link: keys,
  },
  VOD_SECRET_KEY: {
    what: { en: 'SecretKey of that sub-user', zh: '该子用户的 SecretKey' },
    where: '访问管理控制台 → 访问密钥，与 VOD_SECRET_ID 同一行',
    expected: '与 VOD_SECRET_ID 成对的 SecretKey',
    link: keys,
  },
  VOD_PROCEDURE: {
    what: { en: 'task flow for uploaded videos', zh: '上传视频后执行的任务流' },
    where: '云点播控制台 → 视频处理设置 → 任务流设置',
    expected: '任务流名称',
    link: `${console}/vod`,
  },
  VOD_SUB_APPID: {
    what: { en: 'sub-application of VOD', zh: '点播子应用 ID' },
    where: '云点播控制台 → 应用管理',
    expected: '数字',
    link: `${console}/vod`,
  },

  IM_SDKAPPID: {
    what: { en: 'SDKAppID of the IM application', zh: '即时通信 IM 应用的 SDKAppID' },
    where: '即时通信 IM 控制台 → 应用卡片 → SDKAppID',
    expected: '1 到 4294967295 的整数',
    link: `${console}/im`,
  },
  IM_SECRET_KEY: {
    what: { en: 'key of the IM application', zh: '即时通信 IM 应用的密钥' },
    where: '即时通信 IM 控制台 → 基本配置 → 基本信息 → 密钥',
    expected: '控制台显示的 64 个字符',
    link: `${console}/im`,
  },
  IM_ADMIN: {
    what: {
      en: 'administrator of the IM application: creates and closes rooms there',
      zh: 'IM 应用管理员账号：用于创建与解散房间群组',
    },
    where: '即时通信 IM 控制台 → 应用管理员，默认为 administrator',
    expected: '管理员的用户 ID',
    link: `${console}/im`,
  },
  IM_ENDPOINT: {
    what: { en: 'address of the IM REST API', zh: 'IM REST API 的地址' },
    where: '一般留空；应用不在中国大陆时见 IM REST API 文档',
    expected: '例如 https://console.tim.qq.com',
  },
  IM_CHAT_ENDPOINT: {
    what: { en: 'address of a stand-in for the chat of the share page', zh: '分享页聊天的替身服务地址' },
    where: '留空：使用官方 SDK；仅 npm start 使用',
    expected: '协议加域名',
  },
  IM_CALLBACK_TOKEN: {
    what: { en: 'token with which IM signs its webhooks', zh: 'IM 回调的鉴权 Token' },
    where: '即时通信 IM 控制台 → 回调配置 → 鉴权 Token；可由 npm run setup 生成后填入',
    expected: '字母与数字',
    link: `${console}/im`,
    make: 16,
  },
  IM_USERSIG_TTL: {
    what: { en: 'seconds for which a UserSig is good', zh: 'UserSig 有效的秒数' },
    where: ownChoice,
    expected: '300 到 15552000 的整数',
  },

  PUBLIC_URL: {
    what: {
      en: 'address at which people open the share page (without it: the one they asked for)',
      zh: '打开分享页所用的地址（留空则用访问时的地址）',
    },
    where: ownChoice,
    expected: '例如 https://live.example.com',
  },
  WATCH_GUESTS: {
    what: {
      en: 'whether viewers without an account may like and chat on the share page: on or off',
      zh: '没有账号的观众能否在分享页点赞、聊天：on 或 off',
    },
    where: ownChoice,
    expected: 'on、off 之一',
  },

  WECHAT_APPID: {
    what: {
      en: 'AppID of a WeChat official account, for shared pages',
      zh: '微信公众号的 AppID，用于分享页',
    },
    where: '微信公众平台 → 设置与开发 → 基本配置',
    expected: '以 wx 开头的 AppID',
    link: 'https://mp.weixin.qq.com',
  },
  WECHAT_SECRET: {
    what: { en: 'AppSecret of that account', zh: '该公众号的 AppSecret' },
    where: '微信公众平台 → 设置与开发 → 基本配置',
    expected: '与 WECHAT_APPID 成对的 AppSecret',
    link: 'https://mp.weixin.qq.com',
  },
  WECHAT_VERIFY: {
    what: {
      en: 'the code in the name of MP_verify_<code>.txt, with which WeChat checks that the domain is yours',
      zh: '文件名 MP_verify_<代码>.txt 中的代码，微信用它确认域名归你所有',
    },
    where: '微信公众平台 → 设置与开发 → 公众号设置 → 功能设置 → JS 接口安全域名',
    expected: 'MP_verify_ 与 .txt 之间的字母和数字',
    link: 'https://mp.weixin.qq.com',
  },
  WECHAT_ENDPOINT: {
    what: { en: "address of WeChat's API", zh: '微信接口的地址' },
    where: '留空',
    expected: '协议加域名',
  },

  TENCENT_SECRET_ID: {
    what: {
      en: 'SecretId of a sub-user with which functions control lives (mixing, forbidding, the sweep)',
      zh: '函数控制直播（混流、禁播、巡检）所用子用户的 SecretId',
    },
    where: '访问管理控制台 → 访问密钥；设置了 EXECUTION_ROLE 则留空',
    expected: '用于直播控制的子用户的 SecretId',
    link: keys,
  },
  TENCENT_SECRET_KEY: {
    what: { en: 'SecretKey of that sub-user', zh: '该子用户的 SecretKey' },
    where: '访问管理控制台 → 访问密钥，与 TENCENT_SECRET_ID 同一行',
    expected: '与 TENCENT_SECRET_ID 成对的 SecretKey',
    link: keys,
  },
  TENCENT_LIVE_ENDPOINT: {
    what: { en: 'address of the live API', zh: '直播接口的地址' },
    where: '一般留空；国际站账号填 https://live.intl.tencentcloudapi.com',
    expected: '例如 https://live.tencentcloudapi.com',
  },

  REPLAY_MIN_SECONDS: {
    what: { en: 'recordings of this length or less are not listed', zh: '不长于此秒数的录制不进入回放列表' },
    where: ownChoice,
    expected: '0 到 3600 的整数',
  },
  REPLAY_WINDOW_DAYS: {
    what: { en: 'days for which a replay is listed', zh: '回放保留在列表中的天数' },
    where: ownChoice,
    expected: '1 到 3650 的整数',
  },
  LOG_LEVEL: {
    what: { en: 'how much is logged', zh: '日志级别' },
    where: ownChoice,
    expected: 'debug、info、warn、error 之一',
  },
};
