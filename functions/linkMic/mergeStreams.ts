import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import type { LiveCloud } from '../../shared/cloud/live';
import { CloudError } from '../../shared/cloud/tencentApi';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { describedAs, wholeNumber } from '../../shared/input';
import { moment } from '../../shared/output';
import { findBroadcast } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';
import { knownGuestStreams } from '../../shared/store/guestStreams';
import { dropMix, noteMix } from '../../shared/store/mixes';

/** A host and three guests: what the apps can do (protocol.md 5.1), and what the original interface could mix. */
const mostInputs = 4;

/** Milliseconds for the cloud, so that there is an answer before the function's own limit of 2.8 s. */
const cloudLimit = 2_200;

const streamId = v.pipe(
  v.string('expected a stream id'),
  v.toLowerCase(),
  v.regex(/^[a-z0-9_]{1,64}$/, 'expected a stream id'),
);

/** Pixels, or a part of the background picture; as a number, or as the text of one, which some apps send. */
const length = v.optional(
  v.pipe(
    v.union(
      [v.number(), v.pipe(v.string(), v.regex(/^\d{1,4}(\.\d{1,6})?$/))],
      'expected a number of pixels',
    ),
    describedAs({
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 2_000 },
        { type: 'number', minimum: 0.01, maximum: 0.99 },
      ],
    }),
    v.transform(Number),
    v.check(
      (given) => (Number.isInteger(given) ? given >= 0 && given <= 2_000 : given >= 0.01 && given <= 0.99),
      'expected 0 to 2000 pixels, or a part from 0.01 to 0.99',
    ),
  ),
);

const mixInput = v.object(
  {
    streamId,
    imageLayer: wholeNumber(1, 16),
    imageWidth: length,
    imageHeight: length,
    locationX: length,
    locationY: length,
  },
  'expected a stream with its place',
);

export const mergeInput = v.object({
  outputStreamId: streamId,
  sessionId: v.optional(streamId),
  inputs: v.pipe(
    v.array(mixInput, 'expected a list of streams'),
    v.maxLength(mostInputs, `expected at most ${mostInputs} streams`),
    v.check((inputs) => distinct(inputs.map((one) => one.streamId)), 'expected each stream once'),
    v.check((inputs) => distinct(inputs.map((one) => one.imageLayer)), 'expected each imageLayer once'),
  ),
});

const output = v.object({ mixed: v.boolean(), timestamp: moment });

export interface MergeStreamsNeeds {
  database: Database;
  cloud: Pick<LiveCloud, 'mixStreams' | 'cancelMix'>;
}

/**
 * Mixes the host's stream with those of its guests; viewers of the host's stream then see all of them. The list always
 * holds the whole mix: the host alone, or nobody, ends it (protocol.md 4.15, 5.4).
 *
 * In: `outputStreamId`, the caller's own broadcast, and `inputs`, of which each is that stream or a guest's, with its
 * place. A `sessionId` is accepted when it is the same as `outputStreamId`, as the apps send it: one mix per broadcast,
 * so that nobody can change or end another's.
 * Out: `mixed`, whether a mix is now running; `timestamp` in epoch seconds.
 * Fails with `forbidden` for a stream that is not the caller's to mix, `conflict` when the cloud refuses (a push younger
 * than 5 s, a mix ended less than 30 s ago: asking again helps), `unavailable` when it cannot be asked.
 */
export const mergeStreams = defineCommand({
  name: 'linkMic/mergeStreams',
  input: mergeInput,
  output,
  access: 'user',
  async run(
    { outputStreamId, sessionId = outputStreamId, inputs }: v.InferOutput<typeof mergeInput>,
    { caller, now },
    { database, cloud }: MergeStreamsNeeds,
  ) {
    if (sessionId !== outputStreamId)
      throw new Failure('invalidInput', 'sessionId: expected the same as outputStreamId');
    const mixed = inputs.some((one) => one.streamId !== outputStreamId);
    const host = await findBroadcast(database, outputStreamId);
    if (host === undefined || host.userId !== caller)
      throw new Failure('forbidden', 'outputStreamId: expected a broadcast of your own');
    if (!mixed) {
      await asked(cloud.cancelMix(sessionId, cloudLimit));
      await dropMix(database, sessionId);
      return { mixed, timestamp: seconds(now) };
    }
    if (host.superseded || (!host.online && host.offlineAt !== null))
      throw new Failure('conflict', 'outputStreamId: this broadcast has ended');
    await checkInputs(database, outputStreamId, inputs, now);
    // Noted first: a mix that began although its answer was lost must end with its host as well.
    await noteMix(database, { sessionId, streamId: outputStreamId, startedAt: now });
    const pictures = inputs.map(({ streamId: streamName, ...place }) => ({ streamName, ...place }));
    await asked(cloud.mixStreams(sessionId, outputStreamId, pictures, cloudLimit));
    return { mixed, timestamp: seconds(now) };
  },
});

async function checkInputs(
  database: Database,
  host: string,
  inputs: readonly { streamId: string }[],
  now: number,
): Promise<void> {
  const guests = inputs.map((one) => one.streamId).filter((id) => id !== host);
  if (guests.length === inputs.length)
    throw new Failure('invalidInput', 'inputs: expected outputStreamId among them');
  const known = await knownGuestStreams(database, guests, now);
  if (guests.some((id) => !known.has(id)))
    throw new Failure('forbidden', 'inputs: each must be the stream of a guest, or the output stream');
}

/** What the cloud's failure means to the caller. */
async function asked(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    switch (error.code) {
      case 'refused':
        throw new Failure('conflict', `mixing was refused: ${error.refusal}`);
      case 'notConfigured':
        throw new Failure('unavailable', 'mixing is not set up on this server');
      case 'unavailable':
        throw new Failure('unavailable', 'mixing did not answer in time, try again');
    }
  }
}

function distinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
