import { legacyPlayUrls, linkMicPlayUrl, playUrls } from '../../../shared/signing/playUrl';
import { legacyPushUrl, pushUrls } from '../../../shared/signing/pushUrl';
import { streamNameInUrl } from '../../../shared/signing/streamName';
import { txSecret } from '../../../shared/signing/txSecret';

const push = {
  domain: 'push.example.com',
  appName: 'live',
  streamName: '8888_u1',
  key: 'localonlykey',
  expiresAt: 0x65554280,
};
const play = { appName: 'live', streamName: '8888_u1', startsAt: 0x65554280 };

describe('pushUrls', () => {
  it('puts parameters before txSecret, raw, and into the SRT stream id', () => {
    const secret = txSecret({ key: push.key, streamName: push.streamName, txTime: '65554280' });
    expect(pushUrls({ ...push, params: { bizid: '8888', record: 'flv|hls' } })).toEqual({
      rtmp: `rtmp://push.example.com/live/8888_u1?bizid=8888&record=flv|hls&txSecret=${secret}&txTime=65554280`,
      webrtc: `webrtc://push.example.com/live/8888_u1?bizid=8888&record=flv|hls&txSecret=${secret}&txTime=65554280`,
      srt: `srt://push.example.com:9000?streamid=#!::h=push.example.com,r=live/8888_u1,bizid=8888,record=flv|hls,txSecret=${secret},txTime=65554280`,
      txTime: '65554280',
    });
  });

  it('keeps a port for RTMP and WebRTC only', () => {
    const urls = pushUrls({ ...push, domain: '127.0.0.1:11935' });
    expect(urls.rtmp).toMatch(/^rtmp:\/\/127\.0\.0\.1:11935\/live\//);
    expect(urls.srt).toMatch(/^srt:\/\/127\.0\.0\.1:9000\?streamid=#!::h=127\.0\.0\.1,/);
  });

  test.each([
    ['streamName', { streamName: 'a.b' }],
    ['streamName', { streamName: 'a/b' }],
    ['streamName', { streamName: 'a?b' }],
    ['streamName', { streamName: '流' }],
    ['streamName', { streamName: '' }],
    ['streamName', { streamName: 'a\n' }],
    ['appName', { appName: 'live/x' }],
    ['domain', { domain: 'push.example.com/x' }],
    ['domain', { domain: 'rtmp://push.example.com' }],
    ['key', { key: '' }],
    ['unixSeconds', { expiresAt: 1.5 }],
    ['unixSeconds', { expiresAt: 1_700_000_000_000 }],
    ['params', { params: { txSecret: 'a' } }],
    ['params', { params: { 'a b': 'a' } }],
    ['params.mix', { params: { mix: 'a&b' } }],
    ['params.mix', { params: { mix: 'a,b' } }],
  ])('throws naming %s for %j', (name, change) => {
    expect(() => pushUrls({ ...push, ...change })).toThrow(TypeError);
    expect(() => pushUrls({ ...push, ...change })).toThrow(new RegExp(`^${name} must be`));
  });

  it('wants digits for a bizid', () => {
    expect(() => legacyPushUrl({ ...push, bizId: 'evil.example.com/' })).toThrow(/^bizId must be/);
    expect(() => legacyPlayUrls({ bizId: 'a', streamName: 'a' })).toThrow(/^bizId must be/);
    expect(() => legacyPlayUrls({ bizId: '1', streamName: 'a b' })).toThrow(/^streamName must be/);
  });
});

describe('playUrls', () => {
  it('offers what has an origin, unsigned without a key', () => {
    expect(playUrls({ ...play, origins: { http: 'http://127.0.0.1:9000' } })).toEqual({
      flv: 'http://127.0.0.1:9000/live/8888_u1.flv',
      hls: 'http://127.0.0.1:9000/live/8888_u1.m3u8',
    });
    expect(playUrls({ ...play, origins: { rtmp: 'rtmp://[::1]:1935', webrtc: undefined } })).toEqual({
      rtmp: 'rtmp://[::1]:1935/live/8888_u1',
    });
    expect(playUrls({ ...play, origins: {} })).toEqual({});
  });

  test.each([
    ['origins', { origins: { http: 'play.example.com' } }],
    ['origins', { origins: { http: 'https://play.example.com/' } }],
    ['origins', { origins: { rtmp: 'https://play.example.com' } }],
    ['origins', { origins: { webrtc: 'webrtc://a b' } }],
    ['streamName', { streamName: 'a.flv' }],
    ['appName', { appName: '' }],
    ['key', { key: '' }],
  ])('throws naming %s for %j', (name, change) => {
    expect(() => playUrls({ origins: {}, ...play, ...change })).toThrow(new RegExp(`^${name} must be`));
  });
});

describe('linkMicPlayUrl', () => {
  const sign = (originUrl: string, bizId?: string) =>
    linkMicPlayUrl({ originUrl, key: 'localonlykey', txTime: '6b032873', bizId });
  const secret = txSecret({ key: 'localonlykey', streamName: '8888_u2', txTime: '6b032873' });
  const signature = `txSecret=${secret}&txTime=6b032873`;

  test.each([
    ['rtmp://h/live/8888_u2', `rtmp://h/live/8888_u2?${signature}&bizid=8888`],
    ['http://h:80/live/8888_u2.flv', `http://h:80/live/8888_u2.flv?${signature}&bizid=8888`],
    ['http://h/live/8888_u2.m3u8?a=1&b=?', `http://h/live/8888_u2.m3u8?a=1&b=?&${signature}&bizid=8888`],
    ['http://h/live/8888_u2.flv?', `http://h/live/8888_u2.flv?${signature}&bizid=8888`],
    [
      'http://h/live/8888_u2.flv?txSecret=old&bizid=1&x=2&txTime=65554280',
      `http://h/live/8888_u2.flv?x=2&${signature}&bizid=8888`,
    ],
  ])('%s', (origin, expected) => {
    expect(sign(origin, '8888')).toBe(expected);
  });

  it('adds no bizid where there is none', () => {
    expect(sign('rtmp://h/live/8888_u2')).toBe(`rtmp://h/live/8888_u2?${signature}`);
  });

  test.each([
    '',
    'rtmp://h',
    'rtmp://h/',
    'rtmp://h/live/',
    'rtmp://h/live/.flv',
    'rtmp://h/a b',
    'x',
    'http://h/流',
  ])('there is no stream in %j', (url) => {
    expect(streamNameInUrl(url)).toBeUndefined();
    expect(() => sign(url)).toThrow(/^originUrl must be/);
  });

  it('reads the name before the first dot of the last segment', () => {
    expect(streamNameInUrl('rtmp://h/live/8888_u2.a.flv?x=/y.z')).toBe('8888_u2');
    expect(streamNameInUrl('webrtc://h/8888-u2')).toBe('8888-u2');
    expect(streamNameInUrl(`rtmp://h/${'a/'.repeat(50_000)}b`)).toBe('b');
  });

  it('wants digits for a bizid', () => {
    expect(() => sign('rtmp://h/live/8888_u2', '1&x=2')).toThrow(/^bizId must be/);
  });
});
