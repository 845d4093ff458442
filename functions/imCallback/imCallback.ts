import { seconds } from '../../shared/clock';
import type { Config } from '../../shared/config';
import { Failure } from '../../shared/http/errors';
import { readJsonObject } from '../../shared/http/request';
import type { ServedRequest } from '../../shared/http/serve';
import { verifyImWebhook } from '../../shared/signing/imWebhook';
import { broadcastOfGroup, type Broadcast } from '../../shared/store/broadcasts';
import type { Database, Queryable } from '../../shared/store/database';
import { notePresence } from '../../shared/store/imPresence';
import { emptyRoom, enterRoom, quitRoom } from '../../shared/store/roomMembers';
import { profilesOf } from '../../shared/store/users';
import { usersOfNumbers } from '../../shared/store/v3Users';
import { readWebhook, type ImEvent } from './webhook';

/** How far RequestTime may lie from our clock; IM sets no limit. The same webhook twice changes nothing anyway. */
const maxDifferenceSeconds = 300;

/** IM says when somebody goes; this only ends what a lost webhook left behind. Milliseconds. */
const memberLife = 4 * 3_600_000;

/** IM's clock and ours may differ by so much; milliseconds. */
const skew = 2_000;

export interface ImCallbackNeeds {
  config: Pick<Config, 'IM_SDKAPPID' | 'IM_CALLBACK_TOKEN'>;
  database: Database;
}

/** What became of a webhook. */
export type Outcome = 'applied' | 'unknown group' | 'late' | 'noted';

/**
 * Takes one webhook of IM and keeps the members of the group's broadcast right (signing.md 5.3). In any order and any
 * number of times the same webhooks leave the same members: the later word about a user holds, by IM's own clock.
 *
 * Without IM_CALLBACK_TOKEN every webhook is refused: nothing else tells IM from a stranger, who could empty rooms.
 * The function starts all the same, because a deployment that uses no webhooks needs no token.
 * @throws Failure forbidden, unauthorized, or invalidInput for a member at fault
 */
export async function imCallback(request: ServedRequest, needs: ImCallbackNeeds): Promise<Outcome> {
  checkSender(request, needs.config);
  const event = readWebhook(readJsonObject(request.body));
  if (event.kind === 'other') return 'noted';
  // A state change has no time of its own: it happened in the second in which IM signed it, after what else did.
  const at = Math.min(event.at ?? Number(request.query['RequestTime']) * 1000 + 999, request.now);
  return needs.database.transaction(async (tx) => {
    const live = await broadcastOfGroup(tx, event.groupId);
    if (live === undefined) return 'unknown group';
    // v3 apps use one group for all broadcasts of a host: this is about an earlier one.
    if (at < live.createdAt - skew) return 'late';
    await apply(tx, live, event, at, request.now);
    return 'applied';
  });
}

function checkSender({ query, now }: ServedRequest, config: ImCallbackNeeds['config']): void {
  if (config.IM_CALLBACK_TOKEN === undefined) {
    throw new Failure('forbidden', 'IM_CALLBACK_TOKEN is not set: set it here and in the IM console');
  }
  const check = verifyImWebhook({
    token: config.IM_CALLBACK_TOKEN.reveal(),
    sign: query['Sign'],
    requestTime: query['RequestTime'],
    now: seconds(now),
    maxDifferenceSeconds,
  });
  if (check !== 'ok') throw new Failure('unauthorized', complaints[check]);
  if (query['SdkAppid'] !== String(config.IM_SDKAPPID))
    throw new Failure('forbidden', 'SdkAppid: this is another application');
}

const complaints = {
  missing:
    'Sign, RequestTime: expected both; switch authentication on in the webhook configuration of the IM console',
  malformed: 'Sign, RequestTime: expected 64 hex digits and epoch seconds',
  wrong: 'Sign: does not match; the token in the IM console and IM_CALLBACK_TOKEN differ',
  expired: 'RequestTime: this webhook is no longer valid',
  tooFarAhead: 'RequestTime: lies ahead',
} as const;

async function apply(
  tx: Queryable,
  live: Broadcast,
  event: Exclude<ImEvent, { kind: 'other' }>,
  at: number,
  now: number,
): Promise<void> {
  if (event.kind === 'destroyed') return emptyRoom(tx, live.streamId);
  // In one order, so that two webhooks about the same members follow each other.
  const users = [...(await productUsers(tx, event.members))].sort();
  const profiles = event.kind === 'joined' ? await profilesOf(tx, users) : undefined;
  for (const userId of users) {
    // The host is in the group too and does not watch.
    if (userId === live.userId || !(await notePresence(tx, live.streamId, userId, at))) continue;
    if (event.kind === 'left') await quitRoom(tx, live.streamId, userId);
    else {
      const { nickname, headPic } = profiles?.get(userId) ?? { nickname: '', headPic: '' };
      await enterRoom(tx, live.streamId, { userId, nickname, headPic }, now, now + memberLife);
    }
  }
}

/** v3 apps log in to IM under a number; everybody else under the user id. */
async function productUsers(tx: Queryable, members: readonly string[]): Promise<Set<string>> {
  const known = await usersOfNumbers(tx, members);
  return new Set(members.map((member) => known.get(member) ?? member));
}
