import { int, text, type Row } from '../../shared/store/database';
import { setV2Room, type V2Room } from '../../shared/store/v2Rooms';
import { legacyRow } from './legacyRow';
import {
  accountDeleted,
  noUserId,
  rowsIn,
  skipped,
  timeFault,
  type CopyContext,
  type LegacyTable,
  type Plan,
} from './legacyTable';
import type { Outcome } from './tally';
import { knownAccounts } from './users';

/**
 * `tb_room` of the second generation: what a host last called its room. Without it the live service's notices about a
 * broadcast that was begun before the switch would be of nobody's room.
 */
export const tbRoom: LegacyTable = {
  name: 'tb_room',
  select: {
    columns: {
      userId: 'userid',
      title: 'title',
      frontCover: 'frontcover',
      location: 'location',
      updatedAt: 'create_time',
    },
    key: ['userid'],
    size: 200,
  },
  plan,
};

async function plan(rows: readonly Row[], context: CopyContext): Promise<Plan> {
  const { target, offsetMinutes } = context;
  const entries = rows.map((source) => {
    const row = legacyRow(source, offsetMinutes);
    const room = {
      title: row.text('title', 128),
      frontCover: row.picture('frontCover'),
      location: row.text('location', 128),
      updatedAt: row.time('updatedAt') ?? 0,
    };
    const { alterations } = row;
    return { key: JSON.stringify(source['userId']), userId: row.userId(), room, alterations };
  });
  const userIds = entries.flatMap(({ userId }) => userId ?? []);
  const accounts = await knownAccounts(target, userIds);
  const known = new Map(
    (await rowsIn(target, 'SELECT user_id, updated_at FROM v2_rooms WHERE user_id IN', userIds)).map(
      (row) => [text(row, 'user_id'), int(row, 'updated_at')],
    ),
  );
  const due = new Map<string, V2Room>();

  const outcomes = entries.map(({ key, userId, room, alterations }): Outcome => {
    if (userId === undefined) return skipped(key, noUserId);
    if (accounts.get(userId)?.deleted === true) return skipped(key, accountDeleted);
    const fault = timeFault(room.updatedAt, context);
    if (fault !== undefined) return skipped(key, fault);
    const before = known.get(userId);
    if (before === undefined || before < room.updatedAt) {
      due.set(userId, room);
      known.set(userId, room.updatedAt);
      return { key, kind: before === undefined ? 'new' : 'changed', altered: alterations };
    }
    return { key, kind: 'there', altered: alterations };
  });
  return {
    outcomes,
    write: () =>
      target.transaction(async (tx) => {
        for (const [userId, room] of due) await setV2Room(tx, userId, room);
      }),
  };
}
