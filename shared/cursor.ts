import { Failure } from './http/errors';

/** The place after one row of a list that is ordered by (time, id), newest first. */
export interface Position {
  at: number;
  id: string;
}

export function writeCursor(position: Position): string {
  return Buffer.from(`${position.at}.${position.id}`).toString('base64url');
}

/**
 * @param id the form an id has in this list
 * @throws Failure invalidInput when the text is not one that {@link writeCursor} made
 */
export function readCursor(cursor: string, id: RegExp = /^\w{1,64}$/): Position {
  const parts = /^(\d{1,15})\.(\w{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (parts?.[1] === undefined || parts[2] === undefined || !id.test(parts[2])) {
    throw new Failure('invalidInput', 'cursor: expected the nextCursor of an earlier answer');
  }
  return { at: Number(parts[1]), id: parts[2] };
}

/**
 * Where a page of a list begins, for the store: behind the row a cursor names, else by its number.
 * @param id the form an id has in this list
 * @throws Failure invalidInput for a cursor of another form
 */
export function placeOf(
  { page, pageSize, cursor }: { page: number; pageSize: number; cursor?: string | undefined },
  id?: RegExp,
): { size: number; offset: number } | { size: number; after: Position } {
  if (cursor === undefined) return { size: pageSize, offset: (page - 1) * pageSize };
  return { size: pageSize, after: readCursor(cursor, id) };
}

/** The member that leads on to the next page; none behind a page that was not full. */
export function nextPage<Row>(
  rows: readonly Row[],
  size: number,
  positionOf: (row: Row) => Position,
): { nextCursor?: string } {
  const last = rows.length === size ? rows.at(-1) : undefined;
  return last === undefined ? {} : { nextCursor: writeCursor(positionOf(last)) };
}
