import { startedServers } from './globalSetup';

/** Stops the servers that globalSetup has started. */
export default async function globalTeardown(): Promise<void> {
  await Promise.all(startedServers.map((server) => server.stop()));
}
