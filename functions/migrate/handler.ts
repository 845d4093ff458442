import { Failure } from '../../shared/http/errors';
import { isRecord, readRequest } from '../../shared/http/request';
import { failed, type HttpResponse } from '../../shared/http/response';
import { describeError, type Log } from '../../shared/log';
import type { Database } from '../../shared/store/database';
import { migrate, type Migration } from '../../shared/store/migrate';
import { checkServer, type ServerCheck } from './checkServer';

export interface MigrateNeeds {
  /** Opens the database anew for each call. */
  open(): Database;
  migrations: readonly Migration[];
  /** Epoch milliseconds. */
  now: () => number;
}

/** What the deployment is told; the platform writes it to its log, so it holds no secret. */
export type MigrateOutcome =
  { ok: true; applied: string[] } | { ok: true; check: ServerCheck } | { ok: false; error: string };

/**
 * Brings the database to the schema of this code, for the deployment, which calls it inside the VPC before anyone is served
 * by the new code. The event `{"check":true}` changes nothing and tells how the database is set up. It is no command: what
 * comes by HTTP is refused.
 */
export function makeMigrate(
  log: Log,
  needs: MigrateNeeds,
): (event: unknown, context?: unknown) => Promise<MigrateOutcome | HttpResponse> {
  return async (event, context) => {
    // An idle database connection must not hold the invocation open.
    if (isRecord(context)) context['callbackWaitsForEmptyEventLoop'] = false;
    if (readRequest(event) !== undefined)
      return failed(new Failure('notFound', 'this function is not called by HTTP'), '');
    const database = needs.open();
    try {
      if (isRecord(event) && event['check'] === true)
        return { ok: true, check: await checkServer(database, needs.migrations) };
      const faults = await faultsOf(database, needs.migrations);
      if (faults.length > 0) return { ok: false, error: faults.join('; ') };
      const onApplied = (file: string): void => log('info', 'migration applied', { step: file });
      return { ok: true, applied: await migrate(database, needs.migrations, { now: needs.now, onApplied }) };
    } catch (error) {
      const described = describeError(error);
      log('error', 'migration failed', described);
      return { ok: false, error: described.error ?? 'unknown error' };
    } finally {
      await database.close().catch(() => undefined);
    }
  };
}

/** On a server that is set up so that writes would fail, the new code must not be served. */
async function faultsOf(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  if (database.engine !== 'mysql') return [];
  const { faults } = await checkServer(database, migrations);
  return faults.map(({ said }) => said);
}
