import * as v from 'valibot';
import { aliasName, everyPage, readAnswer } from './actual';
import type { Hands } from './apply';
import { CloudCallError, type Cloud } from './cloud';
import type { Endpoint } from './plan';
import { isOwnName, type Target } from './service';

const domainAnswer = v.object({
  Protocol: v.optional(v.nullable(v.string()), ''),
  CertConfig: v.optional(v.nullable(v.object({ CertificateId: v.optional(v.nullable(v.string()), '') }))),
  EndpointsConfig: v.optional(
    v.nullable(
      v.array(
        v.object({
          Namespace: v.string(),
          FunctionName: v.string(),
          Qualifier: v.string(),
          PathMatch: v.string(),
        }),
      ),
    ),
    [],
  ),
});

/** How the custom domain should be. */
export interface WantedDomain {
  name: string;
  certificateId: string;
  namespace: string;
  /** With which the names of this service's functions begin. */
  prefix: string;
  endpoints: readonly Endpoint[];
}

/**
 * @returns what has to be done so that the domain is as it is wanted
 * @throws Error when it leads to functions of another stage or service: they would lose their address
 */
export async function compareDomain(
  cloud: Cloud,
  wanted: WantedDomain,
): Promise<'none' | 'create' | 'update'> {
  let answer: unknown;
  try {
    answer = await cloud.call(wanted.name, 'GetCustomDomain', { Domain: wanted.name }, { repeatable: true });
  } catch (error) {
    if (error instanceof CloudCallError && error.is('ResourceNotFound')) return 'create';
    throw error;
  }
  const read = readAnswer(domainAnswer, answer, wanted.name, 'GetCustomDomain');
  const lines = (endpoints: readonly object[]): string =>
    endpoints
      .map((one) => JSON.stringify(one))
      .sort()
      .join();
  const actual = (read.EndpointsConfig ?? []).map((one) => ({
    Namespace: one.Namespace,
    FunctionName: one.FunctionName,
    Qualifier: one.Qualifier,
    PathMatch: one.PathMatch,
  }));
  const foreign = actual.find(
    ({ Namespace, FunctionName }) =>
      Namespace !== wanted.namespace || !isOwnName(wanted.prefix, FunctionName),
  );
  if (foreign !== undefined)
    throw new Error(
      `${wanted.name}: GetCustomDomain: the domain leads to ${foreign.FunctionName} at ${foreign.PathMatch}, which is not of this stage. ` +
        'What to do: give PUBLIC_DOMAIN another domain for this stage or leave it empty, or take that path away in the SCF console',
    );
  const equal =
    read.Protocol === 'HTTPS' &&
    read.CertConfig?.CertificateId === wanted.certificateId &&
    lines(actual) === lines(endpointParameters(wanted));
  return equal ? 'none' : 'update';
}

const listedDomain = v.object({
  Domain: v.string(),
  EndpointsConfig: v.optional(
    v.nullable(v.array(v.looseObject({ Namespace: v.string(), FunctionName: v.string() }))),
    [],
  ),
});
const domainsAnswer = v.object({
  Domains: v.optional(v.nullable(v.array(listedDomain)), []),
  Total: v.optional(v.number(), 0),
});

/** A domain of the account of which at least one path leads to some functions. */
export interface LeadingDomain {
  name: string;
  /** The functions that it leads to, as serverless.yml names them. */
  functions: string[];
  /** Its other paths, as SCF has them. */
  others: object[];
}

/** The domains that lead to these functions of the target, whoever made them. */
export async function readDomainsTo(
  cloud: Cloud,
  target: Target,
  names: readonly string[],
): Promise<LeadingDomain[]> {
  const subject = `${target.service}-${target.stage}`;
  const domains = await everyPage(async (Offset, Limit) => {
    const answer = await cloud.call(subject, 'ListCustomDomains', { Offset, Limit }, { repeatable: true });
    const read = readAnswer(domainsAnswer, answer, subject, 'ListCustomDomains');
    return { entries: read.Domains ?? [], total: read.Total };
  });
  return domains.flatMap(({ Domain: name, EndpointsConfig }) => {
    const leadsTo = ({ Namespace, FunctionName }: { Namespace: string; FunctionName: string }) =>
      Namespace === target.access.namespace
        ? names.find((one) => target.prefix + one === FunctionName)
        : undefined;
    const endpoints = EndpointsConfig ?? [];
    const functions = [...new Set(endpoints.flatMap((endpoint) => leadsTo(endpoint) ?? []))];
    const others = endpoints.filter((endpoint) => leadsTo(endpoint) === undefined);
    return functions.length === 0 ? [] : [{ name, functions, others }];
  });
}

export async function applyDomain(
  hands: Hands,
  wanted: WantedDomain,
  change: 'create' | 'update',
): Promise<void> {
  hands.progress(wanted.name, `${change} custom domain, ${wanted.endpoints.length} paths`);
  const parameters = {
    Domain: wanted.name,
    Protocol: 'HTTPS',
    CertConfig: { CertificateId: wanted.certificateId },
    EndpointsConfig: endpointParameters(wanted),
  };
  if (change === 'create') {
    try {
      await hands.cloud.call(wanted.name, 'CreateCustomDomain', parameters);
      return;
    } catch (error) {
      if (!(error instanceof CloudCallError && error.is('ResourceInUse'))) throw error;
    }
  }
  await hands.cloud.call(wanted.name, 'UpdateCustomDomain', parameters, { repeatable: true });
}

function endpointParameters({ namespace, endpoints }: WantedDomain) {
  return endpoints.map(({ path, remoteName }) => ({
    Namespace: namespace,
    FunctionName: remoteName,
    Qualifier: aliasName,
    PathMatch: path,
  }));
}
