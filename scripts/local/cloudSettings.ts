import { readConfig } from '../../shared/config';
import type { CloudSettings } from './cloud/cloud';
import { reachableHost, type LocalSettings } from './settings';

/**
 * What the local cloud needs to know, from the settings: it stands in for the services that the keys are for.
 * @param ffmpeg the command to run, undefined when there is none
 * @throws Error with one line per variable that is missing or malformed
 */
export function cloudSettings(settings: LocalSettings, ffmpeg: string | undefined): CloudSettings {
  const config = readConfig(settings, [
    'LIVE_APPID',
    'LIVE_APP_NAME',
    'LIVE_PUSH_KEY',
    'LIVE_PLAY_KEY',
    'LIVE_RECORD',
    'LIVE_CALLBACK_KEY',
    'COS_APPID',
    'COS_BUCKET',
    'COS_SECRET_ID',
    'COS_SECRET_KEY',
    'LIVE_PUSH_DOMAIN',
    'TENCENT_SECRET_ID',
    'TENCENT_SECRET_KEY',
    'WECHAT_APPID',
    'WECHAT_SECRET',
    'IM_SDKAPPID',
    'IM_SECRET_KEY',
    'IM_ADMIN',
  ]);
  const url = gatewayUrl(settings);
  return {
    host: settings.HOST,
    rtmpPort: Number(settings.RTMP_PORT),
    dataDir: settings.DATA_DIR,
    publicUrl: url,
    callbackUrl: `${url}/liveCallback`,
    callbackKey: config.LIVE_CALLBACK_KEY.reveal(),
    appId: Number(config.LIVE_APPID),
    appName: config.LIVE_APP_NAME,
    pushKeys: [config.LIVE_PUSH_KEY.reveal()],
    ...(config.LIVE_PLAY_KEY === undefined ? {} : { playKey: config.LIVE_PLAY_KEY.reveal() }),
    recordFormats: (['flv', 'hls', 'mp4'] as const).filter((format) =>
      config.LIVE_RECORD.split('|').includes(format),
    ),
    cos: {
      appId: config.COS_APPID,
      bucket: config.COS_BUCKET,
      secretId: config.COS_SECRET_ID,
      secretKey: config.COS_SECRET_KEY.reveal(),
    },
    ...(config.TENCENT_SECRET_ID === undefined || config.TENCENT_SECRET_KEY === undefined
      ? {}
      : {
          api: {
            secretId: config.TENCENT_SECRET_ID,
            secretKey: config.TENCENT_SECRET_KEY.reveal(),
            pushDomain: (config.LIVE_PUSH_DOMAIN ?? '').replace(/:\d+$/, ''),
          },
        }),
    ...(config.WECHAT_SECRET === undefined
      ? {}
      : { wechat: { appId: config.WECHAT_APPID, secret: config.WECHAT_SECRET.reveal() } }),
    im: { sdkAppId: config.IM_SDKAPPID, secretKey: config.IM_SECRET_KEY.reveal(), admin: config.IM_ADMIN },
    ffmpeg: ffmpeg ?? false,
  };
}

/** Where the gateway can be called, without a slash at the end. */
export function gatewayUrl(settings: LocalSettings): string {
  return `http://${reachableHost(settings.HOST)}:${settings.PORT}`;
}
