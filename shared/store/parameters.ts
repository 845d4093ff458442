import type { SqlValue } from './database';
import { DatabaseError } from './databaseError';

/**
 * The parameters, once it is certain that every engine takes them alike. Refused are values of another type (a
 * driver would turn an array or object into SQL), NaN, infinities, and text with a NUL, which SQLite would cut.
 * A lone surrogate becomes U+FFFD, as MySQL's driver writes it.
 *
 * @throws DatabaseError `other`, naming the position only
 */
export function checkedParams(params: readonly SqlValue[]): SqlValue[] {
  return params.map((value: unknown, index) => {
    if (value === null) return null;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value !== 'string') throw refused(index, 'is neither text, a finite number nor null');
    if (value.includes('\0')) throw refused(index, 'holds a NUL character');
    return loneSurrogate.test(value) ? Buffer.from(value, 'utf8').toString('utf8') : value;
  });
}

const loneSurrogate = /\p{Surrogate}/u;

function refused(index: number, fault: string): DatabaseError {
  return new DatabaseError('other', `SQL parameter ${index + 1} ${fault}`);
}
