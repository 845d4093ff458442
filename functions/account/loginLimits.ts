import { Failure } from '../../shared/http/errors';
import type { Queryable } from '../../shared/store/database';
import { isLoginAddress } from '../../shared/store/loginAddresses';
import { countRequest } from '../../shared/store/rates';

const tenMinutes = 600_000;
const hour = 3_600_000;

/**
 * Attempts, not failures: they are counted before the password is looked at, so that many at once are counted too.
 * One phone needs one attempt; a whole town may share an address with a mobile carrier.
 */
const mostOfPair = { attempts: 20, window: tenMinutes };
const mostOfAddress = { attempts: 300, window: tenMinutes };
const mostOfStrangers = { attempts: 100, window: hour };

const mostRegistrations = { attempts: 60, window: hour };

/**
 * Counts one attempt to log in and refuses it when there were too many: of this address at this account, of this address
 * at all accounts, or at this account from all the addresses that its user has never logged in from. Whoever guesses at
 * an account therefore runs into the last limit without locking out its user, who comes from a known address.
 * @throws Failure tooMany
 */
export async function limitLogin(
  db: Queryable,
  userId: string,
  clientAddress: string,
  now: number,
): Promise<void> {
  const address = networkOf(clientAddress);
  // The address first: what it is refused then adds no row, whatever names it makes up.
  await limit(db, `login:a:${address}`, mostOfAddress, now);
  await limit(db, `login:p:${address}:${userId}`, mostOfPair, now);
  if (!(await isLoginAddress(db, userId, address)))
    await limit(db, `login:u:${userId}`, mostOfStrangers, now);
}

/** @throws Failure tooMany when this address has registered too many accounts within an hour */
export async function limitRegistration(db: Queryable, clientAddress: string, now: number): Promise<void> {
  await limit(db, `register:${networkOf(clientAddress)}`, mostRegistrations, now);
}

/**
 * What stands for an address in counts: an IPv4 address itself, of an IPv6 address the network of 64 bits that one
 * subscriber has, 'unknown' for none.
 */
export function networkOf(address: string): string {
  if (address === '') return 'unknown';
  if (!address.includes(':') || address.includes('.')) return address.slice(0, 45);
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(tail === undefined ? 0 : Math.max(8 - left.length - right.length, 0)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${groups.join(':').slice(0, 40)}::/64`;
}

async function limit(
  db: Queryable,
  source: string,
  { attempts, window }: { attempts: number; window: number },
  now: number,
): Promise<void> {
  const made = await countRequest(db, source.slice(0, 120), window, now);
  if (made > attempts) throw new Failure('tooMany', 'too many attempts, try again later');
}
