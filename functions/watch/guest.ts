import * as v from 'valibot';
import { seconds } from '../../shared/clock';
import { defineCommand } from '../../shared/command';
import type { Config } from '../../shared/config';
import { guestLife } from '../../shared/guestLife';
import { Failure } from '../../shared/http/errors';
import { moment } from '../../shared/output';
import { limitRequests } from '../../shared/requestLimit';
import { guestPrefix, isGuestId } from '../../shared/reservedUserId';
import type { Database } from '../../shared/store/database';
import { countRequest } from '../../shared/store/rates';
import { readToken, signToken } from '../../shared/token';
import { networkOf } from '../account/loginLimits';

/** New or renewed tokens of one address in ten seconds: a mobile carrier has many people behind one. */
const mostInTenSeconds = 30;

/** New guests of one address in an hour. Whoever was one before stays the same one. */
const mostNew = { guests: 600, window: 3_600_000 };

const input = v.object({
  token: v.optional(
    v.pipe(v.string('expected a token'), v.maxLength(4_096, 'expected at most 4096 characters')),
  ),
});

const output = v.object({ userId: v.string(), token: v.string(), expiresAt: moment });

export interface GuestNeeds {
  config: Pick<Config, 'TOKEN_SECRET' | 'WATCH_GUESTS'>;
  database: Database;
  random: (bytes: number) => Uint8Array;
}

/**
 * Lets a viewer of the share page, who has no account, enter rooms, like and chat. In: the `token` of before, to stay
 * the same guest: a page that is open longer than a token lives asks again. Out: `userId`, `token` and when it ends (`expiresAt`, epoch seconds). Fails with `forbidden` when
 * WATCH_GUESTS is off, with `tooMany` for an address that asks too often.
 */
export const guest = defineCommand({
  name: 'watch/guest',
  input,
  output,
  access: 'public',
  async run(request: v.InferOutput<typeof input>, { now, clientAddress }, needs: GuestNeeds) {
    const { config, database, random } = needs;
    if (config.WATCH_GUESTS === 'off') throw new Failure('forbidden', 'WATCH_GUESTS is off');
    await limitRequests(database, 'watch/guest', networkOf(clientAddress), mostInTenSeconds, now);
    const before =
      request.token === undefined ? undefined : await readToken(request.token, config.TOKEN_SECRET, now);
    const known = before !== undefined && isGuestId(before);
    if (!known) await limitNew(database, networkOf(clientAddress), now);
    const userId = known ? before : `${guestPrefix}${Buffer.from(random(8)).toString('hex')}`;
    const token = await signToken({ secret: config.TOKEN_SECRET, userId, now, ttlSeconds: guestLife });
    return { userId, token, expiresAt: seconds(now) + guestLife };
  },
});

async function limitNew(database: Database, network: string, now: number): Promise<void> {
  const made = await countRequest(database, `watch/guest:new:${network}`, mostNew.window, now);
  if (made > mostNew.guests)
    throw new Failure('tooMany', 'too many new guests from this address, try again later');
}
