import type { Words } from '../language';
import { callbackPaths } from './callbacks';

/** What to paste where: for the consoles, and into apps of each generation. */
export function addresses(base: URL): { where: Words; address: string }[] {
  const { origin } = base;
  return [
    {
      where: {
        en: 'Live console, event center, callback template: stream begin, stream end, recording',
        zh: '云直播控制台 → 事件中心 → 回调模板：推流、断流、录制回调',
      },
      address: origin + (callbackPaths[0] ?? ''),
    },
    {
      where: { en: 'IM console, webhook configuration', zh: '即时通信 IM 控制台 → 回调配置' },
      address: `${origin}/imCallback`,
    },
    {
      where: {
        en: 'App of generation 1 (2016-2018): SVR_POST_URL, kHttpServerAddr',
        zh: '第一代客户端（2016–2018）：SVR_POST_URL、kHttpServerAddr',
      },
      address: `${origin}/interface.php`,
    },
    {
      where: {
        en: 'App of generation 2 (2018-2021): APP_SVR_URL, kHttpServerAddr',
        zh: '第二代客户端（2018–2021）：APP_SVR_URL、kHttpServerAddr',
      },
      address: origin,
    },
    {
      where: {
        en: 'App of generation 3 (2021-): SERVERLESSURL',
        zh: '第三代客户端（2021 起）：SERVERLESSURL',
      },
      address: `${origin}/`,
    },
    {
      where: { en: 'Share page of a live or replay', zh: '直播与回放的分享页' },
      address: `${origin}/watch/<streamId>`,
    },
  ];
}
