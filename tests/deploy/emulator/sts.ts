import type * as sts from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_models';
import { action, type ApiService } from './apiService';
import type { Credential } from './tencentApi';

/** A sub-user of the account. */
const usual = { AccountId: '100000000001', UserId: '100000000002' };

/** Who is calling (2018-08-13). */
export function stsService(credentials: readonly Credential[]): ApiService {
  return {
    name: 'sts',
    version: '2018-08-13',
    regional: true,
    actions: new Map([
      [
        'GetCallerIdentity',
        action((_request: object, { secretId }): Omit<sts.GetCallerIdentityResponse, 'RequestId'> => {
          const { AccountId, UserId } =
            credentials.find((one) => one.secretId === secretId)?.identity ?? usual;
          return {
            Type: AccountId === UserId ? 'RootAccount' : 'CAMUser',
            Arn: `qcs::cam::uin/${AccountId}:uin/${UserId}`,
            AccountId,
            UserId,
            PrincipalId: UserId,
          };
        }),
      ],
    ]),
  };
}
