import type { BuiltFunction } from './functions';
import type { Section } from './report';

/** Kilobytes of 1,024 bytes. `page`: the share page, packed with its players and the chat's SDK. */
const most = { signing: 60, database: 600, app: 720, page: 450 };
const withPage = ['app', 'watch'];

/**
 * How large a function may be; docs/benchmarks.md says why.
 * @param usesDatabase whether it has DATABASE_URL
 * @returns kilobytes of 1,024 bytes
 */
export function mostKilobytes(name: string, usesDatabase: boolean): number {
  // The app function answers for all others.
  const code = name === 'app' ? most.app : usesDatabase ? most.database : most.signing;
  return code + (withPage.includes(name) ? most.page : 0);
}

/** Size of each function as it is uploaded. 1 KB is 1,024 bytes. */
export function measureBundles(functions: readonly BuiltFunction[]): Section {
  const kilobytes = (bytes: number): number => bytes / 1024;
  return {
    name: 'bundle size',
    how: 'index.js of each function, as it is deployed and compressed with gzip -9',
    lines: functions.map(({ name, bytes, gzipBytes, usesDatabase }) => ({
      what: name,
      values: { KB: kilobytes(bytes), 'gzip KB': kilobytes(gzipBytes) },
      note: usesDatabase ? 'database' : 'signing only',
    })),
    bounds: functions.map(({ name, bytes, usesDatabase }) => ({
      what: `bundle of ${name}`,
      measured: kilobytes(bytes),
      most: mostKilobytes(name, usesDatabase),
      unit: 'KB',
    })),
  };
}
