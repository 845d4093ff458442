import * as v from 'valibot';
import { defineCommand } from '../../shared/command';
import { Failure } from '../../shared/http/errors';
import { userId } from '../../shared/input';
import { newestBroadcastOf } from '../../shared/store/broadcasts';
import type { Database } from '../../shared/store/database';
import { addReport } from '../../shared/store/reports';

const input = v.object({ reportedUserId: userId });

const output = v.object({ recorded: v.boolean() });

/**
 * Reports a user for its newest broadcast. It is recorded for an operator to look at, once per reporter and broadcast;
 * nothing is deleted or taken down (the original deleted whatever anybody reported, protocol.md 4.9).
 * Out: `recorded`. Fails with `notFound` for a user who has never broadcast.
 */
export const reportUser = defineCommand({
  name: 'moderation/reportUser',
  input,
  output,
  access: 'user',
  async run(
    { reportedUserId }: v.InferOutput<typeof input>,
    { caller, now },
    { database }: { database: Database },
  ) {
    const about = await newestBroadcastOf(database, reportedUserId);
    if (about === undefined) throw new Failure('notFound', 'reportedUserId: this user has never broadcast');
    await addReport(database, {
      reported: reportedUserId,
      reporter: caller,
      streamId: about.streamId,
      title: about.title,
      reportedAt: now,
    });
    return { recorded: true };
  },
});
