import type { FailureCode } from '../../shared/http/errors';
import type { CommandName } from './commands';

/** A sentence in both languages of the documentation. */
export interface Text {
  en: string;
  zh: string;
}

/** What people read about a command. Examples are held against its schemas by a test. */
export interface Words {
  summary: Text;
  more?: Text;
  /** Failures of its own, besides those that every command of its access has. */
  fails?: readonly FailureCode[];
  input: Record<string, unknown>;
  output: Record<string, unknown>;
}

const streamId = '1234_alice_0123456789abcdef';
const fileId = '5285890784111111111';
const live = `https://play.example.com/live/${streamId}`;
const cover = 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com/cover/a1b2/0123.jpg';
const recording = 'https://1250000000.vod2.myqcloud.com/a1b2/f0.mp4';
const pushUrl = `rtmp://push.example.com/live/${streamId}?bizid=1234&txSecret=0123456789abcdef0123456789abcdef&txTime=6B0346F2`;
const refreshToken = 'example-refresh-token-0123456789-0123456789';
const begun = 1_795_420_000;

const session = {
  userId: 'alice',
  accessToken: 'eyJhbGciOiJIUzI1NiJ9.example.example',
  expiresAt: begun + 3_600,
  refreshToken,
  refreshExpiresAt: begun + 2_592_000,
};
const userInfo = { nickname: 'Alice', headPic: '', frontCover: cover, location: 'Shenzhen' };
const playUrls = {
  rtmp: `rtmp://play.example.com/live/${streamId}`,
  flv: `${live}.flv`,
  hls: `${live}.m3u8`,
  webrtc: `webrtc://play.example.com/live/${streamId}`,
};
const place = { streamId, userId: 'alice', title: 'Hello' };

/** The words of every command. */
export const words: Record<CommandName, Words> = {
  'account/register': {
    summary: { en: 'Make an account and log in', zh: '注册账号并登录' },
    more: {
      en: 'Apps of the second and third generation log in with the same user id and password.',
      zh: '第二代和第三代 App 用同样的用户 ID 和密码登录。',
    },
    fails: ['conflict', 'tooMany'],
    input: { userId: 'alice', password: 'correct horse battery', nickname: 'Alice' },
    output: session,
  },
  'account/login': {
    summary: { en: 'Log in', zh: '登录' },
    more: {
      en: 'Says the same whether the user id or the password is wrong.',
      zh: '用户 ID 错误和密码错误得到同样的回答。',
    },
    fails: ['unauthorized', 'tooMany'],
    input: { userId: 'alice', password: 'correct horse battery' },
    output: session,
  },
  'account/refresh': {
    summary: { en: 'Exchange a refresh token for a new pair', zh: '用刷新令牌换取新的一对令牌' },
    more: {
      en: 'Each refresh token is good for one exchange. Within 30 s the same one may be sent again, for an answer that was lost; later it counts as stolen, and every token of that login ends.',
      zh: '每个刷新令牌只能兑换一次。30 秒内可用同一个重发（应对丢失的应答）；之后再用视为被盗，该次登录的全部令牌失效。',
    },
    fails: ['unauthorized', 'tooMany'],
    input: { refreshToken },
    output: session,
  },
  'account/logout': {
    summary: { en: 'Log out', zh: '退出登录' },
    more: {
      en: 'With refreshToken the login it belongs to, without it everywhere. An access token that was given stays good until it ends, an hour at most.',
      zh: '带 refreshToken 时退出它所属的登录，不带则在所有设备退出。已发出的访问令牌在到期前（最长一小时）仍然有效。',
    },
    input: { refreshToken },
    output: {},
  },
  'account/profile': {
    summary: { en: "The caller's profile, or another user's", zh: '自己的资料，或其他用户的公开资料' },
    fails: ['notFound'],
    input: {},
    output: { userId: 'alice', ...userInfo, sex: 1, createdAt: begun },
  },
  'account/updateProfile': {
    summary: { en: "Change the caller's profile", zh: '修改自己的资料' },
    more: {
      en: 'Changes what is given; an empty text empties a field. Pictures are those that uploadSig gave a publicUrl for.',
      zh: '只修改给出的字段；空字符串表示清空。图片必须是 uploadSig 给出的 publicUrl。',
    },
    fails: ['notFound'],
    input: { nickname: 'Alice', location: 'Shenzhen' },
    output: {},
  },
  'account/delete': {
    summary: { en: "Delete the caller's account", zh: '注销自己的账号' },
    more: {
      en: 'It cannot be undone, so it asks for the password once more.',
      zh: '无法撤销，因此要再次输入密码。',
    },
    fails: ['tooMany'],
    input: { password: 'correct horse battery' },
    output: {},
  },
  getPushUrl: {
    summary: { en: 'Begin a broadcast: where to push it', zh: '开始一场直播，得到推流地址' },
    more: {
      en: "The broadcast gets a stream id of its own and is listed once the push is up. What is left out comes from the caller's profile. The same request again within a minute gets the same broadcast.",
      zh: '每场直播有自己的流 ID，推流开始后进入列表。没有给出的内容取自用户资料。一分钟内的相同请求得到同一场直播。',
    },
    fails: ['tooMany'],
    input: { title: 'Hello', location: 'Shenzhen' },
    output: {
      streamId,
      pushUrl,
      webrtcPushUrl: pushUrl.replace('rtmp:', 'webrtc:'),
      playUrls,
      expiresAt: begun + 10_800,
      createdAt: begun,
    },
  },
  getLiveList: {
    summary: { en: 'The broadcasts that are on the air, newest first', zh: '正在直播的列表，最新的在前' },
    more: {
      en: 'By page, or with the cursor of an earlier answer, which neither skips nor repeats a broadcast when others begin and end meanwhile.',
      zh: '按页码，或用上一次回答给出的 cursor：期间有直播开始或结束也不会漏掉或重复。',
    },
    input: { page: 1, pageSize: 20 },
    output: {
      total: 1,
      items: [
        {
          ...place,
          groupId: '@TGS#1EXAMPLE',
          description: '',
          userInfo,
          viewerCount: 3,
          likeCount: 12,
          createdAt: begun,
          playUrls,
        },
      ],
    },
  },
  getVodList: {
    summary: { en: 'The replays, newest first', zh: '回放列表，最新的在前' },
    more: {
      en: 'All formats of one recording are one item. How long a replay is listed says REPLAY_WINDOW_DAYS.',
      zh: '同一段录制的各种格式合为一项。回放保留多久由 REPLAY_WINDOW_DAYS 决定。',
    },
    input: { page: 1, pageSize: 20 },
    output: {
      total: 1,
      items: [
        {
          fileId,
          ...place,
          description: '',
          userInfo,
          viewerCount: 0,
          likeCount: 12,
          playUrl: recording,
          hlsPlayUrl: recording.replace('f0.mp4', 'f0.m3u8'),
          startedAt: begun,
          endedAt: begun + 600,
        },
      ],
    },
  },
  'room/info': {
    summary: {
      en: 'What is shown of one live, replay or short video',
      zh: '一场直播、一段回放或一个小视频的展示信息',
    },
    fails: ['notFound'],
    input: { streamId },
    output: {
      kind: 'live',
      ...place,
      userInfo,
      viewerCount: 3,
      likeCount: 12,
      groupId: '@TGS#1EXAMPLE',
      online: true,
      createdAt: begun,
      playUrls,
    },
  },
  'room/enter': {
    summary: { en: 'Enter a room, or stay in it', zh: '进入房间，或保持在房间内' },
    more: {
      en: 'Call it again every beatSeconds; after 90 s without a call the member is gone. Entering twice makes one viewer.',
      zh: '每隔 beatSeconds 秒再调用一次；90 秒没有调用即视为离开。重复进入只算一位观众。',
    },
    fails: ['notFound', 'tooMany'],
    input: { streamId, nickname: 'Bob' },
    output: { viewers: 4, beatSeconds: 30 },
  },
  'room/quit': {
    summary: { en: 'Leave a room', zh: '离开房间' },
    more: {
      en: 'Leaving a room that the caller is not in changes nothing.',
      zh: '不在房间里时离开不会有任何变化。',
    },
    fails: ['notFound'],
    input: { streamId },
    output: {},
  },
  'room/members': {
    summary: { en: 'Who is in a room, the latest first', zh: '房间成员，最新进入的在前' },
    fails: ['notFound'],
    input: { streamId, page: 1, pageSize: 20 },
    output: { total: 1, items: [{ userId: 'bob', nickname: 'Bob', headPic: '' }] },
  },
  'room/like': {
    summary: { en: 'Like a live, a replay or a short video', zh: '给直播、回放或小视频点赞' },
    more: {
      en: 'A few taps may go in one count. A user has an allowance of 2 likes a second, 20 at once; the guests of one address share another of 40 and 400. A live that is over takes none.',
      zh: '几次点击可以合成一个 count。每位用户每秒 2 次、最多累积 20 次；同一地址的游客合计每秒 40 次、最多累积 400 次。已结束的直播不再计数。',
    },
    fails: ['notFound'],
    input: { streamId, count: 3, likeId: '7f9c' },
    output: { accepted: 3, likes: 15 },
  },
  'room/status': {
    summary: { en: "The host's own word that its broadcast began or ended", zh: '主播自报直播开始或结束' },
    more: {
      en: "It counts like the live service's notices: the later word holds.",
      zh: '与云直播的通知同等对待：以较晚的为准。',
    },
    input: { online: false },
    output: { online: false },
  },
  uploadSig: {
    summary: { en: 'Permission for one upload', zh: '一次上传的许可' },
    more: {
      en: 'Cover and avatar: send fields and then the file, in a member named file, as multipart/form-data to url; the picture is then at publicUrl. Video: a signature for the VOD upload SDK.',
      zh: '封面和头像：把 fields 和文件（字段名 file，放在最后）以 multipart/form-data 发送到 url，图片随后位于 publicUrl。视频：交给 VOD 上传 SDK 的签名。',
    },
    input: { kind: 'cover', contentType: 'image/jpeg' },
    output: {
      kind: 'cover',
      url: 'https://covers-1250000000.cos.ap-guangzhou.myqcloud.com',
      fields: { key: 'cover/a1b2/0123.jpg', 'Content-Type': 'image/jpeg', policy: 'example' },
      key: 'cover/a1b2/0123.jpg',
      publicUrl: cover,
      maxBytes: 5_242_880,
      expiresAt: begun + 300,
    },
  },
  imSig: {
    summary: { en: "The caller's UserSig for IM", zh: '自己的 IM UserSig' },
    more: {
      en: 'Ask again before expiresAt. IM takes user ids of at most 32 bytes.',
      zh: '请在 expiresAt 之前重新获取。IM 的用户 ID 最长 32 字节。',
    },
    input: {},
    output: { sdkAppId: 1_400_000_000, userId: 'alice', userSig: 'eJexample', expiresAt: begun + 86_400 },
  },
  'linkMic/guestPushUrl': {
    summary: { en: 'Where a link-mic guest pushes its picture', zh: '连麦小主播的推流地址' },
    more: {
      en: 'A stream of its own for each call, never listed and never recorded.',
      zh: '每次调用得到一个新的流，不进列表，也不录制。',
    },
    input: {},
    output: {
      streamId,
      pushUrl,
      playUrl: `rtmp://play.example.com/live/${streamId}`,
      expiresAt: begun + 10_800,
      createdAt: begun,
    },
  },
  'linkMic/signedPlayUrl': {
    summary: { en: "Sign a partner's play URL for low latency", zh: '为连麦对方的播放地址签名（低延时）' },
    more: {
      en: 'Only a URL of this service, of a stream that exists, for a caller who takes part as host or guest.',
      zh: '只限本服务的地址、存在的流，以及作为主播或小主播参与的用户。',
    },
    fails: ['notFound'],
    input: { originUrl: `rtmp://play.example.com/live/${streamId}` },
    output: {
      url: `rtmp://play.example.com/live/${streamId}?bizid=1234&txSecret=0123456789abcdef0123456789abcdef&txTime=6B0346F2`,
      createdAt: begun,
    },
  },
  'linkMic/mergeStreams': {
    summary: { en: "Mix the host's stream with those of its guests", zh: '把主播的流与小主播的流混成一路' },
    more: {
      en: 'The list always holds the whole mix; the host alone, or nobody, ends it. A conflict says why the live service refused, and asking again after a few seconds may help.',
      zh: 'inputs 每次都是完整的画面；只有主播自己或为空则停止混流。conflict 会说明云直播拒绝的原因，稍等几秒重试可能有用。',
    },
    fails: ['conflict'],
    input: {
      outputStreamId: streamId,
      inputs: [
        { streamId, imageLayer: 1 },
        {
          streamId: '1234_bob_fedcba9876543210',
          imageLayer: 2,
          imageWidth: 160,
          imageHeight: 240,
          locationX: 0.7,
          locationY: 0.5,
        },
      ],
    },
    output: { mixed: true, timestamp: begun },
  },
  'video/publish': {
    summary: { en: 'List a short video that was uploaded', zh: '发布一个已上传的小视频' },
    more: {
      en: 'The same file again replaces what was said of it.',
      zh: '同一文件再次发布会替换之前的信息。',
    },
    fails: ['tooMany'],
    input: { fileId, title: 'Hello', playUrl: recording, frontCover: cover },
    output: { fileId },
  },
  'video/list': {
    summary: { en: 'The short videos, newest first', zh: '小视频列表，最新的在前' },
    input: { page: 1, pageSize: 20 },
    output: {
      total: 1,
      items: [{ userId: 'alice', fileId, title: 'Hello', playUrl: recording, createdAt: begun, userInfo }],
    },
  },
  'watch/guest': {
    summary: { en: 'A token for a viewer without an account', zh: '给没有账号的观众一个令牌' },
    more: {
      en: 'It opens rooms, likes and chat, and nothing else. Sending the token of before keeps the same guest. An address gets 600 new guests an hour.',
      zh: '只能进房、点赞和聊天。带上之前的 token 即保持同一身份。每个地址每小时最多 600 位新游客。',
    },
    fails: ['forbidden', 'tooMany'],
    input: {},
    output: {
      userId: 'guest_0123456789abcdef',
      token: session.accessToken,
      expiresAt: begun + 7_200,
    },
  },
  'watch/weixinSignature': {
    summary: { en: "WeChat's JS-SDK signature for a share page", zh: '分享页所需的微信 JS-SDK 签名' },
    more: {
      en: 'Without WECHAT_APPID there is none, and the answer is notFound.',
      zh: '没有设置 WECHAT_APPID 时回答 notFound。',
    },
    fails: ['notFound', 'tooMany'],
    input: { url: 'https://live.example.com/watch/1234_alice_0123456789abcdef' },
    output: {
      appId: 'wx0123456789abcdef',
      nonceStr: '0123456789abcdef',
      timestamp: begun,
      signature: '0123456789abcdef0123456789abcdef01234567',
    },
  },
  'moderation/reportUser': {
    summary: { en: 'Report a user for the newest broadcast', zh: '举报用户最近的一场直播' },
    more: {
      en: 'It is recorded for an operator, once per reporter and broadcast; nothing is taken down by it.',
      zh: '记录下来供运营查看，每人每场一次；举报本身不会下架任何内容。',
    },
    fails: ['notFound'],
    input: { reportedUserId: 'mallory' },
    output: { recorded: true },
  },
  'moderation/stopLive': {
    summary: { en: "Take a user's broadcast off the list and cut its stream", zh: '下架用户的直播并断流' },
    more: {
      en: 'The user may push again; forbidUser prevents that.',
      zh: '用户可以再次推流；要禁止请用 forbidUser。',
    },
    fails: ['notFound'],
    input: { userId: 'mallory' },
    output: { streamId, cloud: 'done' },
  },
  'moderation/forbidUser': {
    summary: { en: 'Forbid a user to broadcast, or lift that', zh: '禁止用户直播，或解除禁止' },
    more: {
      en: 'What is stored holds even when the live service fails; cloud says what became of its part.',
      zh: '即使云直播调用失败，本服务的禁止也生效；cloud 说明云端的结果。',
    },
    input: { userId: 'mallory', forbidden: true, reason: 'spam' },
    output: { userId: 'mallory', forbidden: true, cloud: 'done' },
  },
  'moderation/listLives': {
    summary: { en: 'Every broadcast, whatever its state, newest first', zh: '所有状态的直播，最新的在前' },
    input: { page: 1, pageSize: 20 },
    output: {
      total: 1,
      items: [
        {
          ...place,
          groupId: '',
          description: '',
          userInfo,
          state: 'online',
          createdAt: begun,
          onlineAt: begun + 5,
          offlineAt: null,
          forbidden: false,
        },
      ],
    },
  },
  'moderation/listReports': {
    summary: { en: 'What users reported, newest first', zh: '用户的举报，最新的在前' },
    input: { page: 1, pageSize: 20 },
    output: {
      total: 1,
      items: [{ reported: 'mallory', reporter: 'bob', streamId, title: 'Hello', reportedAt: begun + 60 }],
    },
  },
  reconcile: {
    summary: { en: 'Run the sweep now that also runs every minute', zh: '立即执行每分钟运行一次的巡检' },
    input: {},
    output: {
      ran: true,
      cloud: 'done',
      repairs: [{ step: 'sweepLives', reason: 'not on the air for three minutes', streamId }],
      failed: [],
    },
  },
};
