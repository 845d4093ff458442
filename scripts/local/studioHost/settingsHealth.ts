/** What the settings make possible, without saying any of them. */
import { judgeSetting, type SettingName } from '../../../shared/config';
import type { LocalSettings } from '../settings';

export interface SettingHealth {
  name: SettingName;
  /** `given` in the environment, a `local` default of npm start, or `empty`. */
  source: 'given' | 'local' | 'empty';
  /** What npm run doctor would say of it for a deployment. */
  deployed: 'ready' | 'optional' | 'missing' | 'malformed' | 'default';
  whereToFind: string;
}

export interface FeatureHealth {
  feature: Feature;
  settings: SettingHealth[];
}

const features = {
  push: ['LIVE_BIZID', 'LIVE_PUSH_DOMAIN', 'LIVE_PUSH_KEY', 'LIVE_APP_NAME', 'LIVE_URL_TTL', 'LIVE_RECORD'],
  play: ['LIVE_PLAY_DOMAIN', 'LIVE_PLAY_KEY'],
  callback: ['LIVE_CALLBACK_KEY', 'LIVE_CALLBACK_KEY_PREVIOUS', 'REPLAY_MIN_SECONDS', 'REPLAY_WINDOW_DAYS'],
  database: ['DATABASE_URL'],
  access: ['TOKEN_SECRET', 'ADMIN_TOKEN', 'V1_ACCESS'],
  pictures: ['COS_APPID', 'COS_BUCKET', 'COS_REGION', 'COS_SECRET_ID', 'COS_SECRET_KEY', 'MEDIA_HOSTS'],
  videos: ['VOD_SECRET_ID', 'VOD_SECRET_KEY', 'VOD_PROCEDURE', 'VOD_SUB_APPID'],
  chat: ['IM_SDKAPPID', 'IM_SECRET_KEY', 'IM_USERSIG_TTL', 'IM_ADMIN', 'IM_CALLBACK_TOKEN'],
  liveApi: ['TENCENT_SECRET_ID', 'TENCENT_SECRET_KEY', 'TENCENT_REGION'],
  wechat: ['WECHAT_APPID', 'WECHAT_SECRET'],
} as const satisfies Record<string, readonly (SettingName & keyof LocalSettings)[]>;

export type Feature = keyof typeof features;

/**
 * @param settings what npm start runs with
 * @param environment what it was given
 */
export function settingsHealth(
  settings: LocalSettings,
  environment: Record<string, string | undefined>,
): FeatureHealth[] {
  return (Object.keys(features) as Feature[]).map((feature) => ({
    feature,
    settings: features[feature].map((name) => {
      const verdict = judgeSetting({ ...settings, TENCENTCLOUD_RUNENV: 'SCF' }, name);
      const empty = settings[name] === '';
      const local = environment[name] === undefined;
      // Whatever is wrong with a local default, the cure is a value of one's own.
      const fault = verdict.fault !== undefined && local && !empty ? 'default' : verdict.fault;
      return {
        name,
        source: empty ? 'empty' : local ? 'local' : 'given',
        deployed: fault ?? (empty ? 'optional' : 'ready'),
        whereToFind: verdict.whereToFind,
      };
    }),
  }));
}
