import { openMysql } from '../../shared/store/mysql';

// Sends one statement and does not close: the process must end all the same.
async function main(url: string): Promise<void> {
  const database = openMysql(url);
  console.log(JSON.stringify(await database.rows('SELECT 1 AS one')));
}

void main(process.argv[2] ?? '');
