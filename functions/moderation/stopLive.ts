import * as v from 'valibot';
import type { LiveCloud } from '../../shared/cloud/live';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { userId } from '../../shared/input';
import type { Database } from '../../shared/store/database';
import { cloudLimit, takeDown } from './takeDown';
import { onUserStreams } from './onUserStreams';

const input = v.object({ userId });

const output = v.object({ streamId: v.string(), cloud: v.string() });

export interface ModerationNeeds {
  database: Database;
  cloud: Pick<LiveCloud, 'configured' | 'dropStream' | 'forbidStream' | 'resumeStream'>;
}

/**
 * Takes a user's broadcast off the list and cuts its stream. The user may push again; forbidUser prevents that.
 * Out: `streamId`; `cloud`, what became of the cut (`done`, `not configured`, `failed: ...`).
 * Fails with `notFound` for a user without a broadcast.
 */
export const stopLive = defineCommand({
  name: 'moderation/stopLive',
  input,
  output,
  access: 'operator',
  async run(request: v.InferOutput<typeof input>, { now }, { database, cloud }: ModerationNeeds) {
    const stopped = await database.transaction((tx) => takeDown(tx, request.userId, now));
    if (stopped === undefined) throw new Failure('notFound', 'userId: this user has no broadcast');
    const cut = await onUserStreams(cloud, { streamNames: [stopped.streamName] }, (name) =>
      cloud.dropStream(name, cloudLimit),
    );
    return { streamId: stopped.streamId, cloud: cut };
  },
});
