import { randomBytes } from 'node:crypto';
import { createConnection, type Connection } from 'mysql2/promise';
import { legacyPasswordHash } from '../../shared/signing/liteavSig';

/** The tables of the first generation as its script makes them, and those of the second. */
const v1Tables = [
  `CREATE TABLE live_data (
     userid varchar(128) NOT NULL, stream_id varchar(128) NOT NULL, groupid varchar(128) DEFAULT NULL,
     title varchar(128) DEFAULT NULL, nickname varchar(128) DEFAULT NULL, headpic varchar(255) DEFAULT NULL,
     frontcover varchar(255) DEFAULT NULL, location varchar(128) DEFAULT NULL, push_url varchar(255) NOT NULL DEFAULT '',
     status int(4) NOT NULL DEFAULT '0', like_count int(11) NOT NULL DEFAULT '0', viewer_count int(11) NOT NULL DEFAULT '0',
     check_status int(4) DEFAULT '0', forbidflag int(2) DEFAULT NULL, \`desc\` varchar(255) DEFAULT NULL,
     create_time timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', play_url varchar(255) NOT NULL,
     hls_play_url varchar(255) NOT NULL, PRIMARY KEY (userid), KEY stream_id (stream_id)
   ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  `CREATE TABLE tape_data (
     userid varchar(50) NOT NULL, file_id varchar(150) NOT NULL, title varchar(128) DEFAULT NULL,
     nickname varchar(128) DEFAULT NULL, headpic varchar(255) DEFAULT NULL, frontcover varchar(255) DEFAULT NULL,
     location varchar(128) DEFAULT NULL, play_url varchar(255) DEFAULT NULL, like_count int(11) NOT NULL DEFAULT '0',
     viewer_count int(11) NOT NULL DEFAULT '0', \`desc\` varchar(255) DEFAULT NULL,
     create_time timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', hls_play_url varchar(255) DEFAULT NULL,
     start_time timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', PRIMARY KEY (userid, file_id)
   ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  `CREATE TABLE UGC_data (
     userid varchar(50) NOT NULL, file_id varchar(150) NOT NULL, title varchar(128) DEFAULT NULL,
     nickname varchar(128) DEFAULT NULL, headpic varchar(255) DEFAULT NULL, frontcover varchar(255) DEFAULT NULL,
     location varchar(128) DEFAULT NULL, play_url varchar(255) DEFAULT NULL, \`desc\` varchar(255) DEFAULT NULL,
     create_time timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', PRIMARY KEY (userid, file_id)
   ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
];

const v2Tables = [
  `CREATE TABLE tb_account (
     userid varchar(50) NOT NULL, password varchar(255) DEFAULT NULL, nickname varchar(100) DEFAULT NULL,
     sex int(11) DEFAULT '-1', avatar varchar(254) DEFAULT NULL, frontcover varchar(255) DEFAULT NULL,
     create_time timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (userid)
   ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  `CREATE TABLE tb_room (
     userid varchar(50) NOT NULL, title varchar(255) NOT NULL, frontcover varchar(255) DEFAULT NULL,
     location varchar(128) DEFAULT NULL,
     create_time timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (userid)
   ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  `CREATE TABLE tb_vod (
     userid varchar(50) NOT NULL, file_id varchar(150) NOT NULL, frontcover varchar(255) DEFAULT NULL,
     location varchar(128) DEFAULT NULL, play_url varchar(255) DEFAULT NULL, like_count int(11) NOT NULL DEFAULT '0',
     viewer_count int(11) NOT NULL DEFAULT '0',
     create_time timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
     hls_play_url varchar(255) DEFAULT NULL, start_time timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',
     title varchar(128) DEFAULT NULL, PRIMARY KEY (userid, file_id)
   ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  `CREATE TABLE tb_ugc (
     userid varchar(50) NOT NULL, file_id varchar(150) NOT NULL, title varchar(128) DEFAULT NULL,
     frontcover varchar(255) DEFAULT NULL, location varchar(128) DEFAULT NULL, play_url varchar(255) DEFAULT NULL,
     create_time timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', PRIMARY KEY (userid, file_id)
   ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
];

/** What a test puts into a column: SQL of its own, or a value. */
type Cell = string | number | null | { sql: string };

/** The database of an old PHP server. */
export interface LegacyServer {
  url: string;
  run(sql: string, params?: unknown[]): Promise<void>;
  put(table: string, ...rows: Record<string, Cell>[]): Promise<void>;
  /** A checksum of every table. */
  checksums(): Promise<unknown>;
  /** The URL of a user who may do nothing but SELECT here. */
  readOnlyUrl(): Promise<string>;
  close(): Promise<void>;
}

/** Makes the tables of a generation in an empty database, on a connection as lax as MySQL 5.6 was. */
export async function legacyServer(url: string, generation: 1 | 2): Promise<LegacyServer> {
  const connection = await createConnection({ uri: url, connectTimeout: 5000, charset: 'utf8mb4' });
  await connection.query("SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'");
  const tables = generation === 1 ? v1Tables : v2Tables;
  for (const table of tables) await connection.query(table);
  const users: string[] = [];
  return {
    url,
    run: async (sql, params = []) => void (await connection.query(sql, params)),
    put: (table, ...rows) => put(connection, table, rows),
    async checksums() {
      const [found] = await connection.query('SHOW TABLES');
      const names = Array.isArray(found) ? found.map((row) => Object.values(row).join()) : [];
      const [sums] = await connection.query(`CHECKSUM TABLE ${names.join(', ')}`);
      return sums;
    },
    async readOnlyUrl() {
      const user = `ro_${randomBytes(4).toString('hex')}`;
      users.push(user);
      const name = new URL(url).pathname.slice(1);
      await connection.query(`CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY 'only&reads'`);
      await connection.query(`GRANT SELECT ON ${name}.* TO '${user}'@'127.0.0.1'`);
      const readOnly = new URL(url);
      readOnly.username = user;
      readOnly.password = 'only&reads';
      return readOnly.href;
    },
    async close() {
      for (const user of users) await connection.query(`DROP USER '${user}'@'127.0.0.1'`);
      await connection.end();
    },
  };
}

async function put(connection: Connection, table: string, rows: Record<string, Cell>[]): Promise<void> {
  for (const row of rows) {
    const cells = Object.values(row);
    const places = cells.map((cell) => (isSql(cell) ? cell.sql : '?')).join(', ');
    const columns = Object.keys(row).map((column) => `\`${column}\``);
    await connection.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`,
      cells.filter((cell) => !isSql(cell)),
    );
  }
}

const isSql = (cell: Cell): cell is { sql: string } => typeof cell === 'object' && cell !== null;

/** Text as a PHP stores it that never told the database its character set. */
export const doubleEncoded = (text: string): Cell => ({
  sql: `CONVERT(CONVERT(CAST(X'${Buffer.from(text).toString('hex')}' AS BINARY) USING latin1) USING utf8mb4)`,
});

/** `2018-05-01 12:00:00` of China's clock, as the old PHP writes a time (epoch milliseconds). */
export const chinaTime = (at: number) =>
  new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

export const hour = 3_600_000;
export const day = 24 * hour;
/** A whole second: old servers know no parts of one. */
export const now = Math.floor(Date.now() / 1000) * 1000;
export const ago = (milliseconds: number) => chinaTime(now - milliseconds);

/** A row of tape_data. */
export const tape = (userid: string, file_id: string, row: Record<string, string | number | null> = {}) => ({
  userid,
  file_id,
  title: `${file_id} title`,
  nickname: `${userid} nick`,
  headpic: `http://pic.example.com/${userid}.jpg`,
  play_url: `http://2000.vod.myqcloud.com/${file_id}.f0.flv`,
  hls_play_url: `http://2000.vod.myqcloud.com/${file_id}.m3u8`,
  start_time: ago(26 * hour),
  create_time: ago(25 * hour),
  ...row,
});

/** A row of tb_account, whose password is `their password`. */
export const v2Account = (userid: string, row: Record<string, string | number | null> = {}) => ({
  userid,
  password: legacyPasswordHash({ userId: userid, password: 'their password' }),
  nickname: `${userid} nick`,
  sex: 1,
  avatar: `http://pic.example.com/${userid}.jpg`,
  frontcover: `http://pic.example.com/${userid}-cover.jpg`,
  create_time: '2019-01-02 03:04:05',
  ...row,
});
