import type { Environment } from '../backend';

/** The domains a deployment may have: those every live account begins with, or its own, signed on both sides. */
export const deployments: {
  domains: string;
  settings: Environment;
  /** Where its RTMP play URLs begin. */
  origin: string;
}[] = [
  {
    domains: 'the domains of the account',
    settings: { LIVE_PUSH_DOMAIN: '', LIVE_PLAY_DOMAIN: '', LIVE_PLAY_KEY: '' },
    origin: 'rtmp://8888.liveplay.myqcloud.com',
  },
  {
    domains: 'domains of its own',
    settings: {
      LIVE_PUSH_DOMAIN: 'push.example.com',
      LIVE_PLAY_DOMAIN: 'play.example.com',
      LIVE_PLAY_KEY: 'testplaykey',
    },
    origin: 'rtmp://play.example.com',
  },
];
