import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether this system says how much memory its processes hold. */
export const hasProc = existsSync('/proc/self/status');

/**
 * Resident memory of a running `npm start`, in MB (1,048,576 bytes): of the product with all its processes, and of npm
 * and its shell, which only wait for it. Pages that two processes share count twice.
 * @param npm process id of npm
 */
export function residentMegabytes(npm: number): { product: number; npm: number } {
  const parents = parentsOfAll();
  const family = withDescendants(npm, parents);
  const program = family.find((pid) => /^\S*node scripts\/run\.cjs /.test(commandLine(pid)));
  const own = program === undefined ? [] : withDescendants(program, parents);
  return { product: sum(own), npm: sum(family) - sum(own) };
}

function sum(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + (statusNumber(pid, 'VmRSS') ?? 0), 0) / 1024;
}

function parentsOfAll(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? statusNumber(Number(name), 'PPid') : undefined;
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  return parents;
}

/** The process first, then its children and theirs. */
function withDescendants(root: number, parents: ReadonlyMap<number, number>): number[] {
  const children = [...parents].filter(([, parent]) => parent === root).map(([pid]) => pid);
  return [root, ...children.flatMap((child) => withDescendants(child, parents))];
}

/** The program and its arguments, a space between two. */
function commandLine(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ');
}

/** A number of /proc/<pid>/status; undefined when the process is gone. */
function statusNumber(pid: number, field: string): number | undefined {
  const value = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(pid, 'status'))?.[1];
  return value === undefined ? undefined : Number(value);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
