import type * as vod from 'tencentcloud-sdk-nodejs/tencentcloud/services/vod/v20180717/vod_models';
import { action, nothingElse, pageOf, type ApiService } from './apiService';

export interface VodAccount {
  applications: { SubAppId: number; Status: 'On' | 'Off' }[];
  /** Names of task flows, by application; those of the account's own under 0. */
  procedures: Map<number, string[]>;
}

/** Video on demand (2018-07-17), as far as it is looked at. */
export function vodService(account: VodAccount): ApiService {
  return {
    name: 'vod',
    version: '2018-07-17',
    regional: false,
    actions: new Map([
      [
        'DescribeSubAppIds',
        action(({ Offset, Limit, ...rest }: vod.DescribeSubAppIdsRequest) => {
          nothingElse(rest);
          const shown = pageOf(account.applications, { Offset, Limit }, 200);
          return { SubAppIdInfoSet: shown, TotalCount: account.applications.length };
        }),
      ],
      [
        'DescribeProcedureTemplates',
        action(({ Names, SubAppId = 0, ...rest }: vod.DescribeProcedureTemplatesRequest) => {
          nothingElse(rest);
          const found = (account.procedures.get(SubAppId) ?? []).filter(
            (name) => Names === undefined || Names.includes(name),
          );
          return { TotalCount: found.length, ProcedureTemplateSet: found.map((Name) => ({ Name })) };
        }),
      ],
    ]),
  };
}
