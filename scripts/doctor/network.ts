import * as v from 'valibot';
import { finding, type Finding } from '../findings';
import { callFinding, CloudRefusal, type CallCloud, type CloudKey } from './cloudCall';

const subnets = v.object({
  SubnetSet: v.array(
    v.object({
      VpcId: v.string(),
      SubnetId: v.string(),
      AvailableIpAddressCount: v.optional(v.number()),
    }),
  ),
});

/** A function needs an address for each instance; with fewer than these a busy evening is short of them. */
const fewAddresses = 50;

/** Whether the subnet is there, in the region, in the VPC, and has addresses left. */
export async function checkNetwork(
  call: CallCloud,
  key: CloudKey,
  { vpcId, subnetId, region }: { vpcId: string; subnetId: string; region: string },
): Promise<Finding> {
  try {
    const { SubnetSet } = await call('vpc', 'DescribeSubnets', { SubnetIds: [subnetId] }, subnets);
    const [subnet] = SubnetSet;
    if (subnet === undefined) return noSubnet(subnetId, region);
    if (subnet.VpcId !== vpcId)
      return finding('wrong', 'SUBNET_ID', {
        en: `${subnetId} lies in ${subnet.VpcId}, not in VPC_ID ${vpcId}. Where to find one: VPC console, subnets`,
        zh: `${subnetId} 属于 ${subnet.VpcId}，不属于 VPC_ID ${vpcId}。在哪里找：私有网络控制台 → 子网`,
      });
    const left = subnet.AvailableIpAddressCount;
    if (left !== undefined && left < fewAddresses)
      return finding('warning', 'SUBNET_ID', {
        en: `${subnetId} has ${left} addresses left; each running instance takes one`,
        zh: `${subnetId} 只剩 ${left} 个可用 IP；每个运行中的实例占用一个`,
      });
    return finding('ok', 'SUBNET_ID', {
      en: `${subnetId} lies in ${vpcId}, region ${region}`,
      zh: `${subnetId} 属于 ${vpcId}，地域 ${region}`,
    });
  } catch (error) {
    if (error instanceof CloudRefusal && error.code.startsWith('ResourceNotFound'))
      return noSubnet(subnetId, region);
    return callFinding('SUBNET_ID', error, key);
  }
}

function noSubnet(subnetId: string, region: string): Finding {
  return finding('wrong', 'SUBNET_ID', {
    en: `there is no ${subnetId} in ${region}: check SUBNET_ID and TENCENT_REGION. Where to find it: VPC console, subnets`,
    zh: `${region} 没有 ${subnetId}：请核对 SUBNET_ID 与 TENCENT_REGION。在哪里找：私有网络控制台 → 子网`,
  });
}

const functionCount = v.object({ TotalCount: v.optional(v.number(), 0) });

/** Whether SCF is switched on for the account, and the namespace is there. */
export async function checkNamespace(call: CallCloud, key: CloudKey, namespace: string): Promise<Finding> {
  try {
    const asked = { Namespace: namespace, Limit: 1, Offset: 0 };
    const { TotalCount } = await call('scf', 'ListFunctions', asked, functionCount);
    return finding('ok', 'SCF_NAMESPACE', {
      en: `SCF answers; ${TotalCount} function(s) in namespace ${namespace}`,
      zh: `云函数可用；命名空间 ${namespace} 中有 ${TotalCount} 个函数`,
    });
  } catch (error) {
    if (error instanceof CloudRefusal && /Namespace/.test(error.code))
      return finding('wrong', 'SCF_NAMESPACE', {
        en: `there is no namespace ${namespace}: leave it out, or make it. Where: SCF console, namespaces`,
        zh: `没有命名空间 ${namespace}：留空，或先创建。在哪里：云函数控制台 → 命名空间`,
      });
    return callFinding('SCF_NAMESPACE', error, key);
  }
}

const certificate = v.object({
  Domain: v.nullish(v.string(), ''),
  SubjectAltName: v.nullish(v.array(v.string()), []),
  CertEndTime: v.nullish(v.string(), ''),
  Status: v.nullish(v.number()),
});

/** Certificates end; two weeks are time to renew one. */
const soonMs = 14 * 86_400_000;

/** Whether the certificate is there, issued, for the domain, and good for a while. */
export async function checkCertificate(
  call: CallCloud,
  key: CloudKey,
  { domain, certificateId, now }: { domain: string; certificateId: string; now: number },
): Promise<Finding> {
  try {
    const found = await call('ssl', 'DescribeCertificate', { CertificateId: certificateId }, certificate);
    const names = [...new Set([found.Domain, ...found.SubjectAltName])].filter((name) => name !== '');
    if (!names.some((name) => covers(name, domain)))
      return finding('wrong', 'CERTIFICATE_ID', {
        en: `the certificate is for ${names.join(', ')}, not for PUBLIC_DOMAIN ${domain}`,
        zh: `证书属于 ${names.join('、')}，不适用于 PUBLIC_DOMAIN ${domain}`,
      });
    // Its times are Beijing's.
    const end = Date.parse(`${found.CertEndTime.replace(' ', 'T')}+08:00`);
    if (Number.isFinite(end) && end < now + soonMs)
      return finding(end < now ? 'wrong' : 'warning', 'CERTIFICATE_ID', {
        en: `the certificate ends on ${found.CertEndTime} (Beijing time): renew it`,
        zh: `证书将于北京时间 ${found.CertEndTime} 到期：请续期`,
      });
    return finding('ok', 'CERTIFICATE_ID', {
      en: `for ${domain}, good until ${found.CertEndTime || 'an unknown day'}`,
      zh: `适用于 ${domain}，有效期至 ${found.CertEndTime || '未知'}`,
    });
  } catch (error) {
    if (error instanceof CloudRefusal && /CertificateNotFound|ResourceNotFound/.test(error.code))
      return finding('wrong', 'CERTIFICATE_ID', {
        en: 'there is no such certificate in this account. Where to find it: SSL certificate console, my certificates',
        zh: '本账号没有这张证书。在哪里找：SSL 证书控制台 → 我的证书',
      });
    return callFinding('CERTIFICATE_ID', error, key);
  }
}

function covers(name: string, domain: string): boolean {
  if (!name.startsWith('*.')) return name.toLowerCase() === domain;
  return domain.slice(domain.indexOf('.')) === name.slice(1).toLowerCase();
}
