import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { ServerProgram } from './programs';

/** A server that tests can use. The URL's user may create databases. */
export interface Server {
  name: string;
  version: string;
  url: string;
}

export interface StartedServer extends Server {
  /** Resolves when the server is gone and its folder removed. */
  stop(): Promise<void>;
}

const startMs = 30_000;

// Makes the data folder and runs the server until its own standard input closes: at the end of the tests, and also
// when the process that runs them is killed. Then it ends what it has started and removes the folder.
const guard = `folder=$1; initialize=$2; shift 2
{ sh -c "$initialize" && exec "$@"; } </dev/null & server=$!
read -r _
trap : TERM; kill -9 $server; kill -TERM 0; wait; rm -rf "$folder"`;

/** Starts a server in a folder of its own, on a free port of 127.0.0.1. @throws Error with the end of its log */
export async function startServer(program: ServerProgram): Promise<StartedServer> {
  const folder = mkdtempSync(join(tmpdir(), `xiaozhibo-${program.name}-`));
  mkdirSync(join(folder, 'tmp'));
  const port = await freePort();
  const guarded = spawnGuarded(program, folder, port);
  const stop = async () => {
    const gone = once(guarded, 'exit');
    guarded.stdin?.end();
    await gone;
  };
  const url = `mysql://root@127.0.0.1:${port}/mysql`;
  try {
    return { name: program.name, url, version: await versionOf(url, performance.now() + startMs), stop };
  } catch (error) {
    const log = readFileSync(join(folder, 'log'), 'utf8').slice(-2000);
    await stop();
    throw new Error(`${program.command} did not start:\n${log}`, { cause: error });
  }
}

function spawnGuarded(program: ServerProgram, folder: string, port: number): ChildProcess {
  const log = openSync(join(folder, 'log'), 'w');
  const server = [
    program.command,
    '--no-defaults',
    `--datadir=${folder}/data`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${folder}/s.sock`,
    `--pid-file=${folder}/pid`,
    `--tmpdir=${folder}/tmp`,
    '--character-set-server=utf8mb4',
    ...program.options,
  ];
  const initialize = program.initialize(`${folder}/data`).map(quoted).join(' ');
  // In a group of its own, so that Ctrl-C reaches only the tests and the guard can clear up.
  const child = spawn('/bin/sh', ['-c', guard, 'guard', folder, initialize, ...server], {
    stdio: ['pipe', log, log],
    detached: true,
    env: { ...process.env, ...program.environment },
  });
  closeSync(log);
  return child;
}

/** One word for the shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The server's version, as soon as it answers. */
export async function versionOf(url: string, deadline: number): Promise<string> {
  for (;;) {
    try {
      const connection = await createConnection({ uri: url, connectTimeout: 1000 });
      try {
        const [rows] = await connection.query('SELECT VERSION() AS version');
        const [, version] = /"version":"([\d.]+)/.exec(JSON.stringify(rows)) ?? [];
        return version ?? 'unknown version';
      } finally {
        connection.destroy();
      }
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
