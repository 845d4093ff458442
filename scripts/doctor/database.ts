import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { checkServer, type ServerCheck, type ServerFault } from '../../functions/migrate/checkServer';
import { isReservedUserId } from '../../shared/reservedUserId';
import { int, openDatabase, text, type Database, type Row } from '../../shared/store/database';
import { DatabaseError } from '../../shared/store/databaseError';
import type { Migration } from '../../shared/store/migrate';
import { parseMysqlUrl } from '../../shared/store/mysql';
import { finding, type Finding } from '../findings';
import type { Words } from '../language';

export interface DatabasePlan {
  url: string;
  migrations: readonly Migration[];
  /** IM_ADMIN, whose name is reserved too. */
  imAdmin: string | undefined;
}

const subject = 'DATABASE_URL';

/**
 * What can be said of the database from here: nothing when it lies inside the VPC, else version, character set, binary
 * log, privileges, migrations, and accounts with reserved names. Only reads.
 */
export async function checkDatabase(plan: DatabasePlan, limitMs: number): Promise<Finding[]> {
  const database = openDatabase(plan.url, { connectTimeoutMs: limitMs, statementTimeoutMs: limitMs });
  try {
    await database.rows('SELECT 1 AS one');
  } catch (error) {
    await database.close();
    return [await unreachable(plan.url, error)];
  }
  const parts: [Words, () => Promise<Finding[]>][] = [
    [{ en: 'server and schema', zh: '服务器与表结构' }, () => checkSchema(database, plan.migrations)],
    [{ en: 'privileges', zh: '权限' }, () => checkPrivileges(database, plan.url)],
    [{ en: 'accounts', zh: '账号' }, () => checkAccounts(database, plan.imAdmin)],
  ];
  const found: Finding[] = [];
  for (const [what, look] of parts)
    found.push(...(await look().catch((error: unknown) => [unseen(what, error)])));
  await database.close();
  return found;
}

/** One look that failed keeps the others from nothing. */
function unseen(what: Words, error: unknown): Finding {
  const refusal = error instanceof DatabaseError ? error.message : undefined;
  return finding('warning', subject, {
    en: `${what.en} could not be looked at: ${refusal ?? 'unexpected answer'}`,
    zh: `未能检查${what.zh}：${refusal ?? '意外的回答'}`,
  });
}

/** Numbers of MySQL's error reference: access denied, to the database denied, unknown database, host not allowed. */
const refusals = new Map([
  [1045, { en: 'user or password is wrong', zh: '用户名或密码不对' }],
  [1044, { en: 'the user may not use this database', zh: '该用户无权使用此库' }],
  [1049, { en: 'there is no such database on the server: create it', zh: '服务器上没有这个库：请先创建' }],
  [1130, { en: 'the server does not let this host in', zh: '服务器不允许本机连接' }],
]);

async function unreachable(url: string, error: unknown): Promise<Finding> {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const errno: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'errno') : undefined;
  const refused = typeof errno === 'number' ? refusals.get(errno) : undefined;
  if (refused !== undefined && errno !== 1130)
    return finding('wrong', subject, {
      en: `${refused.en}. Where to find it: TencentDB for MySQL console, database management`,
      zh: `${refused.zh}。在哪里找：云数据库 MySQL 控制台 → 数据库管理`,
    });
  const { host } = parseMysqlUrl(url);
  if (await isInside(host))
    return finding('note', subject, {
      en: 'lies inside the VPC and cannot be reached from here; the migration that runs at deployment will check it',
      zh: '位于私有网络内，从本机连接不到；部署时运行的升级函数 migrate 会检查它',
    });
  return finding('warning', subject, {
    en: `cannot be reached from here: ${error instanceof DatabaseError ? error.message : 'no connection'}. The migration that runs at deployment will check it from inside the VPC`,
    zh: `从本机连接不到：${error instanceof DatabaseError ? error.message : '无法连接'}。部署时运行的升级函数 migrate 会在私有网络内检查它`,
  });
}

/** Whether a host has an address of a private network (RFC 1918), as TencentDB in a VPC does. */
async function isInside(host: string): Promise<boolean> {
  const address =
    isIP(host) !== 0
      ? host
      : await lookup(host, 4).then(
          (found) => found.address,
          () => '',
        );
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|9\.|11\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    address,
  );
}

/** What the migration function would say of the server and of the schema: it is asked itself. */
async function checkSchema(database: Database, migrations: readonly Migration[]): Promise<Finding[]> {
  try {
    return serverFindings(await checkServer(database, migrations));
  } catch (error) {
    if (error instanceof DatabaseError || !(error instanceof Error)) throw error;
    return [finding('wrong', subject, { en: error.message, zh: `数据库升级记录有误：${error.message}` })];
  }
}

/** What {@link checkServer} found, a line each; what keeps the migration function from migrating is wrong. */
export function serverFindings(check: ServerCheck): Finding[] {
  const { version, binlogFormat, pending } = check;
  const wrong = check.faults.map(({ about, said }) =>
    finding('wrong', subject, { en: said, zh: faultInChinese[about](check) }),
  );
  const isWrong = (about: ServerFault['about']): boolean => check.faults.some((one) => one.about === about);
  const well: [ServerFault['about'], Words][] = [
    ['version', { en: `reached; version ${version}`, zh: `已连接；版本 ${version}` }],
    ['binlogFormat', { en: `binlog_format ${binlogFormat}`, zh: `binlog_format 为 ${binlogFormat}` }],
  ];
  return [
    ...wrong,
    ...well.flatMap(([about, words]) => (isWrong(about) ? [] : finding('ok', subject, words))),
    charsetFinding(check.characterSet),
    pending.length === 0
      ? finding('ok', subject, { en: 'all migrations are applied', zh: '所有升级都已执行' })
      : finding('note', subject, {
          en: `${pending.length} migration(s) to come, the deployment applies them: ${pending.join(', ')}`,
          zh: `有 ${pending.length} 个升级待执行，部署时会自动执行：${pending.join('、')}`,
        }),
  ];
}

const faultInChinese: Record<ServerFault['about'], (check: ServerCheck) => string> = {
  version: ({ version }) => `版本 ${version} 太旧：需要 MySQL 5.6 及以上、TDSQL-C 或 MariaDB`,
  binlogFormat: ({ binlogFormat }) =>
    `binlog_format 为 ${binlogFormat}，所有写入都会失败：请改为 ROW。在哪里：云数据库 MySQL 控制台 → 数据库管理 → 参数设置`,
};

function charsetFinding(charset: string): Finding {
  if (charset === 'utf8mb4')
    return finding('ok', subject, { en: 'character set utf8mb4', zh: '字符集 utf8mb4' });
  return finding('warning', subject, {
    en: `the database's character set is ${charset}: our tables are utf8mb4 all the same, but ALTER DATABASE ... CHARACTER SET utf8mb4 keeps later ones right`,
    zh: `库的字符集是 ${charset}：本产品的表仍是 utf8mb4，但建议 ALTER DATABASE ... CHARACTER SET utf8mb4`,
  });
}

const needed = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'INDEX', 'DROP'] as const;

async function checkPrivileges(database: Database, url: string): Promise<Finding[]> {
  const { database: name, user } = parseMysqlUrl(url);
  const rows = await database.rows('SHOW GRANTS');
  const grants = rows.map((row) => String(Object.values(row)[0] ?? ''));
  const held = new Set(grants.flatMap((grant) => privilegesOn(grant, name)));
  const missing = held.has('ALL PRIVILEGES') ? [] : needed.filter((privilege) => !held.has(privilege));
  if (missing.length > 0)
    return [
      finding('wrong', subject, {
        en: `the user lacks ${missing.join(', ')} on the database. Where: TencentDB for MySQL console, database management, account management`,
        zh: `该用户在此库缺少 ${missing.join('、')} 权限。在哪里：云数据库 MySQL 控制台 → 数据库管理 → 账号管理`,
      }),
    ];
  const almighty = user === 'root' || grants.some((grant) => /^GRANT ALL PRIVILEGES ON \*\.\*/i.test(grant));
  return [
    almighty
      ? finding('warning', subject, {
          en: `the user may do everything on the server: make one with ${needed.join(', ')} on this database alone`,
          zh: `该用户拥有整个服务器的权限：请另建一个只对此库有 ${needed.join('、')} 权限的用户`,
        })
      : finding('ok', subject, { en: 'the user has the privileges it needs', zh: '用户具有所需的权限' }),
  ];
}

/** The privileges that one line of SHOW GRANTS gives on a database; in it, _ and % of the name may be escaped. */
function privilegesOn(grant: string, database: string): string[] {
  const [, list = '', place = ''] = /^GRANT (.+?) ON (?:TABLE )?(\S+) TO /i.exec(grant) ?? [];
  const scope = place.replace(/[`\\]/g, '').replace(/\.\*$/, '');
  if (scope !== '*' && scope !== database && !matches(scope, database)) return [];
  return list.split(',').map((privilege) => privilege.trim().toUpperCase());
}

/** A database name in a grant is a LIKE pattern. */
function matches(pattern: string, name: string): boolean {
  const form = pattern
    .replace(/[.*+?^${}()|[\]]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${form}$`).test(name);
}

/** Accounts made before their names were reserved. */
async function checkAccounts(database: Database, imAdmin: string | undefined): Promise<Finding[]> {
  const there = only(
    await database.rows(
      "SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'accounts'",
    ),
  );
  if (int(there, 'found') === 0) return [];
  const rows = await database.rows(
    "SELECT user_id FROM accounts WHERE deleted_at IS NULL AND (LOWER(user_id) IN ('administrator', 'admin', 'root', ?) OR user_id LIKE 'visitor\\_%' OR user_id LIKE 'guest\\_%') ORDER BY user_id LIMIT 20",
    [imAdmin?.toLowerCase() ?? ''],
  );
  const names = rows
    .map((row) => text(row, 'user_id'))
    .filter((id) => isReservedUserId({ IM_ADMIN: imAdmin }, id));
  if (names.length === 0) return [];
  return [
    finding('warning', subject, {
      en: `accounts with reserved names: ${names.join(', ')}. They get no UserSig, and one that begins with guest_ may only watch. Their owners can log in, delete them with account/delete (it asks for the password) and register under another name`,
      zh: `有使用保留名的账号：${names.join('、')}。它们得不到 UserSig，guest_ 开头的还只能观看。本人可登录后用 account/delete 删除（需输入密码），再用别的名字注册`,
    }),
  ];
}

function only(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new DatabaseError('other', 'the database gave no row');
  return row;
}
