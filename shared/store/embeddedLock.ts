import { mkdirSync, readFileSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError } from './databaseError';

/** The claim of a process on a database file. `started` tells a process from a later one with the same id. */
interface Holder {
  pid: number;
  started: string | undefined;
}

const heldHere = new Set<string>();

// Longer than taking over can take, so that the mark of a process that died while doing it does not stay.
const takeOverMs = 10_000;

/**
 * Claims a database file for this process by `<path>.pid`. SQLite's own mark, the folder `<path>.lock`, is removed
 * when it was left by a process that is gone: nobody else would do it.
 *
 * @returns gives the claim up
 * @throws DatabaseError `unavailable`, one line that names the process which has the file
 */
export function holdFile(path: string): () => void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw cannotOpen(path, error);
  }
  const pidFile = `${path}.pid`;
  const mark = `${path}.opening`;
  enter(mark, path);
  try {
    const holder = readHolder(pidFile);
    if (heldHere.has(path) || (holder && isAlive(holder))) throw inUse(path, holder?.pid ?? process.pid);
    const self: Holder = { pid: process.pid, started: startOf(process.pid) };
    writeFileSync(pidFile, JSON.stringify(self));
    removeFolder(`${path}.lock`);
  } finally {
    rmSync(mark, { force: true });
  }
  heldHere.add(path);
  return () => {
    heldHere.delete(path);
    rmSync(pidFile, { force: true });
  };
}

/** Keeps two processes from taking over the same file at once. */
function enter(mark: string, path: string): void {
  try {
    writeFileSync(mark, '', { flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw cannotOpen(path, error);
    if (Date.now() - statSync(mark).mtimeMs < takeOverMs) {
      throw new DatabaseError('unavailable', `${path} is being opened by another process; try again`);
    }
    rmSync(mark, { force: true });
    enter(mark, path);
  }
}

function readHolder(pidFile: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(pidFile, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
    const started = 'started' in value && typeof value.started === 'string' ? value.started : undefined;
    return typeof value.pid === 'number' ? { pid: value.pid, started } : undefined;
  } catch {
    // None, or cut off by a crash while it was written.
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return false;
  }
  const startedNow = startOf(pid);
  // After a restart of the machine or container the same id may be another program's, or this very process's.
  if (started !== undefined && startedNow !== undefined) return started === startedNow;
  return pid !== process.pid;
}

/** When the process started, in the system's own count; known on Linux only (proc(5), field 22 of stat). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw cannotOpen(path, error);
  }
}

function inUse(path: string, pid: number): DatabaseError {
  return new DatabaseError(
    'unavailable',
    `${path} is in use by process ${pid}: stop it, or set DATA_DIR (or DATABASE_URL) to another place`,
  );
}

export function cannotOpen(path: string, error: unknown): DatabaseError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DatabaseError(
    'unavailable',
    `${path} cannot be opened (${reason}): check DATA_DIR or DATABASE_URL`,
    {
      cause: error,
    },
  );
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
