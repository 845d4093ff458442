import type * as cam from 'tencentcloud-sdk-nodejs/tencentcloud/services/cam/v20190116/cam_models';
import { action, type ApiService } from './apiService';

/** Access management (2019-01-16). */
export function camService({ appId }: { appId: string }): ApiService {
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
    ]),
  };
}
