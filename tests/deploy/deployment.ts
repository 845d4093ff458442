import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { Engine } from '../servers/engines';
import type { Emulator } from './emulator/startEmulator';

/** Where the database is for the functions: inside the VPC. The emulator leads there, and nobody else can. */
const databaseAddress = '10.0.0.17:3306';

export interface InsideDatabase {
  /** What the functions get. Its user may use this database only. */
  readonly url: string;
  readonly password: string;
  /** For `startEmulator`. */
  readonly inside: Record<string, number>;
  /** The same database for a test, which is outside. */
  readonly directUrl: string;
  /** Removes the user; the database itself is the engine's. */
  close(): Promise<void>;
}

/** A database of its own without tables, with a user who has a password. */
export async function openInsideDatabase(engine: Engine): Promise<InsideDatabase> {
  const direct = new URL(await engine.freshUrl());
  const database = direct.pathname.slice(1);
  const user = `app_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const hosts = ['127.0.0.1', 'localhost'];
  const administer = async (statements: readonly string[]): Promise<void> => {
    // Not the database itself, which may be gone by the time the user goes.
    const server = new URL('/mysql', direct).href;
    const connection = await createConnection({ uri: server, connectTimeout: 5000 });
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      connection.destroy();
    }
  };
  await administer([
    ...hosts.map((host) => `CREATE USER '${user}'@'${host}' IDENTIFIED BY '${password}'`),
    ...hosts.map((host) => `GRANT ALL ON ${database}.* TO '${user}'@'${host}'`),
  ]);
  return {
    url: `mysql://${user}:${password}@${databaseAddress}/${database}`,
    password,
    inside: { [databaseAddress]: Number(direct.port) },
    directUrl: direct.href,
    close: () => administer(hosts.map((host) => `DROP USER '${user}'@'${host}'`)),
  };
}

/** Settings of a deployment: of the form that real ones have, and new in every run. */
export function newSettings(databaseUrl: string): Record<string, string> {
  const key = (bytes: number): string => randomBytes(bytes).toString('hex');
  return {
    DATABASE_URL: databaseUrl,
    TOKEN_SECRET: key(32),
    ADMIN_TOKEN: key(16),
    V1_ACCESS: 'open',
    LIVE_APPID: '1250000000',
    LIVE_BIZID: '8888',
    LIVE_PUSH_DOMAIN: 'push.example.com',
    LIVE_PUSH_KEY: key(16),
    LIVE_PLAY_DOMAIN: 'play.example.com',
    LIVE_PLAY_KEY: key(16),
    LIVE_CALLBACK_KEY: key(12),
    COS_APPID: '1250000000',
    COS_BUCKET: 'covers',
    COS_REGION: 'ap-guangzhou',
    COS_SECRET_ID: `AKID${key(12)}`,
    COS_SECRET_KEY: key(16),
    VOD_SECRET_ID: `AKID${key(12)}`,
    VOD_SECRET_KEY: key(16),
    IM_SDKAPPID: '1400000000',
    IM_SECRET_KEY: key(32),
    IM_CALLBACK_TOKEN: key(12),
    TENCENT_SECRET_ID: `AKID${key(12)}`,
    TENCENT_SECRET_KEY: key(16),
  };
}

/** What the deployer adds to them. */
export function deployerSettings({ credential, region, vpc }: Emulator): Record<string, string> {
  return {
    TENCENTCLOUD_SECRET_ID: credential.secretId,
    TENCENTCLOUD_SECRET_KEY: credential.secretKey,
    ...(credential.token === undefined ? {} : { TENCENTCLOUD_SECURITY_TOKEN: credential.token }),
    TENCENT_REGION: region,
    VPC_ID: vpc.VpcId,
    SUBNET_ID: vpc.SubnetId,
  };
}

const secretName = /SECRET|KEY|TOKEN|DATABASE_URL/;

/** Every value among the settings that nobody may see, in the spellings in which it could be printed. */
export function secretValues(settings: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(settings).flatMap(([name, value]) =>
    secretName.test(name) && value !== '' ? [value] : [],
  );
  const passwords = values.flatMap((value) => /^mysql:\/\/[^:]*:([^@]*)@/.exec(value)?.[1] ?? []);
  const plain = [...values, ...passwords];
  return [
    ...new Set(
      plain.flatMap((value) => [value, encodeURIComponent(value), Buffer.from(value).toString('base64')]),
    ),
  ];
}

/** The secrets that a text gives away, by the names of their settings. */
export function secretsIn(text: string, settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    secretValues({ [name]: value }).some((secret) => text.includes(secret)) ? [name] : [],
  );
}
