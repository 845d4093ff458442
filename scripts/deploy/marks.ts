/**
 * What the deployment remembers in the cloud, in the texts that SCF keeps with functions, versions and aliases. They may
 * have letters, digits, spaces, commas and full stops (SDK, Description), at most 1000.
 */

/**
 * The code of a function and the upload that brought it. It stands in the function's description before the code is
 * sent, and in that of the version which is published afterwards: only when both are equal is the code known to be there.
 */
export function codeMark(fingerprint: string, upload: string): string {
  return `code ${fingerprint} upload ${upload}`;
}

/** @returns the fingerprint; undefined for a text of somebody else */
export function fingerprintOf(mark: string): string | undefined {
  return /^code ([0-9a-f]{32}) upload \w+$/.exec(mark)?.[1];
}

/**
 * Of a function into which two deployments wrote: whose code it has is not known, so the next one uploads again. Still a
 * text of ours.
 */
export const contestedMark = 'code unknown upload contested';

/** Whether a function's description says that the deployment made it. */
export function isMark(description: string): boolean {
  return description === contestedMark || fingerprintOf(description) !== undefined;
}

/** One move of an alias. */
export interface Release {
  /** Its time, so that ids sort. */
  id: string;
  /** How many functions it moved: fewer with this id mean that it was not finished. */
  functions: number;
  /** The version that the alias led to before; undefined when there was none. */
  before: string | undefined;
}

/** How many steps back are remembered. */
const mostReleases = 5;

/** The moves of an alias, the last one first, as its description. */
export function releasesText(releases: readonly Release[]): string {
  return releases
    .slice(0, mostReleases)
    .map(({ id, functions, before }) => `release ${id} of ${functions} before ${before ?? 'none'}`)
    .join(', ');
}

/** Reads {@link releasesText}; what is of no such form ends the list. */
export function readReleases(text: string): Release[] {
  const releases: Release[] = [];
  for (const part of text.split(', ')) {
    const [, id, functions, before] = /^release (\w+) of (\d{1,3}) before (\d+|none)$/.exec(part) ?? [];
    if (id === undefined || functions === undefined || before === undefined) break;
    releases.push({ id, functions: Number(functions), before: before === 'none' ? undefined : before });
  }
  return releases;
}

/** The id of what begins at a time: `20261123T082200123Z`. */
export function releaseId(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/[-:.]/g, '');
}
