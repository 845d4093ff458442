import type { SqlValue } from '../../shared/store/database';

/**
 * Reads an offset from UTC such as `+08:00`.
 * @returns minutes east of UTC; undefined when it is none
 */
export function parseOffset(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (sign === undefined || Number(minutes) > 59 || total > 14 * 60) return undefined;
  return sign === '-' ? -total : total;
}

/** @returns `+08:00` of 480 */
export function formatOffset(minutes: number): string {
  const of = (value: number) => String(value).padStart(2, '0');
  const east = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${of(Math.floor(east / 60))}:${of(east % 60)}`;
}

/**
 * Reads a time of an old row: `2018-05-01 12:00:00` on the clock of the given offset, or epoch seconds in a column of
 * numbers.
 * @returns epoch milliseconds; undefined for none: NULL, `0000-00-00 00:00:00`, a day that no calendar has
 */
export function readLegacyTime(value: SqlValue | undefined, offsetMinutes: number): number | undefined {
  if (typeof value === 'number') return value > 0 ? value * 1000 : undefined;
  const [, date, time = '00:00:00'] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)?)?$/.exec(value ?? '') ?? [];
  if (date === undefined) return undefined;
  const at = Date.parse(`${date}T${time}Z`);
  // February 31st would become a day of March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(date)) return undefined;
  const utc = at - offsetMinutes * 60_000;
  return utc > 0 ? utc : undefined;
}

/** `2018-05-01 12:00` on the clock of the given offset. */
export function showTime(at: number, offsetMinutes: number): string {
  return new Date(at + offsetMinutes * 60_000).toISOString().slice(0, 16).replace('T', ' ');
}
