import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dotenvLine } from '../../scripts/deploy/dotenv';
import { examine, type ExamineNeeds } from '../../scripts/doctor/examine';
import type { Finding, Section } from '../../scripts/findings';
import { deployerSettings, newSettings } from './deployment';
import { cosService, type Bucket } from './emulator/cosBucket';
import { imService, type ImApplication } from './emulator/imRest';
import { liveService, type LiveAccount } from './emulator/live';
import { sslService, vpcService, type NetworkAccount } from './emulator/network';
import { startEmulator, type Emulator } from './emulator/startEmulator';
import { vodService, type VodAccount } from './emulator/vod';

const projectRoot = join(__dirname, '..', '..');

/** A cloud account in which everything is as a deployment needs it, and the settings that fit it. */
export interface DoctorStand {
  readonly emulator: Emulator;
  readonly settings: Record<string, string>;
  /** The consoles of the services; what a test changes there stays until it is changed back. */
  readonly live: LiveAccount;
  readonly vod: VodAccount;
  readonly network: NetworkAccount;
  readonly bucket: Bucket;
  readonly im: ImApplication;
  /** Examines the settings with some of them changed; undefined takes one away. */
  examine(changes?: Record<string, string | undefined>, needs?: Partial<ExamineNeeds>): Promise<Section[]>;
  /** A folder with serverless.yml, schema and this `.env`. */
  folder(settings: Record<string, string>): string;
  close(): Promise<void>;
}

const domain = 'live.example.com';
const rule = { TemplateId: 7, DomainName: 'push.example.com', AppName: 'live' };

export async function openDoctorStand(): Promise<DoctorStand> {
  const settings: Record<string, string> = {
    // Nothing listens there: what is found about a database has tests of its own.
    ...newSettings('mysql://app:pw@127.0.0.1:1/live'),
    IM_ADMIN: 'administrator',
    V1_ACCESS: 'usersig',
    PUBLIC_DOMAIN: domain,
    CERTIFICATE_ID: 'cert1234',
    EXECUTION_ROLE: 'live-functions',
    VOD_PROCEDURE: 'to-mp4',
  };
  const of = (name: string): string => settings[name] ?? '';
  const live = liveAccount(of);
  const vod: VodAccount = { applications: [], procedures: new Map([[0, ['to-mp4']]]) };
  const network: NetworkAccount = {
    subnets: [{ VpcId: 'vpc-0a1b2c3d', SubnetId: 'subnet-4e5f6a7b', AvailableIpAddressCount: 250 }],
    certificates: [
      {
        CertificateId: 'cert1234',
        Domain: domain,
        SubjectAltName: [domain],
        CertEndTime: '2099-01-01 00:00:00',
      },
    ],
  };
  const bucket: Bucket = {
    name: `${of('COS_BUCKET')}-${of('COS_APPID')}`,
    region: of('COS_REGION'),
    secretId: of('COS_SECRET_ID'),
    secretKey: of('COS_SECRET_KEY'),
    keyLists: false,
    everyoneReads: true,
    everyoneLists: false,
    corsOrigins: [`https://${domain}`],
  };
  const im: ImApplication = {
    sdkAppId: Number(of('IM_SDKAPPID')),
    secretKey: of('IM_SECRET_KEY'),
    admins: ['administrator'],
    accounts: ['administrator'],
  };
  const emulator = await startEmulator({
    roles: ['live-functions'],
    certificates: ['cert1234'],
    otherCredentials: ['TENCENT', 'COS', 'VOD'].map((whose, index) => ({
      secretId: of(`${whose}_SECRET_ID`),
      secretKey: of(`${whose}_SECRET_KEY`),
      identity: { AccountId: '100000000001', UserId: `10000000001${index}` },
      allowed: whose === 'TENCENT' ? ['live:DescribeLiveStreamOnlineList'] : [],
    })),
    apiServices: [liveService(live), vodService(vod), vpcService(network), sslService(network)],
    httpServices: [cosService(bucket), imService(im)],
  });
  Object.assign(settings, deployerSettings(emulator));
  const folders: string[] = [];
  return {
    emulator,
    settings,
    live,
    vod,
    network,
    bucket,
    im,
    examine: (changes = {}, needs = {}) =>
      examine({
        root: projectRoot,
        environment: { ...settings, ...changes },
        inFile: [],
        now: Date.now(),
        random: randomBytes(4).readUInt32BE(),
        limitMs: 5_000,
        offline: false,
        agent: emulator.agent,
        ...needs,
      }),
    folder(given) {
      const root = mkdtempSync(join(tmpdir(), 'xiaozhibo-doctor-'));
      folders.push(root);
      for (const part of ['serverless.yml', 'schema']) symlinkSync(join(projectRoot, part), join(root, part));
      writeFileSync(
        join(root, '.env'),
        Object.entries(given)
          .map(([name, value]) => dotenvLine(name, value))
          .join('\n'),
      );
      return root;
    },
    async close() {
      for (const root of folders) rmSync(root, { recursive: true, force: true });
      await emulator.close();
    },
  };
}

function liveAccount(of: (name: string) => string): LiveAccount {
  const enabled = { Status: 1 as const, BCName: 1 as const };
  const address = `https://${domain}/liveCallback`;
  return {
    domains: [
      { Name: of('LIVE_PUSH_DOMAIN'), Type: 0, TargetDomain: 'push.example.com.tlivepush.com', ...enabled },
      { Name: of('LIVE_PLAY_DOMAIN'), Type: 1, TargetDomain: 'play.example.com.tliveplay.com', ...enabled },
    ],
    withTls: [of('LIVE_PLAY_DOMAIN')],
    pushKeys: new Map([
      [of('LIVE_PUSH_DOMAIN'), { Enable: 1, MasterAuthKey: of('LIVE_PUSH_KEY'), BackupAuthKey: '' }],
    ]),
    playKeys: new Map([
      [of('LIVE_PLAY_DOMAIN'), { Enable: 1, AuthKey: of('LIVE_PLAY_KEY'), AuthBackKey: '' }],
    ]),
    callbackRules: [rule],
    callbackTemplates: [
      {
        TemplateId: 7,
        TemplateName: 'xiaozhibo',
        StreamBeginNotifyUrl: address,
        StreamEndNotifyUrl: address,
        RecordNotifyUrl: address,
        CallbackKey: of('LIVE_CALLBACK_KEY'),
      },
    ],
    recordRules: [rule],
  };
}

/** What is not well, but for the database. */
export function troubles(sections: readonly Section[]): Pick<Finding, 'status' | 'subject'>[] {
  return sections
    .flatMap(({ findings }) => findings)
    .filter(
      ({ status, subject }) => (status === 'wrong' || status === 'warning') && subject !== 'DATABASE_URL',
    )
    .map(({ status, subject }) => ({ status, subject }));
}

/** Every word of a report, in both languages. */
export function wordsOf(sections: readonly Section[]): string {
  return sections
    .flatMap(({ findings }) => findings.map(({ subject, said }) => `${subject}: ${said.en} | ${said.zh}`))
    .join('\n');
}
