import type * as cam from 'tencentcloud-sdk-nodejs/tencentcloud/services/cam/v20190116/cam_models';
import { ApiRefusal } from './apiRefusal';
import { action, nothingElse, type ApiService } from './apiService';
import type { ScfState } from './scfState';

/** Who may take on a role that SCF runs functions with. */
const carriedByScf = JSON.stringify({
  version: '2.0',
  statement: [{ action: 'name/sts:AssumeRole', effect: 'allow', principal: { service: ['scf.qcloud.com'] } }],
});

/** Access management (2019-01-16). */
export function camService({ appId, state }: { appId: string; state: ScfState }): ApiService {
  const existing = (name: string | undefined): string => {
    if (name === undefined || !state.roles.has(name))
      throw new ApiRefusal('InvalidParameter.RoleNotExist', 'The role does not exist.');
    return name;
  };
  return {
    name: 'cam',
    version: '2019-01-16',
    regional: false,
    actions: new Map([
      [
        'GetUserAppId',
        action((): Omit<cam.GetUserAppIdResponse, 'RequestId'> => ({
          Uin: '100000000002',
          OwnerUin: '100000000001',
          AppId: Number(appId),
        })),
      ],
      [
        'GetRole',
        action(({ RoleName, ...rest }: cam.GetRoleRequest): Omit<cam.GetRoleResponse, 'RequestId'> => {
          nothingElse(rest);
          return { RoleInfo: { RoleName: existing(RoleName), PolicyDocument: carriedByScf } };
        }),
      ],
      [
        'ListAttachedRolePolicies',
        action(
          ({
            RoleName,
            Page: _page,
            Rp: _size,
            ...rest
          }: cam.ListAttachedRolePoliciesRequest): Omit<
            cam.ListAttachedRolePoliciesResponse,
            'RequestId'
          > => {
            nothingElse(rest);
            existing(RoleName);
            return { List: [{ PolicyName: 'live-control' }], TotalNum: 1 };
          },
        ),
      ],
    ]),
  };
}
