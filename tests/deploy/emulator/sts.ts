import type * as sts from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_models';
import { action, type ApiService } from './apiService';

/** Who is calling (2018-08-13). */
export function stsService(): ApiService {
  return {
    name: 'sts',
    version: '2018-08-13',
    regional: true,
    actions: new Map([
      [
        'GetCallerIdentity',
        action((): Omit<sts.GetCallerIdentityResponse, 'RequestId'> => ({
          Type: 'CAMUser',
          Arn: 'qcs::cam::uin/100000000001:uin/100000000002',
          AccountId: '100000000001',
          UserId: '100000000002',
          PrincipalId: '100000000002',
        })),
      ],
    ]),
  };
}
