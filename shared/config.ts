import { Secret } from './secret';

/** Where a play URL begins, by kind of transport, e.g. `{ http: 'https://play.example.com', rtmp: 'rtmp://play.example.com' }`. */
export interface PlayOrigins {
  http?: string;
  rtmp?: string;
  webrtc?: string;
}

export type V1Access = 'open' | 'usersig' | 'off';

type Environment = Record<string, string | undefined>;

/** One setting: how its text is read, and where a deployer finds it. `read` returns the value or says what was expected. */
interface Setting<T> {
  optional: boolean;
  whereToFind: string;
  /** Read into a Secret. */
  secret?: true;
  read(text: string): T | Expected;
}

/** What a malformed value should have been. A class, so that no value can be mistaken for it. */
class Expected {
  constructor(readonly what: string) {}
}

const settings = {
  DATABASE_URL: secret(
    /^(mysql:\/\/\S+|sqlite:.+)$/,
    'mysql://user:password@host:3306/database',
    'TencentDB for MySQL console, instance details',
  ),
  TOKEN_SECRET: secret(
    /^[^,]{32,}(,[^,]{32,})*$/,
    'at least 32 random characters, or several such secrets separated by commas, the newest first',
    'make one: openssl rand -hex 32',
  ),
  ADMIN_TOKEN: secret(
    /^[\x21-\x7e]{16,}$/,
    'at least 16 random characters without spaces',
    'make one: openssl rand -hex 16',
  ),
  V1_ACCESS: oneOf<V1Access>(['open', 'usersig', 'off'], 'off', 'docs/old-apps.md'),

  LIVE_APPID: digits('account information page, APPID'),
  LIVE_BIZID: digits('live console, domain list: the number before .livepush.myqcloud.com'),
  LIVE_PUSH_DOMAIN: optional(host('live console, domain management, the push domain')),
  LIVE_PUSH_KEY: secret(
    /^[A-Za-z0-9]{1,256}$/,
    'letters and digits',
    'live console, push domain, push configuration, primary key',
  ),
  LIVE_PLAY_DOMAIN: optional(playOrigins('live console, domain management, the playback domain')),
  LIVE_PLAY_KEY: optional(
    secret(
      /^[A-Za-z0-9]{1,256}$/,
      'letters and digits',
      'live console, playback domain, access control, primary key',
    ),
  ),
  LIVE_APP_NAME: text(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -', 'live', 'live console (AppName)'),
  LIVE_URL_TTL: integer(60, 7 * 86_400, 10_800, 'your choice: seconds a push URL stays valid'),
  LIVE_RECORD: text(
    /^(|(flv|hls|mp4)(\|(flv|hls|mp4)){0,2})$/,
    'flv, hls, mp4 or several joined by |, or nothing (a recording template decides)',
    '',
    'your choice',
  ),
  LIVE_CALLBACK_KEY: secret(
    /^[A-Za-z0-9]{1,32}$/,
    'at most 32 letters and digits',
    'live console, event center, callback template, callback key',
  ),
  LIVE_CALLBACK_KEY_PREVIOUS: optional(
    secret(/^[A-Za-z0-9]{1,32}$/, 'at most 32 letters and digits', 'the callback key before the last change'),
  ),

  COS_APPID: digits('account information page, APPID'),
  COS_BUCKET: text(
    /^[a-z0-9][a-z0-9-]{0,49}$/,
    'the bucket name without -APPID',
    undefined,
    'COS console, bucket list',
  ),
  COS_REGION: text(
    /^([a-z0-9-]+|https?:\/\/\S+)$/,
    'a region such as ap-guangzhou',
    undefined,
    'COS console, bucket list',
  ),
  COS_SECRET_ID: text(
    /^\S{1,128}$/,
    'the SecretId of a sub-user who may only upload',
    undefined,
    'CAM console, access keys',
  ),
  COS_SECRET_KEY: secret(
    /^\S{1,128}$/,
    'the SecretKey that belongs to COS_SECRET_ID',
    'CAM console, access keys',
  ),

  MEDIA_HOSTS: hostList('your choice: further hosts from which profile pictures may come'),

  VOD_SECRET_ID: text(
    /^\S{1,128}$/,
    'the SecretId of a sub-user who may only upload to VOD',
    undefined,
    'CAM console, access keys',
  ),
  VOD_SECRET_KEY: secret(
    /^\S{1,128}$/,
    'the SecretKey that belongs to VOD_SECRET_ID',
    'CAM console, access keys',
  ),
  VOD_PROCEDURE: text(/^[\w-]{0,128}$/, 'the name of a task flow', '', 'VOD console, task flow settings'),
  VOD_SUB_APPID: optional(digits('VOD console, application list')),

  IM_SDKAPPID: integer(1, 4_294_967_295, undefined, 'IM console, application card, SDKAppID'),
  IM_SECRET_KEY: secret(
    /^\S{32,128}$/,
    'the key as shown, 64 characters',
    'IM console, basic information, key',
  ),
  IM_ADMIN: optional(
    text(
      /^[A-Za-z0-9_-]{1,32}$/,
      'the user id of an administrator',
      undefined,
      'IM console, app administrators',
    ),
  ),
  IM_ENDPOINT: text(
    /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w-]+)*$/,
    'an origin such as https://console.tim.qq.com',
    'https://console.tim.qq.com',
    'leave it out, unless the application is not in mainland China: IM REST API document, calling',
  ),
  IM_CHAT_ENDPOINT: text(
    /^(|https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w-]+)*)$/,
    'nothing, or the address of a stand-in',
    '',
    'leave it out: pages then use the IM SDK; `npm start` has a stand-in',
  ),
  IM_CALLBACK_TOKEN: optional(
    secret(
      /^[A-Za-z0-9]{1,64}$/,
      'letters and digits',
      'IM console, webhook configuration, authentication token',
    ),
  ),
  IM_USERSIG_TTL: integer(300, 180 * 86_400, 86_400, 'your choice: seconds a UserSig stays valid'),

  WECHAT_APPID: text(
    /^(wx[0-9A-Za-z]{4,30})?$/,
    'the AppID of an official account, wx...',
    '',
    'WeChat official account platform, basic configuration',
  ),
  WECHAT_SECRET: optional(
    secret(
      /^\S{16,64}$/,
      'the AppSecret that belongs to WECHAT_APPID',
      'WeChat official account platform, basic configuration',
    ),
  ),
  WECHAT_VERIFY: text(
    /^[A-Za-z0-9]{0,64}$/,
    'the letters and digits of MP_verify_<these>.txt',
    '',
    'WeChat official account platform, function settings, JS interface security domain: the name of the file to put there',
  ),
  WECHAT_ENDPOINT: text(
    /^https?:\/\/[A-Za-z0-9.:-]+$/,
    'an origin',
    'https://api.weixin.qq.com',
    'leave it out; `npm start` has a stand-in',
  ),

  PUBLIC_URL: text(
    /^(|https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?)$/,
    'an origin such as https://live.example.com',
    '',
    'your choice: the address at which people open the share page; without it, the one they asked for',
  ),
  WATCH_GUESTS: oneOf(
    ['on', 'off'] as const,
    'on',
    'your choice: whether viewers without an account like and chat',
  ),

  TENCENT_SECRET_ID: optional(
    text(/^\S{1,128}$/, 'the SecretId of a sub-user for live control', undefined, 'CAM console, access keys'),
  ),
  TENCENT_SECRET_KEY: optional(
    secret(/^\S{1,128}$/, 'the SecretKey that belongs to TENCENT_SECRET_ID', 'CAM console, access keys'),
  ),
  TENCENT_REGION: text(/^[a-z0-9-]{1,32}$/, 'a region such as ap-guangzhou', 'ap-guangzhou', 'your choice'),
  TENCENT_LIVE_ENDPOINT: text(
    /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/,
    'an origin such as https://live.tencentcloudapi.com',
    'https://live.tencentcloudapi.com',
    'leave it out, unless the account is one of tencentcloud.com: https://live.intl.tencentcloudapi.com',
  ),

  REPLAY_MIN_SECONDS: integer(0, 3_600, 60, 'your choice: recordings of this length or less are not listed'),
  REPLAY_WINDOW_DAYS: integer(1, 3_650, 7, 'your choice: how long a replay is listed'),
  LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error'] as const, 'info', 'your choice'),
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settings;
export type Config = {
  [Name in SettingName]: Exclude<ReturnType<(typeof settings)[Name]['read']>, Expected>;
};

/**
 * Reads the named settings from an environment.
 * @param environment e.g. `process.env`
 * @param names the settings this function needs; it sees no others
 * @returns the parsed values: secrets as {@link Secret}, times in seconds, sizes in the unit of the name
 * @throws Error with one line per fault, naming each variable, what it should be and where to get it; never a value
 */
export function readConfig<Name extends SettingName>(
  environment: Environment,
  names: readonly Name[],
): Pick<Config, Name> {
  const problems: string[] = [];
  const values = names.map((name) => {
    const value = readSetting(environment, name);
    if (value instanceof Expected) problems.push(value.what);
    return [name, value] as const;
  });
  if (problems.length > 0)
    throw new Error(`cannot start, ${problems.length} setting(s) at fault:\n${problems.join('\n')}`);
  // Every value came from the reader of its own name, and no Expected is left among them.
  return Object.fromEntries(values) as Pick<Config, Name>;
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name);
}

/**
 * What {@link readConfig} would say of one setting; undefined when there is nothing to say.
 * With `TENCENTCLOUD_RUNENV: 'SCF'` in the environment it judges as a deployed function does.
 */
export function settingFault(environment: Environment, name: SettingName): string | undefined {
  const value = readSetting(environment, name);
  return value instanceof Expected ? value.what : undefined;
}

function readSetting(environment: Environment, name: SettingName): unknown {
  const { whereToFind } = settings[name];
  const { value, fault, expected } = judge(environment, name);
  switch (fault) {
    case undefined:
      return value;
    case 'missing':
      return new Expected(`${name} is missing. Where to find it: ${whereToFind}`);
    case 'malformed':
      return new Expected(`${name} is malformed: expected ${expected}. Where to find it: ${whereToFind}`);
    case 'default':
      return new Expected(`${name} is a published default. Where to find your own: ${whereToFind}`);
  }
}

/** What is wrong with a setting: nothing given, not of its form, or a secret that anyone can look up. */
export type SettingFault = 'missing' | 'malformed' | 'default';

/** One setting as {@link readConfig} would take it. */
export interface SettingVerdict {
  fault: SettingFault | undefined;
  /** What it should have been, for one that is missing or malformed. */
  expected: string;
  whereToFind: string;
  /** May be left out. */
  optional: boolean;
  /** Never to be shown. */
  secret: boolean;
  /** What is taken when nothing is given; '' for nothing. */
  fallback: string;
}

/** Every setting by name, in the order of the table. */
export const settingNames: readonly SettingName[] = Object.keys(settings).filter(isSettingName);

/**
 * Judges one setting without reading the others; never throws, and never says a value.
 * @param environment with `TENCENTCLOUD_RUNENV: 'SCF'` in it, it is judged as a deployed function would
 */
export function judgeSetting(environment: Environment, name: SettingName): SettingVerdict {
  const setting: Setting<unknown> = settings[name];
  const { fault, expected } = judge(environment, name);
  const { optional, whereToFind, secret = false } = setting;
  const taken = optional ? setting.read('') : '';
  const fallback = typeof taken === 'number' ? String(taken) : typeof taken === 'string' ? taken : '';
  return { fault, expected, whereToFind, optional, secret, fallback };
}

function judge(
  environment: Environment,
  name: SettingName,
): { value?: unknown; fault?: SettingFault; expected: string } {
  const setting: Setting<unknown> = settings[name];
  const given = environment[name]?.trim() ?? '';
  const value = setting.read(given);
  if (given === '' && !setting.optional)
    return { fault: 'missing', expected: value instanceof Expected ? value.what : '' };
  if (value instanceof Expected) return { fault: 'malformed', expected: value.what };
  const deployed = environment['TENCENTCLOUD_RUNENV'] === 'SCF';
  if (deployed && value instanceof Secret && isKnownDefault(value.reveal()))
    return { fault: 'default', expected: '' };
  if (deployed && name === 'DATABASE_URL' && given.startsWith('sqlite:'))
    return { fault: 'malformed', expected: 'mysql://, because it is for a deployed function' };
  return { value, expected: '' };
}

/** Values that anyone can read in a document, an example or this repository. */
function isKnownDefault(value: string): boolean {
  return /localonly|^(default|change_?me|secret|password|test|example|pushkey|cbkey|xxx+|123456\d*)$|EXAMPLE|5d41402abc4b2a76b9719d911017c592/i.test(
    value,
  );
}

function secret(form: RegExp, expected: string, whereToFind: string): Setting<Secret> {
  return {
    optional: false,
    whereToFind,
    secret: true,
    read: (given) => (form.test(given) ? new Secret(given) : new Expected(expected)),
  };
}

function text(
  form: RegExp,
  expected: string,
  fallback: string | undefined,
  whereToFind: string,
): Setting<string> {
  return {
    optional: fallback !== undefined,
    whereToFind,
    read: (given) => {
      const value = given === '' && fallback !== undefined ? fallback : given;
      return form.test(value) ? value : new Expected(expected);
    },
  };
}

function digits(whereToFind: string): Setting<string> {
  return text(/^[1-9]\d{0,11}$/, 'a number', undefined, whereToFind);
}

function host(whereToFind: string): Setting<string> {
  return text(/^[A-Za-z0-9.-]+(:\d{1,5})?$/, 'a domain without scheme or path', undefined, whereToFind);
}

function hostList(whereToFind: string): Setting<readonly string[]> {
  return {
    optional: true,
    whereToFind,
    read: (given) => {
      const hosts = given === '' ? [] : given.split(',').map((one) => one.trim().toLowerCase());
      return hosts.every((one) => /^[a-z0-9.-]+(:\d{1,5})?$/.test(one))
        ? hosts
        : new Expected('hosts separated by commas, without scheme or path');
    },
  };
}

function integer(
  least: number,
  most: number,
  fallback: number | undefined,
  whereToFind: string,
): Setting<number> {
  return {
    optional: fallback !== undefined,
    whereToFind,
    read: (given) => {
      if (given === '' && fallback !== undefined) return fallback;
      const value = /^\d{1,12}$/.test(given) ? Number(given) : NaN;
      return value >= least && value <= most
        ? value
        : new Expected(`a whole number from ${least} to ${most}`);
    },
  };
}

function oneOf<Word extends string>(
  words: readonly Word[],
  fallback: Word,
  whereToFind: string,
): Setting<Word> {
  return {
    optional: true,
    whereToFind,
    read: (given) => words.find((word) => word === (given || fallback)) ?? new Expected(words.join(', ')),
  };
}

/** A plain domain serves every transport; a comma-separated list of origins names one per scheme (used by `npm start`). */
function playOrigins(whereToFind: string): Setting<PlayOrigins> {
  const expected = new Expected(
    'a domain, or a comma-separated list of origins such as https://a.example,rtmp://b.example',
  );
  return {
    optional: false,
    whereToFind,
    read: (given) => {
      if (!given.includes('://')) {
        if (!/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(given)) return expected;
        return { http: `https://${given}`, rtmp: `rtmp://${given}`, webrtc: `webrtc://${given}` };
      }
      const origins: PlayOrigins = {};
      for (const part of given.split(',')) {
        const scheme = /^(https?|rtmp|webrtc):\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/.exec(part.trim())?.[1];
        if (scheme === undefined) return expected;
        if (scheme === 'rtmp' || scheme === 'webrtc') origins[scheme] = part.trim();
        else origins.http = part.trim();
      }
      return origins;
    },
  };
}

function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return {
    ...setting,
    optional: true,
    read: (given) => (given === '' ? undefined : setting.read(given)),
  };
}
