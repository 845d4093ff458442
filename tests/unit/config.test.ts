import { inspect } from 'node:util';
import { judgeSetting, readConfig, settingNames, type SettingName } from '../../shared/config';

const names: SettingName[] = [
  'DATABASE_URL',
  'TOKEN_SECRET',
  'LIVE_BIZID',
  'LIVE_PUSH_KEY',
  'LIVE_URL_TTL',
  'IM_SDKAPPID',
  'V1_ACCESS',
];
const good = {
  DATABASE_URL: 'mysql://app:pw@db.example.com:3306/live',
  TOKEN_SECRET: 'f3a9c1d27b604e58a1bb0c9d8e7f6a51',
  LIVE_BIZID: '8888',
  LIVE_PUSH_KEY: 'k4Jq9sXw2Lp0',
  IM_SDKAPPID: '1400000001',
};

const messageOf = (
  environment: Record<string, string | undefined>,
  wanted: SettingName[] = names,
): string => {
  try {
    readConfig(environment, wanted);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
};

describe('readConfig', () => {
  test('gives parsed values and defaults', () => {
    const config = readConfig({ ...good, LIVE_URL_TTL: '' }, names);
    expect(config.LIVE_URL_TTL).toBe(10_800);
    expect(config.IM_SDKAPPID).toBe(1_400_000_001);
    expect(config.V1_ACCESS).toBe('off');
    expect(config.DATABASE_URL.reveal()).toBe(good.DATABASE_URL);
  });

  test('names every variable at fault in one message, and where to get it', () => {
    const message = messageOf({
      ...good,
      LIVE_BIZID: 'abc',
      LIVE_PUSH_KEY: undefined,
      IM_SDKAPPID: '-1',
      V1_ACCESS: 'maybe',
    });
    expect(message).toContain('4 setting(s) at fault');
    for (const name of [
      'LIVE_BIZID is malformed',
      'LIVE_PUSH_KEY is missing',
      'IM_SDKAPPID is malformed',
      'V1_ACCESS is malformed',
    ]) {
      expect(message).toContain(name);
    }
    expect(message.match(/Where to find it/g)).toHaveLength(4);
  });

  test('a message never shows a value', () => {
    const message = messageOf({
      ...good,
      TOKEN_SECRET: 'short-but-secret',
      LIVE_PUSH_KEY: 'has spaces in it',
    });
    expect(message).toContain('TOKEN_SECRET');
    expect(message).not.toContain('short-but-secret');
    expect(message).not.toContain('has spaces');
  });

  test.each(['localonlypushkey', 'changeme', '5d41402abc4b2a76b9719d911017c592', 'EXAMPLEKEY'])(
    'a deployed function refuses the published default %s, a local one takes it',
    (key) => {
      expect(messageOf({ ...good, LIVE_PUSH_KEY: key })).toBe('accepted');
      expect(messageOf({ ...good, LIVE_PUSH_KEY: key, TENCENTCLOUD_RUNENV: 'SCF' })).toContain(
        'LIVE_PUSH_KEY is a published default',
      );
    },
  );

  test('a deployed function refuses the embedded database', () => {
    const environment = { ...good, DATABASE_URL: 'sqlite:.local/x.db' };
    expect(messageOf(environment)).toBe('accepted');
    expect(messageOf({ ...environment, TENCENTCLOUD_RUNENV: 'SCF' })).toContain('DATABASE_URL');
  });

  test('a function does not see what it did not ask for', () => {
    expect(Object.keys(readConfig({ ...good, ADMIN_TOKEN: 'x'.repeat(20) }, ['LIVE_BIZID']))).toEqual([
      'LIVE_BIZID',
    ]);
  });

  test('a play domain serves every transport, origins name one each', () => {
    const read = (text: string) =>
      readConfig({ LIVE_PLAY_DOMAIN: text }, ['LIVE_PLAY_DOMAIN']).LIVE_PLAY_DOMAIN;
    expect(read('')).toBeUndefined();
    expect(read('play.example.com')).toEqual({
      http: 'https://play.example.com',
      rtmp: 'rtmp://play.example.com',
      webrtc: 'webrtc://play.example.com',
    });
    expect(read('http://127.0.0.1:9000,rtmp://127.0.0.1:11935')).toEqual({
      http: 'http://127.0.0.1:9000',
      rtmp: 'rtmp://127.0.0.1:11935',
    });
    for (const bad of ['ftp://a.example', 'play.example.com/live', 'https://a.example/x', 'a b']) {
      expect(messageOf({ LIVE_PLAY_DOMAIN: bad }, ['LIVE_PLAY_DOMAIN'])).toContain(
        'LIVE_PLAY_DOMAIN is malformed',
      );
    }
  });

  test('TOKEN_SECRET is one secret or several, each long enough', () => {
    const [one, other] = ['f3a9c1d27b604e58a1bb0c9d8e7f6a51', '0c9d8e7f6a51f3a9c1d27b604e58a1bb'];
    for (const fine of [one, `${one},${other}`, `${one}, ${other}`])
      expect(messageOf({ ...good, TOKEN_SECRET: fine })).toBe('accepted');
    for (const bad of [`${one},`, `,${one}`, `${one},short`, `short,${one}`])
      expect(messageOf({ ...good, TOKEN_SECRET: bad })).toContain('TOKEN_SECRET is malformed');
    const withDefault = { ...good, TOKEN_SECRET: `${one},localonly${other}`, TENCENTCLOUD_RUNENV: 'SCF' };
    expect(messageOf(withDefault)).toContain('TOKEN_SECRET is a published default');
  });

  test('MEDIA_HOSTS is a list of hosts, or nothing', () => {
    const read = (text: string) => readConfig({ MEDIA_HOSTS: text }, ['MEDIA_HOSTS']).MEDIA_HOSTS;
    expect(read('')).toEqual([]);
    expect(read('Img.example.com, b.example:8443')).toEqual(['img.example.com', 'b.example:8443']);
    for (const bad of ['https://a.example', 'a.example/x', 'a b', 'a,,b', '*.example.com'])
      expect(messageOf({ MEDIA_HOSTS: bad }, ['MEDIA_HOSTS'])).toContain('MEDIA_HOSTS is malformed');
  });

  test('a secret prints as [secret] everywhere', () => {
    const { TOKEN_SECRET } = readConfig(good, ['TOKEN_SECRET']);
    const everywhere = [
      String(TOKEN_SECRET),
      `${JSON.stringify({ TOKEN_SECRET })}`,
      inspect({ TOKEN_SECRET }, { showHidden: true }),
    ];
    for (const shown of everywhere) {
      expect(shown).toContain('[secret]');
      expect(shown).not.toContain(good.TOKEN_SECRET);
    }
  });
});

describe('judgeSetting', () => {
  test('judges each setting as readConfig does', () => {
    const environment = { ...good, LIVE_BIZID: 'abc', TOKEN_SECRET: 'short' };
    for (const name of settingNames)
      expect({ name, wrong: judgeSetting(environment, name).fault !== undefined }).toEqual({
        name,
        wrong: messageOf(environment, [name]) !== 'accepted',
      });
  });

  test('says what is wrong, what was expected, and whether the value is one to be shown', () => {
    expect(judgeSetting({}, 'LIVE_CALLBACK_KEY')).toMatchObject({ fault: 'missing', secret: true });
    expect(judgeSetting({}, 'IM_CALLBACK_TOKEN')).toMatchObject({ optional: true, secret: true });
    expect(judgeSetting({ LIVE_BIZID: 'x' }, 'LIVE_BIZID')).toMatchObject({
      fault: 'malformed',
      expected: 'a number',
      secret: false,
    });
    const deployed = { LIVE_PUSH_KEY: 'changeme', TENCENTCLOUD_RUNENV: 'SCF' };
    expect(judgeSetting(deployed, 'LIVE_PUSH_KEY').fault).toBe('default');
  });
});
