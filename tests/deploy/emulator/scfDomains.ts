import type * as scf from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models';
import { ApiRefusal } from './apiRefusal';
import { action, nothingElse, pageOf, requireOneOf, type Action } from './apiService';
import { findFunction, versionOf, type CustomDomain, type ScfState } from './scfState';

/** Custom domains: many functions under one host, by path. */
export function domainActions(state: ScfState): [string, Action][] {
  return [
    ['CreateCustomDomain', action((request: scf.CreateCustomDomainRequest) => create(state, request))],
    ['UpdateCustomDomain', action((request: scf.UpdateCustomDomainRequest) => update(state, request))],
    ['GetCustomDomain', action((request: scf.GetCustomDomainRequest) => get(state, request))],
    ['DeleteCustomDomain', action((request: scf.DeleteCustomDomainRequest) => remove(state, request))],
    ['ListCustomDomains', action((request: scf.ListCustomDomainsRequest) => list(state, request))],
  ];
}

function create(state: ScfState, request: scf.CreateCustomDomainRequest): object {
  const { Domain, Protocol, EndpointsConfig, CertConfig = {}, ...rest } = request;
  nothingElse(rest);
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/.test(Domain))
    throw new ApiRefusal('InvalidParameterValue', `The domain ${Domain} is not valid.`);
  if (state.domains.has(Domain))
    throw new ApiRefusal('ResourceInUse', `The domain ${Domain} exists already.`);
  const domain = { Domain, Protocol, EndpointsConfig, CertificateId: CertConfig.CertificateId ?? '' };
  check(state, domain);
  state.domains.set(Domain, domain);
  return {};
}

function update(state: ScfState, request: scf.UpdateCustomDomainRequest): object {
  const { Domain, Protocol, EndpointsConfig, CertConfig, ...rest } = request;
  nothingElse(rest);
  const before = find(state, Domain);
  const domain = {
    Domain,
    Protocol: Protocol ?? before.Protocol,
    EndpointsConfig: EndpointsConfig ?? before.EndpointsConfig,
    CertificateId: CertConfig?.CertificateId ?? before.CertificateId,
  };
  check(state, domain);
  state.domains.set(Domain, domain);
  return {};
}

/** A domain leads only to functions that have a function URL for that version or alias (document 583/64369). */
function check(state: ScfState, { Protocol, EndpointsConfig, CertificateId }: CustomDomain): void {
  requireOneOf('Protocol', Protocol, ['HTTP', 'HTTPS', 'HTTP&HTTPS']);
  if (Protocol !== 'HTTP' && !state.certificates.has(CertificateId))
    throw new ApiRefusal('InvalidParameterValue', `There is no certificate ${CertificateId}.`);
  if (EndpointsConfig.length === 0) throw new ApiRefusal('InvalidParameterValue', 'A domain needs a path.');
  const paths = EndpointsConfig.map(({ PathMatch }) => PathMatch);
  if (new Set(paths).size < paths.length)
    throw new ApiRefusal('InvalidParameterValue', 'A path is given twice.');
  for (const { FunctionName, Namespace, Qualifier, PathMatch, PathRewrite, ...rest } of EndpointsConfig) {
    nothingElse(rest);
    nothingElse(PathRewrite ?? {});
    if (!/^(\/|\/\*|(\/[^/*?#\s]+)+(\/\*)?)$/.test(PathMatch))
      throw new ApiRefusal(
        'InvalidParameterValue',
        `The path ${PathMatch} is not of the form /, /*, /xxx, /xxx/a or /xxx/*.`,
      );
    const fn = findFunction(state, { FunctionName, Namespace });
    versionOf(fn, Qualifier);
    if (!fn.triggers.some((trigger) => trigger.type === 'http' && trigger.qualifier === Qualifier))
      throw new ApiRefusal('InvalidParameterValue', `${FunctionName} has no function URL for ${Qualifier}.`);
  }
}

function get(
  state: ScfState,
  { Domain }: scf.GetCustomDomainRequest,
): Omit<scf.GetCustomDomainResponse, 'RequestId'> {
  return describeDomain(find(state, Domain));
}

function remove(state: ScfState, { Domain }: scf.DeleteCustomDomainRequest): object {
  state.domains.delete(find(state, Domain).Domain);
  return {};
}

function list(
  state: ScfState,
  request: scf.ListCustomDomainsRequest,
): Omit<scf.ListCustomDomainsResponse, 'RequestId'> {
  const { Offset, Limit, ...rest } = request;
  nothingElse(rest);
  const all = [...state.domains.values()];
  return { Domains: pageOf(all, { Offset, Limit }).map(describeDomain), Total: all.length };
}

function find(state: ScfState, name = ''): CustomDomain {
  const found = state.domains.get(name);
  if (found === undefined) throw new ApiRefusal('ResourceNotFound', `The domain ${name} does not exist.`);
  return found;
}

function describeDomain({ Domain, Protocol, EndpointsConfig, CertificateId }: CustomDomain): scf.DomainInfo {
  return {
    Domain,
    Protocol,
    EndpointsConfig,
    CertConfig: { CertificateId },
    WafConfig: { WafOpen: 'CLOSE' },
    Tags: [],
  };
}
