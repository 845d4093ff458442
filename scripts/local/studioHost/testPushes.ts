/** The built-in test picture, pushed by real RTMP until it is stopped, for half an hour at most. */
import { startPush, type Push } from '../../demo/picture';

export interface TestPush {
  streamName: string;
  /** When it ends by itself, epoch milliseconds. */
  endsAt: number;
}

export interface TestPushes {
  /** Begins to push. Out: why not, or undefined. */
  start(pushUrl: string): string | undefined;
  /** Ends a push. Out: whether there was one. */
  stop(streamName: string): Promise<boolean>;
  /** What is being pushed, the oldest first. */
  list(): TestPush[];
  close(): Promise<void>;
}

/** Encoders are costly: more than this on one machine and none is smooth. */
const most = 4;

/** Nobody may be left to stop it: the tab that began it can have been closed. */
export const testPushMinutes = 30;

interface Running {
  push: Push;
  endsAt: number;
  timer: NodeJS.Timeout;
}

/**
 * @param domain where pushes may go: LIVE_PUSH_DOMAIN, with the port if it has one
 * @param onEnd told when a stream is no longer pushed, with ffmpeg's complaint when it was not stopped
 * @param now epoch milliseconds
 */
export function testPushes(
  ffmpeg: string | undefined,
  domain: string,
  onEnd: (streamName: string, failure: string | undefined) => void,
  now: () => number,
): TestPushes {
  const running = new Map<string, Running>();
  const stop = async (streamName: string): Promise<boolean> => {
    const one = running.get(streamName);
    running.delete(streamName);
    clearTimeout(one?.timer);
    await one?.push.stop();
    return one !== undefined;
  };
  const begin = (command: string, streamName: string, pushUrl: string): void => {
    const push = startPush({ ffmpeg: command, file: undefined }, pushUrl);
    const lasts = testPushMinutes * 60_000;
    const timer = setTimeout(() => void stop(streamName), lasts);
    running.set(streamName, { push, endsAt: now() + lasts, timer });
    void push.ended.then(() => {
      clearTimeout(timer);
      const successor = running.get(streamName);
      if (successor === undefined) return onEnd(streamName, undefined);
      // Stopped, and begun again before this one was gone.
      if (successor.push !== push) return;
      running.delete(streamName);
      onEnd(streamName, push.failure());
    });
  };
  return {
    start(pushUrl) {
      if (ffmpeg === undefined) return 'no ffmpeg on this machine';
      const streamName = streamNameOf(pushUrl, domain);
      if (streamName === undefined) return `pushUrl: expected rtmp://${domain}/<app>/<stream>?txSecret=...`;
      if (running.has(streamName)) return undefined;
      if (running.size >= most) return `${most} test pictures are being pushed already: stop one first`;
      begin(ffmpeg, streamName, pushUrl);
      return undefined;
    },
    stop,
    list: () => [...running].map(([streamName, { endsAt }]) => ({ streamName, endsAt })),
    async close() {
      await Promise.all([...running.keys()].map(stop));
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
