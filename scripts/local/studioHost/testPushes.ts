/** The built-in test picture, pushed by real RTMP until it is stopped. */
import { startPush, type Push } from '../../demo/picture';

export interface TestPushes {
  /** Begins to push. Out: why not, or undefined. */
  start(pushUrl: string): string | undefined;
  /** Ends a push. Out: whether there was one. */
  stop(streamName: string): Promise<boolean>;
  /** The streams that are being pushed. */
  list(): string[];
  close(): Promise<void>;
}

/** Encoders are costly: more than this on one machine and none is smooth. */
const most = 4;

/**
 * @param domain where pushes may go: LIVE_PUSH_DOMAIN, with the port if it has one
 * @param onEnd told when a push has ended, with ffmpeg's complaint when it was not stopped
 */
export function testPushes(
  ffmpeg: string | undefined,
  domain: string,
  onEnd: (streamName: string, failure: string | undefined) => void,
): TestPushes {
  const running = new Map<string, Push>();
  return {
    start(pushUrl) {
      if (ffmpeg === undefined) return 'no ffmpeg on this machine';
      const streamName = streamNameOf(pushUrl, domain);
      if (streamName === undefined) return `pushUrl: expected rtmp://${domain}/<app>/<stream>?txSecret=...`;
      if (running.has(streamName)) return undefined;
      if (running.size >= most) return `${most} test pictures are being pushed already: stop one first`;
      const push = startPush({ ffmpeg, file: undefined }, pushUrl);
      running.set(streamName, push);
      void push.ended.then(() => {
        const stopped = !running.delete(streamName);
        onEnd(streamName, stopped ? undefined : push.failure());
      });
      return undefined;
    },
    async stop(streamName) {
      const push = running.get(streamName);
      running.delete(streamName);
      await push?.stop();
      return push !== undefined;
    },
    list: () => [...running.keys()],
    async close() {
      const pushes = [...running.values()];
      running.clear();
      await Promise.all(pushes.map((push) => push.stop()));
    },
  };
}

/** Out: undefined for an address that is not a stream on that domain. */
function streamNameOf(pushUrl: string, domain: string): string | undefined {
  if (!/^[\x21-\x7e]{1,2000}$/.test(pushUrl) || !URL.canParse(pushUrl)) return undefined;
  const { protocol, host, pathname } = new URL(pushUrl);
  if (protocol !== 'rtmp:' || host !== domain) return undefined;
  return /^\/[\w-]+\/([\w-]{1,128})$/.exec(pathname)?.[1];
}
