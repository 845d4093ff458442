import { openMysql } from '../../shared/store/mysql';
import { makeBackend } from '../backend';

// Answers one request over a connection that is open already, says the status, and lives on: an instance that waits.
async function main(url: string): Promise<void> {
  const backend = makeBackend(openMysql(url), {}, { write: () => undefined });
  await backend.ask('getLiveList');
  const { status } = await backend.ask('getPushUrl', { as: 'host', body: { title: 'title' } });
  console.log(status);
  setInterval(() => undefined, 60_000);
}

void main(process.argv[2] ?? '');
