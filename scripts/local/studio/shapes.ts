/** What the studio reads of the product's answers. */
import * as v from 'valibot';

const playUrls = v.object({
  flv: v.optional(v.string()),
  hls: v.optional(v.string()),
  rtmp: v.optional(v.string()),
  webrtc: v.optional(v.string()),
});
const userInfo = v.object({ nickname: v.string(), headPic: v.string(), frontCover: v.string() });

export const live = v.object({
  streamId: v.string(),
  userId: v.string(),
  groupId: v.string(),
  title: v.string(),
  userInfo,
  viewerCount: v.number(),
  likeCount: v.number(),
  createdAt: v.number(),
  playUrls,
});
export type Live = v.InferOutput<typeof live>;

export const replay = v.object({
  fileId: v.string(),
  streamId: v.string(),
  userId: v.string(),
  title: v.string(),
  userInfo,
  viewerCount: v.number(),
  likeCount: v.number(),
  playUrl: v.string(),
  hlsPlayUrl: v.string(),
  startedAt: v.number(),
  endedAt: v.number(),
});
export type Replay = v.InferOutput<typeof replay>;

export const liveList = v.object({ total: v.number(), items: v.array(live) });
export const replayList = v.object({ total: v.number(), items: v.array(replay) });

export const liveInfo = v.object({ ...live.entries, kind: v.literal('live'), online: v.boolean() });
export type LiveInfo = v.InferOutput<typeof liveInfo>;
export const replayInfo = v.object({ ...replay.entries, kind: v.literal('replay') });

export const member = v.object({ userId: v.string(), nickname: v.string(), headPic: v.string() });
export type Member = v.InferOutput<typeof member>;
export const memberList = v.object({ total: v.number(), items: v.array(member) });

export const entered = v.object({ viewers: v.number(), beatSeconds: v.number() });
export const liked = v.object({ accepted: v.number(), likes: v.number() });
export const imLogin = v.object({ sdkAppId: v.number(), userId: v.string(), userSig: v.string() });
export const grantedPush = v.object({ streamId: v.string(), pushUrl: v.string(), expiresAt: v.number() });
export const grantedUpload = v.object({
  url: v.string(),
  fields: v.record(v.string(), v.string()),
  publicUrl: v.string(),
  maxBytes: v.number(),
});

export const operatedLive = v.object({
  streamId: v.string(),
  userId: v.string(),
  title: v.string(),
  state: v.picklist(['online', 'offline', 'waiting', 'superseded']),
  createdAt: v.number(),
  forbidden: v.boolean(),
});
export type OperatedLive = v.InferOutput<typeof operatedLive>;
export const operatedLives = v.object({ total: v.number(), items: v.array(operatedLive) });
export const report = v.object({
  reported: v.string(),
  reporter: v.string(),
  streamId: v.string(),
  title: v.string(),
  reportedAt: v.number(),
});
export type Report = v.InferOutput<typeof report>;
export const reports = v.object({ total: v.number(), items: v.array(report) });
export const cloudOutcome = v.object({ cloud: v.string() });
export const nothing = v.unknown();

const settingHealth = v.object({
  name: v.string(),
  source: v.picklist(['given', 'local', 'empty']),
  deployed: v.picklist(['ready', 'optional', 'missing', 'malformed', 'default']),
  whereToFind: v.string(),
});
export type SettingHealth = v.InferOutput<typeof settingHealth>;
export const session = v.object({
  url: v.string(),
  adminToken: v.string(),
  chatEndpoint: v.string(),
  testPushMinutes: v.number(),
  ffmpeg: v.object({ found: v.boolean(), hint: v.optional(v.string(), '') }),
  health: v.array(
    v.object({
      feature: v.picklist([
        'push',
        'play',
        'callback',
        'database',
        'access',
        'pictures',
        'videos',
        'chat',
        'liveApi',
        'wechat',
      ]),
      settings: v.array(settingHealth),
    }),
  ),
});
export type Session = v.InferOutput<typeof session>;
export const token = v.object({ token: v.string() });
export const pictures = v.object({ pictures: v.record(v.string(), v.string()) });
export const testPush = v.object({ streamName: v.string(), endsAt: v.number() });
export type TestPush = v.InferOutput<typeof testPush>;
export const testPushes = v.object({ pushes: v.array(testPush) });

export const delivery = v.object({
  at: v.number(),
  eventType: v.number(),
  streamId: v.string(),
  attempt: v.number(),
  result: v.union([v.number(), v.string()]),
  answer: v.string(),
  body: v.record(v.string(), v.union([v.string(), v.number()])),
  againAt: v.optional(v.number()),
});
export type Delivery = v.InferOutput<typeof delivery>;
export const deliveries = v.object({ deliveries: v.array(delivery) });
export const pushEnded = v.object({ streamName: v.string(), failure: v.optional(v.string()) });
