import type * as ssl from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/ssl_models';
import type * as vpc from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/vpc_models';
import { ApiRefusal } from './apiRefusal';
import { action, nothingElse, type ApiService } from './apiService';

export interface NetworkAccount {
  subnets: { VpcId: string; SubnetId: string; AvailableIpAddressCount: number }[];
  certificates: { CertificateId: string; Domain: string; SubjectAltName: string[]; CertEndTime: string }[];
}

/** Private networks (2017-03-12), as far as they are looked at. */
export function vpcService(account: NetworkAccount): ApiService {
  return {
    name: 'vpc',
    version: '2017-03-12',
    regional: true,
    actions: new Map([
      [
        'DescribeSubnets',
        action(({ SubnetIds = [], ...rest }: vpc.DescribeSubnetsRequest) => {
          nothingElse(rest);
          const SubnetSet = account.subnets.filter(({ SubnetId }) => SubnetIds.includes(SubnetId));
          if (SubnetSet.length < SubnetIds.length)
            throw new ApiRefusal('ResourceNotFound', 'The subnet does not exist.');
          return { SubnetSet, TotalCount: SubnetSet.length };
        }),
      ],
    ]),
  };
}

/** Certificates (2019-12-05), as far as they are looked at. */
export function sslService(account: NetworkAccount): ApiService {
  return {
    name: 'ssl',
    version: '2019-12-05',
    regional: false,
    actions: new Map([
      [
        'DescribeCertificate',
        action(({ CertificateId, ...rest }: ssl.DescribeCertificateRequest) => {
          nothingElse(rest);
          const found = account.certificates.find((one) => one.CertificateId === CertificateId);
          if (found === undefined)
            throw new ApiRefusal('FailedOperation.CertificateNotFound', 'The certificate does not exist.');
          return { ...found, Status: 1 };
        }),
      ],
    ]),
  };
}
