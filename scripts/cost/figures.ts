/**
 * What `npm run cost` computes with: prices, each with its source and the date of what was read, and assumptions about
 * people. Change a number here, run the command, and paste its tables where docs/deploy.md has them.
 */

/** A text in both languages of the documents. */
export interface Text {
  en: string;
  zh: string;
}

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export interface Figure {
  /** undefined: no source was found. What depends on it is left out of the sums and marked in the tables. */
  value: number | undefined;
  unit: Text;
  name: Text;
  /** Where the value comes from: for a price the document and the date of the reading, for an assumption the reason. */
  source: Text;
}

/** Yuan, list prices of regions in mainland China before any discount, package or free allowance. */
export const prices = {
  scfCalls: figure(
    0.0133,
    text('yuan per 10,000 calls', '元/万次'),
    text('SCF calls', 'SCF 调用次数'),
    text(
      'SCF pricing, document 583/12281, as quoted by a public project on 2026-08-04',
      'SCF 产品定价，文档 583/12281，据一个公开项目 2026-08-04 的引用',
    ),
  ),
  scfCompute: figure(
    0.00011108,
    text('yuan per GBs', '元/GBs'),
    text('SCF memory × time', 'SCF 资源使用量（内存 × 时间）'),
    text('the same; billed by the millisecond (583/12284)', '同上；按毫秒计（583/12284）'),
  ),
  scfTraffic: figure(
    0.8,
    text('yuan per GB', '元/GB'),
    text('SCF outbound traffic', 'SCF 外网出流量'),
    text(
      'the same; that answers of a function URL are charged like this is our reading, to be safe',
      '同上；函数 URL 的应答也按此计费是我们偏保守的理解',
    ),
  ),
  logIndex: figure(
    0.35,
    text('yuan per GB', '元/GB'),
    text('CLS index traffic', 'CLS 索引流量'),
    text(
      'CLS price calculator and a reseller’s list, stored copies of about 2022',
      'CLS 价格计算器及一份转售价目表，约 2022 年的存档',
    ),
  ),
  logWrite: figure(
    0.18,
    text('yuan per GB, compressed 6:1', '元/GB（按 6:1 压缩后）'),
    text('CLS write traffic', 'CLS 写流量'),
    text('the same', '同上'),
  ),
  logStorage: figure(
    0.0115,
    text('yuan per GB and day', '元/GB/天'),
    text('CLS storage, index and log', 'CLS 索引与日志存储'),
    text('the same', '同上'),
  ),
  databaseStorage: figure(
    0.72,
    text('yuan per GB and month', '元/GB/月'),
    text('TencentDB for MySQL, storage', '云数据库 MySQL 存储空间'),
    text(
      'price list 236/18335, stored copy of about 2018; equal to the list of the international site of about 2022',
      '费用总览 236/18335，约 2018 年的存档；与国际站约 2022 年的价目一致',
    ),
  ),
  imPackage: figure(
    1499,
    text('yuan a month', '元/月'),
    text('IM, professional edition, 10,000 daily users', 'IM 专业版套餐，含 1 万日活'),
    text(
      'announcement 1640/102626, price since 2024-01-01; users included: 647/86976',
      '公告 1640/102626，2024-01-01 起的价格；所含日活：647/86976',
    ),
  ),
  imExcess: figure(
    1000,
    text('yuan a month per further 10,000 daily users', '元/月，每超出 1 万日活'),
    text('IM, users beyond the package', 'IM 套餐外日活'),
    text(
      'IM pricing, 269/81908, stored copy of 2022 to 2023',
      'IM 价格说明 269/81908，2022 至 2023 年的存档',
    ),
  ),
  recording: figure(
    30,
    text('yuan per channel and month', '元/路/月'),
    text('Live recording, peak channels of the month', '直播录制，当月峰值路数'),
    text(
      'live recording fees, stored copy of about 2022; each format is a channel of its own',
      '直播录制计费，约 2022 年的存档；每种格式各计一路',
    ),
  ),
  vodStorage: figure(
    undefined,
    text('yuan per GB and day', '元/GB/天'),
    text('VOD storage of recordings', '云点播存储（录制文件）'),
    text('not found; see 266/14666', '未找到来源；见 266/14666'),
  ),
  vodTraffic: figure(
    undefined,
    text('yuan per GB', '元/GB'),
    text('VOD traffic of replays', '云点播流量（回放）'),
    text('not found; see 266/14666', '未找到来源；见 266/14666'),
  ),
} satisfies Record<string, Figure>;

/** Live traffic of one day: the whole of it costs the price of the step it reaches (267/34175). GB of 1000 MB. */
export const liveTrafficSteps = {
  source: {
    en: 'standard live streaming fees, 267/34175, list since 2022-01-04, stored copy; page last changed 2025-09-09',
    zh: '标准直播服务费用 267/34175，2022-01-04 起的刊例价，存档；该页最近更新于 2025-09-09',
  },
  steps: [
    { fromGb: 0, yuanPerGb: 0.26 },
    { fromGb: 2_000, yuanPerGb: 0.25 },
    { fromGb: 10_000, yuanPerGb: 0.24 },
    { fromGb: 50_000, yuanPerGb: 0.22 },
    { fromGb: 100_000, yuanPerGb: 0.19 },
    { fromGb: 1_000_000, yuanPerGb: 0.16 },
  ],
} as const;

/** Two-node TencentDB for MySQL by the month, with the queries a second that the price list states for the size. */
export const databaseSizes = [
  { memoryMb: 1_000, yuanPerMonth: 102, queriesPerSecond: 1_000 },
  { memoryMb: 2_000, yuanPerMonth: 204, queriesPerSecond: 2_400 },
  { memoryMb: 4_000, yuanPerMonth: 408, queriesPerSecond: 4_400 },
  { memoryMb: 8_000, yuanPerMonth: 816, queriesPerSecond: 7_200 },
  { memoryMb: 16_000, yuanPerMonth: 1_632, queriesPerSecond: 18_000 },
  { memoryMb: 32_000, yuanPerMonth: 3_264, queriesPerSecond: 25_000 },
  { memoryMb: 64_000, yuanPerMonth: 6_528, queriesPerSecond: 37_689 },
  { memoryMb: 128_000, yuanPerMonth: 13_056, queriesPerSecond: 61_378 },
  { memoryMb: 244_000, yuanPerMonth: 24_888, queriesPerSecond: 122_755 },
  { memoryMb: 488_000, yuanPerMonth: 49_776, queriesPerSecond: 245_509 },
] as const;

export const assumptions = {
  watchMinutes: figure(
    30,
    text('minutes a day', '分钟/天'),
    text('A viewer watches', '每位观众观看'),
    text('your audience', '取决于你的观众'),
  ),
  livesPerViewer: figure(
    2,
    text('a day', '场/天'),
    text('Lives a viewer opens', '每位观众打开的直播'),
    text('your audience', '取决于你的观众'),
  ),
  beatSeconds: figure(
    30,
    text('seconds', '秒'),
    text('Between two room/enter of one viewer', '同一观众两次 room/enter 的间隔'),
    text('room/enter tells apps so; a test compares', '由 room/enter 告知 App；有测试核对'),
  ),
  webShare: figure(
    0.2,
    text('of the viewers', '占观众'),
    text('Viewers who use the share page', '使用分享页的观众'),
    text('your audience', '取决于你的观众'),
  ),
  newBrowsers: figure(
    0.5,
    text('of their browsers', '占其浏览器'),
    text('Browsers without the page’s files', '尚未缓存页面文件的浏览器'),
    text('files are kept by browsers until they change', '文件在改变之前一直由浏览器缓存'),
  ),
  lookSeconds: figure(
    10,
    text('seconds', '秒'),
    text('Between two room/info of the share page', '分享页两次 room/info 的间隔'),
    text('functions/watch/page/liveRoom.ts', 'functions/watch/page/liveRoom.ts'),
  ),
  viewersPerHost: figure(
    100,
    text('viewers', '位观众'),
    text('For one host session', '对应一场直播'),
    text('your hosts', '取决于你的主播'),
  ),
  hostMinutes: figure(
    60,
    text('minutes', '分钟'),
    text('A host session lasts', '一场直播时长'),
    text('your hosts', '取决于你的主播'),
  ),
  hostsAtPeak: figure(
    0.2,
    text('of the sessions of a day', '占当天场次'),
    text('On the air at the same time, at most', '同时在播的最大比例'),
    text('an evening peak', '晚间高峰'),
  ),
  bitrateMbps: figure(
    1.5,
    text('Mbit/s', 'Mbps'),
    text('Picture and sound of a live', '直播音视频码率'),
    text('720p of a phone', '手机 720p'),
  ),
  recordFormats: figure(
    1,
    text('format', '种'),
    text('Recorded (LIVE_RECORD or template)', '录制格式数（LIVE_RECORD 或模板）'),
    text('0 where nothing is recorded', '不录制则为 0'),
  ),
  fileMinutes: figure(
    90,
    text('minutes', '分钟'),
    text('Longest recorded file', '单个录制文件最长'),
    text('record_interval in our push URLs', '推流地址中的 record_interval'),
  ),
  replayMinutes: figure(
    5,
    text('minutes a day', '分钟/天'),
    text('A viewer watches replays', '每位观众看回放'),
    text('your audience', '取决于你的观众'),
  ),
  replayDays: figure(
    37,
    text('days', '天'),
    text('Recordings are kept', '录制文件保存'),
    text(
      'REPLAY_WINDOW_DAYS and 30 days; VOD keeps files until a rule of yours removes them',
      'REPLAY_WINDOW_DAYS 加 30 天；云点播会一直保存，直到你的规则删除',
    ),
  ),
  memoryMb: figure(
    256,
    text('MB', 'MB'),
    text('Memory of a function', '函数内存'),
    text('serverless.yml; a test compares', 'serverless.yml；有测试核对'),
  ),
  callMs: figure(
    30,
    text('ms', '毫秒'),
    text('Billed time of a call', '每次调用的计费时长'),
    text(
      '1 to 2 ms measured beside the database (benchmarks.md); the rest for the VPC and a share of a core',
      '数据库在本机时实测 1 至 2 毫秒（benchmarks.md）；其余留给 VPC 往返与较小的 CPU 份额',
    ),
  ),
  coldShare: figure(
    0.01,
    text('of the calls', '占调用'),
    text('Cold starts', '冷启动比例'),
    text('low when traffic is steady', '流量平稳时更低'),
  ),
  coldMs: figure(
    500,
    text('ms', '毫秒'),
    text('Added by a cold start', '冷启动增加的时长'),
    text(
      '31 to 55 ms measured on one machine, times the platform’s start',
      '单机实测 31 至 55 毫秒，另加平台启动',
    ),
  ),
  sweepMs: figure(
    1_000,
    text('ms', '毫秒'),
    text('One run of the sweep', '每次巡检时长'),
    text('one call to the cloud and some ten statements', '一次云端调用与十余条语句'),
  ),
  logBytes: figure(
    2_000,
    text('bytes', '字节'),
    text('Log of a call', '每次调用的日志'),
    text('lines of the platform, the returned value and our line', '平台行、返回值与我们的一行'),
  ),
  logDays: figure(
    7,
    text('days', '天'),
    text('Logs are kept', '日志保存'),
    text('short, because they hold what is returned', '因含返回值而宜短'),
  ),
  peakFactor: figure(
    5,
    text('times the average', '倍于平均'),
    text('Busiest second of a day', '一天中最忙的一秒'),
    text('an evening peak', '晚间高峰'),
  ),
  instanceReserve: figure(
    3,
    text('times', '倍'),
    text('Instances over what Little’s law gives', '实例数相对 Little 定律的余量'),
    text('bursts and slow answers', '突发与慢应答'),
  ),
  idleInstances: figure(
    14,
    text('instances', '个实例'),
    text('One for each function that has the database', '使用数据库的函数各一个'),
    text('serverless.yml; a test compares', 'serverless.yml；有测试核对'),
  ),
  databaseReserve: figure(
    1.5,
    text('times', '倍'),
    text('Queries a second over the peak', '数据库能力相对高峰的余量'),
    text('room to grow', '留有余地'),
  ),
  bytesPerViewer: figure(
    50_000,
    text('bytes', '字节'),
    text('Kept in the database per daily viewer', '每位日活观众占用的数据库空间'),
    text(
      'ten accounts for each who comes on a day; a month of notices',
      '每位日活对应十个账号；一个月的通知',
    ),
  ),
  imTrialUsers: figure(
    100,
    text('daily users', '日活'),
    text('Up to here the free trial edition of IM is taken', '不超过此数时使用 IM 免费体验版'),
    text('no source found for its limit', '其上限未找到来源'),
  ),
} satisfies Record<string, Figure>;

/** How often a client calls, and what an answer weighs and asks of the database. `times` is of one viewer's day or of one host session. */
export interface CallCount {
  call: string;
  times: number;
  answerBytes: number;
  /** To the database, with those that begin and end a transaction. */
  statements: number;
  why: Text;
}

const {
  watchMinutes,
  webShare,
  newBrowsers,
  lookSeconds,
  livesPerViewer,
  beatSeconds,
  hostMinutes,
  recordFormats,
  fileMinutes,
} = assumptions;
const lives = livesPerViewer.value;
/** Of one viewer and day. */
const entries = lives + (watchMinutes.value * 60) / beatSeconds.value;
const files = Math.ceil(hostMinutes.value / fileMinutes.value) * recordFormats.value;

export const viewerCalls: readonly CallCount[] = [
  calls('account/refresh', 1 - webShare.value, 1_200, 9, text('a login a day', '每天一次登录')),
  calls('watch/guest', webShare.value, 1_200, 4, text('a guest token a day', '每天一个游客令牌')),
  calls('imSig', 1, 800, 0, text('the login to IM', '登录 IM')),
  calls('getLiveList', 3, 14_000, 2, text('opened, and refreshed twice', '打开一次、刷新两次')),
  calls('getVodList', 1, 14_000, 2, text('opened', '打开一次')),
  calls(
    'room/info',
    lives + (webShare.value * watchMinutes.value * 60) / lookSeconds.value,
    1_500,
    4,
    text('each live opened; the share page every 10 s', '每打开一场直播；分享页每 10 秒一次'),
  ),
  calls(
    'room/enter',
    (1 - webShare.value) * entries,
    600,
    9,
    text('on entering, then every 30 s', '进入时一次，之后每 30 秒一次'),
  ),
  calls('room/enter (guest)', webShare.value * entries, 600, 11, text('the same', '同上')),
  calls('room/members', lives, 3_000, 3, text('on entering', '进入时')),
  calls('room/like', 5, 600, 11, text('taps gathered by the app', '由 App 合并的点赞')),
  calls('room/quit', lives, 600, 6, text('on leaving', '离开时')),
  calls(
    'imCallback',
    2 * lives,
    500,
    9,
    text('joined and left, when IM webhooks are on', '进群与退群（开启 IM 回调时）'),
  ),
  calls('GET /watch/STREAM', webShare.value * lives, 8_000, 4, text('the share page', '分享页')),
  calls(
    'GET /watch/assets/FILE',
    webShare.value * newBrowsers.value * 6,
    180_000,
    0,
    text(
      'six files, 1.05 MB with player and chat, not compressed',
      '六个文件，含播放器与聊天共 1.05 MB，未压缩',
    ),
  ),
];

export const hostCalls: readonly CallCount[] = [
  calls('account/refresh', 1, 1_200, 9, text('a login', '登录')),
  calls('imSig', 1, 800, 0, text('the login to IM', '登录 IM')),
  calls('uploadSig', 1, 1_500, 0, text('the cover', '封面')),
  calls('getPushUrl', 1, 1_500, 12, text('the broadcast', '开播')),
  calls('room/status', 2, 600, 10, text('on and off the air', '上线与下线')),
  calls(
    'liveCallback',
    2 + files,
    500,
    11,
    text('begun, cut, one per recorded file', '开始、断流、每个录制文件一次'),
  ),
];

function figure<Value extends number | undefined>(
  value: Value,
  unit: Text,
  name: Text,
  source: Text,
): Figure & { value: Value } {
  return { value, unit, name, source };
}

function text(en: string, zh: string): Text {
  return { en, zh };
}

function calls(call: string, times: number, answerBytes: number, statements: number, why: Text): CallCount {
  return { call, times, answerBytes, statements, why };
}
