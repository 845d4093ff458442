import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { Agent, createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { ApiService } from './apiService';
import { camService } from './cam';
import { makeCertificate } from './certificate';
import { isRead, openFaults, type Faults } from './faults';
import { openFront } from './front';
import { openInstances } from './instances';
import { scfService } from './scf';
import { findFunction, newState, versionOf, type Invocation, type ScfState } from './scfState';
import { stsService } from './sts';
import { openTencentApi, type ApiCall, type Credential } from './tencentApi';

/** A host of the cloud that speaks HTTP in a way of its own, such as COS or IM. */
export interface HttpService {
  /** The hosts, for the certificate; the first label may be `*`. */
  readonly hosts: readonly string[];
  takes(host: string): boolean;
  serve(host: string, req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void>;
}

export interface EmulatorOptions {
  /** The deployer's key; one of its own when left out. */
  readonly credential?: Credential;
  /** Further keys that are accepted. */
  readonly otherCredentials?: readonly Credential[];
  readonly region?: string;
  readonly appId?: string;
  /** Roles that exist. */
  readonly roles?: readonly string[];
  readonly vpc?: { readonly VpcId: string; readonly SubnetId: string };
  /** Namespaces besides `default`. */
  readonly namespaces?: readonly string[];
  /** Ids of certificates that custom domains may use. */
  readonly certificates?: readonly string[];
  /** Custom domains that tests will make: their names have to be in the certificate. */
  readonly domains?: readonly string[];
  /** What functions inside the VPC reach: local port by 'address:port', e.g. `{ '10.0.0.17:3306': 41234 }`. */
  readonly inside?: Readonly<Record<string, number>>;
  /** Further services of the cloud API, and further hosts. */
  readonly apiServices?: readonly ApiService[];
  readonly httpServices?: readonly HttpService[];
}

export interface Emulator {
  readonly credential: Credential;
  readonly region: string;
  readonly vpc: { readonly VpcId: string; readonly SubnetId: string };
  /** For a child process: every connection of it goes here, and it trusts this certificate. Nothing else is in it. */
  environment(): Record<string, string>;
  /** For code in this process: connects to the emulator, whatever the host. */
  readonly agent: Agent;
  /** Every call of a cloud API so far, in order; only those of one action when it is named. */
  calls(action?: string): readonly ApiCall[];
  /** Those that change something: not Get..., List... or Describe... */
  writes(): readonly ApiCall[];
  /** Forgets the calls so far. */
  forgetCalls(): void;
  /** The account as it is, to look at and to change. */
  readonly state: ScfState;
  readonly faults: Faults;
  /** What nobody foresaw: unknown hosts and actions, parameters that the emulator ignores, answers that are not whole. To be [] at the end of a test. */
  unexpected(): readonly string[];
  /** Sends a request to a function URL, a custom domain or any other host of the emulator. */
  request(
    url: string,
    init?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<{ status: number; headers: Record<string, string>; text: string }>;
  /** Calls a function as a trigger of the alias or version would. @throws ApiRefusal when there is no such function */
  invoke(functionName: string, event: unknown, qualifier?: string): Promise<Invocation>;
  close(): Promise<void>;
}

/** Starts the cloud of one account on this machine. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { region = 'ap-guangzhou', appId = '1250000000' } = options;
  const vpc = options.vpc ?? { VpcId: 'vpc-0a1b2c3d', SubnetId: 'subnet-4e5f6a7b' };
  const credential = options.credential ?? {
    secretId: `AKID${randomBytes(12).toString('hex')}`,
    secretKey: randomBytes(16).toString('hex'),
  };
  const credentials = [credential, ...(options.otherCredentials ?? [])];
  const { roles = [], namespaces = [], certificates = [], domains = [], inside = {} } = options;
  const state = newState({ appId, region, roles, vpcs: [vpc], namespaces, certificates });
  const folder = mkdtempSync(join(tmpdir(), 'xiaozhibo-emulator-'));
  const journal = join(folder, 'refused-connections');
  const certificateFile = join(folder, 'authority.pem');

  // Ports are known only when the servers listen, and instances start later than that.
  const names: Record<number, number> = {};
  const instances = openInstances({ state, folder, network: { names, inside, journal }, certificateFile });
  const noticed: string[] = [];
  const unexpected = (what: string): void => void noticed.push(what);
  const faults = openFaults();
  const calls: ApiCall[] = [];
  const services = [
    scfService(state, instances),
    stsService(credentials),
    camService({ appId, state }),
    ...(options.apiServices ?? []),
  ];
  const api = openTencentApi({ services, credentials, region, faults, calls, unexpected });
  const httpServices = [openFront(state, instances, unexpected), ...(options.httpServices ?? [])];

  const listener: RequestListener = (req, res) => {
    const host = (req.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    void readBody(req).then(async (body) => {
      const service = api.serviceOf(host);
      if (service !== undefined) return api.serve(service, req, res, body);
      const other = httpServices.find((one) => one.takes(host));
      if (other !== undefined) return other.serve(host, req, res, body);
      unexpected(`a request to ${host}`);
      res.writeHead(502).end();
    });
  };
  const hosts = [
    ...services.map(({ name }) => `${name}.tencentcloudapi.com`),
    `*.${region}.tencentscf.com`,
    ...domains,
    ...(options.httpServices ?? []).flatMap((one) => one.hosts),
  ];
  const { authority, key, certificate } = await makeCertificate(hosts);
  writeFileSync(certificateFile, authority);
  const secure = createHttpsServer(
    { key, cert: certificate, SNICallback: noteUnknownHosts(hosts, { key, cert: certificate }, unexpected) },
    listener,
  );
  const plain = createHttpServer(listener);
  const [securePort, plainPort] = await Promise.all([listen(secure), listen(plain)]);
  Object.assign(names, { 443: securePort, 80: plainPort });
  const agent = agentTo(securePort, authority);

  return {
    credential,
    region,
    vpc,
    environment: () => ({
      NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, 'redirect.cjs'))}`,
      NODE_EXTRA_CA_CERTS: certificateFile,
      XIAOZHIBO_REDIRECT: JSON.stringify({ names, exact: {}, journal }),
    }),
    agent,
    calls: (action) => calls.filter((call) => action === undefined || call.action === action),
    writes: () => calls.filter(({ action }) => !isRead(action)),
    forgetCalls: () => void calls.splice(0),
    state,
    faults,
    unexpected: () => [...noticed, ...refusedConnections(journal)],
    request: (url, init) => sendRequest(agent, url, init),
    invoke: (FunctionName, event, qualifier) => {
      const fn = findFunction(state, { FunctionName });
      return instances.invoke(fn, versionOf(fn, qualifier), event);
    },
    async close() {
      agent.destroy();
      for (const server of [secure, plain]) server.closeAllConnections();
      await Promise.all([secure, plain].map((server) => new Promise((resolve) => server.close(resolve))));
      await instances.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readBody(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => resolve(Buffer.concat(parts)));
  });
}

/** A client that greets with a host that no service has is on its way to somewhere it should not go. */
function noteUnknownHosts(
  hosts: readonly string[],
  pem: { key: string; cert: string },
  unexpected: (what: string) => void,
) {
  const context = createSecureContext(pem);
  const known = (host: string): boolean =>
    hosts.includes(host) || hosts.includes(host.replace(/^[^.]*/, '*'));
  return (
    host: string,
    done: (error: null, context: ReturnType<typeof createSecureContext>) => void,
  ): void => {
    if (!known(host)) unexpected(`a connection to ${host}`);
    done(null, context);
  };
}

function refusedConnections(journal: string): string[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').trim().split('\n');
  return lines.map((where) => `a connection to ${where}`);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
    });
  });
}

function agentTo(port: number, ca: string): Agent {
  const agent = new Agent({ ca, keepAlive: true });
  // The host stays the real one for the certificate; only the socket goes elsewhere.
  Object.assign(agent, {
    createConnection: (given: object) => connectTls({ ...given, host: '127.0.0.1', port, ca }),
  });
  return agent;
}

function sendRequest(
  agent: Agent,
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: Record<string, string>; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(url, { agent, method, headers, timeout: 20_000 }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const named = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(named),
          text: Buffer.concat(parts).toString('utf8'),
        });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
