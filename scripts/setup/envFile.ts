import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, basename, join } from 'node:path';
import { dotenvLine, parseDotenv } from '../deploy/dotenv';

/** The text of a `.env` file; '' when there is none. */
export function readEnvText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * The text with some variables set or, where the value is undefined, taken out. Comments, blank lines, lines of other
 * variables and the order stay as they are; a variable that stood twice stands once; new ones come last.
 * @throws Error when a value cannot stand in such a file; it names the variable
 */
export function editEnvText(text: string, changes: ReadonlyMap<string, string | undefined>): string {
  const written = new Set<string>();
  const kept = text.split(/\r?\n/).flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];
    if (name === undefined || !changes.has(name)) return [line];
    const value = changes.get(name);
    if (value === undefined || written.has(name)) return [];
    written.add(name);
    return [dotenvLine(name, value)];
  });
  while (kept.at(-1)?.trim() === '') kept.pop();
  const added = [...changes].flatMap(([name, value]) =>
    value === undefined || written.has(name) ? [] : [dotenvLine(name, value)],
  );
  const result = [...kept, ...added, ''].join('\n');
  checkWritten(result, changes);
  return result;
}

/** What is written is what will be read: the file is read back before it replaces another. */
function checkWritten(text: string, changes: ReadonlyMap<string, string | undefined>): void {
  const read = parseDotenv(text);
  for (const [name, value] of changes)
    if (read[name] !== value)
      throw new Error(`${name} cannot be written to .env so that it is read back alike`);
}

/**
 * Puts the file in place whole, readable by its owner alone: whoever stops this, or reads meanwhile, finds the old file
 * or the new one.
 */
export function writeEnvText(file: string, text: string): void {
  // A link stays a link.
  const target = existsSync(file) ? realpathSync(file) : file;
  const unfinished = join(dirname(target), `.env.${basename(target)}.${process.pid}.new`);
  rmSync(unfinished, { force: true });
  const handle = openSync(unfinished, 'wx', 0o600);
  try {
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Whether git would take the file into a commit: it is in a work tree that does not ignore it. */
export function isCommittable(file: string): boolean {
  const { status } = spawnSync('git', ['check-ignore', '-q', '--', file], {
    cwd: dirname(file),
    timeout: 5_000,
    stdio: 'ignore',
  });
  return status === 1;
}
