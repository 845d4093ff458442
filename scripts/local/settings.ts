import { join } from 'node:path';

/**
 * Every variable of the product for this machine: the ones given, and a local default for each other.
 * A variable that is given wins even when it is empty, so that a test can take one away.
 * The default secrets all begin with `localonly`; a deployed function refuses such a value.
 * @param environment e.g. `process.env`
 * @throws Error of one line that names the variable at fault. What only functions read (LIVE_*, COS_*, ...) is
 * not judged here but by the functions that read it.
 */
export function localSettings(environment: Record<string, string | undefined>): LocalSettings {
  const place = {
    HOST: environment['HOST'] ?? '127.0.0.1',
    PORT: environment['PORT'] ?? '9000',
    RTMP_PORT: environment['RTMP_PORT'] ?? '11935',
    DATA_DIR: environment['DATA_DIR'] ?? '.local',
  };
  checkPlace(place);
  const settings = { ...place, ...addresses(place), ...accounts };
  // Keys of a real account are good for the real service only; without them calls go to the local cloud.
  if (environment['TENCENT_SECRET_ID'] !== undefined) settings.TENCENT_LIVE_ENDPOINT = '';
  if (environment['IM_SECRET_KEY'] !== undefined) {
    settings.IM_ENDPOINT = '';
    settings.IM_CHAT_ENDPOINT = '';
  }
  for (const name of Object.keys(settings)) {
    if (isNameOf(settings, name)) settings[name] = environment[name] ?? settings[name];
  }
  return settings;
}

/** Keys that are good for a real account, where they are not the local default. */
const keysOfAccounts = [
  'LIVE_PUSH_KEY',
  'COS_SECRET_KEY',
  'VOD_SECRET_KEY',
  'IM_SECRET_KEY',
  'TENCENT_SECRET_KEY',
] as const;

/** What decides who may have something signed with them. */
const guards = ['TOKEN_SECRET', 'ADMIN_TOKEN', 'V1_ACCESS'] as const;

/**
 * Any web page can ask this machine's loopback address: with a published TOKEN_SECRET it could sign itself a token, and
 * have push URLs, UserSigs and uploads of a real account signed.
 * @throws Error of one line that names what to set, when a real key stands behind a default
 */
export function refuseKeysBehindDefaults(environment: Record<string, string | undefined>): void {
  const isOwn = (name: string): boolean => !/^(localonly|$)/.test(environment[name] ?? '');
  const given = keysOfAccounts.filter(isOwn);
  const open = guards.filter((name) => !isOwn(name));
  if (given.length === 0 || open.length === 0) return;
  throw new Error(
    `${given.join(', ')} given: set ${open.join(', ')} as well, because the local defaults are published and any web ` +
      'page could use them here (openssl rand -hex 32 makes a secret; V1_ACCESS is open, usersig or off)',
  );
}

export type LocalSettings = Place & ReturnType<typeof addresses> & typeof accounts;

function isNameOf<T extends object>(record: T, name: PropertyKey): name is keyof T {
  return name in record;
}

type Place = Record<'HOST' | 'PORT' | 'RTMP_PORT' | 'DATA_DIR', string>;

function checkPlace(place: Place): void {
  for (const name of ['PORT', 'RTMP_PORT'] as const) {
    const port = /^\d{1,5}$/.test(place[name]) ? Number(place[name]) : 0;
    if (port < 1 || port > 65_535) throw new Error(`${name} is malformed: expected a port from 1 to 65535`);
  }
  if (place.PORT === place.RTMP_PORT) throw new Error('PORT and RTMP_PORT must differ');
  if (!/^[A-Za-z0-9.:-]+$/.test(place.HOST))
    throw new Error('HOST is malformed: expected an address to listen at, such as 127.0.0.1');
  if (place.DATA_DIR.trim() === '' || place.DATA_DIR.includes('\0'))
    throw new Error('DATA_DIR is malformed: expected a folder');
}

/** The host part of URLs that lead to this machine: a wildcard address can be listened at, but not called. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function addresses({ HOST, PORT, RTMP_PORT, DATA_DIR }: Place) {
  const host = reachableHost(HOST);
  return {
    DATABASE_URL: `sqlite:${join(DATA_DIR, 'xiaozhibo.db')}`,
    LIVE_PUSH_DOMAIN: `${host}:${RTMP_PORT}`,
    LIVE_PLAY_DOMAIN: `http://${host}:${PORT},rtmp://${host}:${RTMP_PORT}`,
    // An endpoint in place of a region: uploads go to <endpoint>/<bucket>-<appid>/<key> on this machine.
    COS_REGION: `http://${host}:${PORT}/cos`,
    TENCENT_LIVE_ENDPOINT: `http://${host}:${PORT}`,
    WECHAT_ENDPOINT: `http://${host}:${PORT}`,
    PUBLIC_URL: `http://${host}:${PORT}`,
    IM_ENDPOINT: `http://${host}:${PORT}/cloud/im`,
    IM_CHAT_ENDPOINT: `http://${host}:${PORT}/cloud/im/chat`,
  };
}

const accounts = {
  LIVE_APPID: '1250000000',
  LIVE_BIZID: '8888',
  LIVE_PUSH_KEY: 'localonlyPushKey',
  LIVE_PLAY_KEY: '',
  LIVE_APP_NAME: 'live',
  LIVE_URL_TTL: '',
  LIVE_RECORD: 'flv|hls|mp4',
  LIVE_CALLBACK_KEY: 'localonlyCallbackKey',
  LIVE_CALLBACK_KEY_PREVIOUS: '',
  COS_APPID: '1250000000',
  COS_BUCKET: 'local',
  COS_SECRET_ID: 'localonlyCosSecretId',
  COS_SECRET_KEY: 'localonlyCosSecretKey',
  MEDIA_HOSTS: '',
  VOD_SECRET_ID: 'localonlyVodSecretId',
  VOD_SECRET_KEY: 'localonlyVodSecretKey',
  VOD_PROCEDURE: '',
  VOD_SUB_APPID: '',
  IM_SDKAPPID: '1400000000',
  IM_SECRET_KEY: 'localonly'.padEnd(64, '0123456789abcdef'),
  IM_ADMIN: 'administrator',
  IM_USERSIG_TTL: '',
  IM_CALLBACK_TOKEN: 'localonlyImCallbackToken',
  WECHAT_APPID: 'wxlocalonly',
  WATCH_GUESTS: 'on',
  WECHAT_SECRET: 'localonlyWechatSecret',
  WECHAT_VERIFY: '',
  TENCENT_SECRET_ID: 'localonlySecretId',
  TENCENT_SECRET_KEY: 'localonlySecretKey',
  TENCENT_REGION: 'ap-guangzhou',
  TOKEN_SECRET: 'localonlyTokenSecretOfThisMachineOnly',
  V1_ACCESS: 'open',
  REPLAY_MIN_SECONDS: '3',
  REPLAY_WINDOW_DAYS: '',
  ADMIN_TOKEN: 'localonlyAdminToken',
  LOG_LEVEL: 'info',
};
