import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import { nextPage, placeOf } from '../../shared/cursor';
import { listPage } from '../../shared/input';
import { listOf, moment, userInfo } from '../../shared/output';
import type { Database } from '../../shared/store/database';
import { countBroadcasts, listBroadcasts, type ListedBroadcast } from '../../shared/store/broadcasts';
import { forbiddenUsers } from '../../shared/store/users';

const output = listOf(
  v.object({
    streamId: v.string(),
    userId: v.string(),
    groupId: v.string(),
    title: v.string(),
    description: v.string(),
    userInfo,
    state: v.picklist(['online', 'offline', 'waiting', 'superseded']),
    createdAt: moment,
    onlineAt: v.nullable(moment),
    offlineAt: v.nullable(moment),
    forbidden: v.boolean(),
  }),
);

/**
 * Every broadcast there is, whatever its state, newest first; paged as getLiveList. One that is over is kept for a month
 * longer than its replays are listed.
 * Out: `total`, `items`, and `nextCursor` while there may be more. Times in epoch seconds, null while unknown.
 * `state` is `online`, `offline`, `waiting` (nothing heard of it yet) or `superseded` (its user began another).
 */
export const listLives = defineCommand({
  name: 'moderation/listLives',
  input: listPage,
  output,
  access: 'operator',
  async run(request: v.InferOutput<typeof listPage>, _call, { database }: { database: Database }) {
    const rows = await listBroadcasts(database, 'all', placeOf(request));
    const forbidden = await forbiddenUsers(
      database,
      rows.map((row) => row.userId),
    );
    return {
      total: await countBroadcasts(database, 'all'),
      items: rows.map((row) => ({ ...item(row), forbidden: forbidden.has(row.userId) })),
      ...nextPage(rows, request.pageSize, (row) => ({ at: row.createdAt, id: row.streamId })),
    };
  },
});

function item(live: ListedBroadcast) {
  const { streamId, userId, groupId, title, description, nickname, headPic, frontCover, location } = live;
  return {
    streamId,
    userId,
    groupId,
    title,
    description,
    userInfo: { nickname, headPic, frontCover, location },
    state: stateOf(live),
    createdAt: seconds(live.createdAt),
    onlineAt: live.onlineAt === null ? null : seconds(live.onlineAt),
    offlineAt: live.offlineAt === null ? null : seconds(live.offlineAt),
  };
}

function stateOf(live: ListedBroadcast): 'online' | 'offline' | 'waiting' | 'superseded' {
  if (live.superseded) return 'superseded';
  if (live.online) return 'online';
  return live.offlineAt === null ? 'waiting' : 'offline';
}
