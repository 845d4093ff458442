import type { LiveCloud } from '../../shared/cloud/live';

/** The live service as far as old apps need it: it mixes what it is told and does what operators ask. */
export interface StandInCloud extends LiveCloud {
  /** The streams of each running mix, by session. */
  mixes: Map<string, string[]>;
  forbidden: Set<string>;
}

export function standInCloud(): StandInCloud {
  const mixes = new Map<string, string[]>();
  const forbidden = new Set<string>();
  return {
    mixes,
    forbidden,
    configured: () => true,
    onlineStreams: () => Promise.resolve({ streams: [], complete: true }),
    forbidStream: (streamName) => Promise.resolve(void forbidden.add(streamName)),
    resumeStream: (streamName) => Promise.resolve(void forbidden.delete(streamName)),
    dropStream: () => Promise.resolve(),
    mixStreams: (sessionId, _output, inputs) => {
      const streams = inputs.map(({ streamName }) => streamName);
      return Promise.resolve(void mixes.set(sessionId, streams));
    },
    cancelMix: (sessionId) => Promise.resolve(void mixes.delete(sessionId)),
  };
}
