import { Failure } from '../../shared/http/errors';
import { isAccountDeleted } from '../../shared/store/accounts';
import type { Queryable } from '../../shared/store/database';

/**
 * An access token outlives its account by up to an hour, and must begin nothing in that time. A user without an account
 * is not concerned: tokens may come from elsewhere.
 * @param tx a transaction that holds the user's row, as the deletion does, where what follows is stored
 * @throws Failure forbidden
 */
export async function refuseDeleted(tx: Queryable, userId: string): Promise<void> {
  if (await isAccountDeleted(tx, userId)) throw new Failure('forbidden', 'this account has been deleted');
}
