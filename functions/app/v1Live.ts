import { Failure } from '../../shared/http/errors';
import { beginBroadcast } from '../getPushUrl/getPushUrl';
import { changeStatus as changeStatusCommand } from '../room/changeStatus';
import type { V1Call, V1Needs } from './v1';
import { v1Fault, v1Int, v1Required, v1Text, v1UserId, v1UserInfo, type V1Body } from './v1Input';

/** RequestLVBAddr (protocol.md 4.1): begins a broadcast. `timestamp` is in seconds. */
export async function requestLvbAddr(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const caller = v1UserId(body);
  const info = v1UserInfo(body);
  const groupId = v1Required(body, 'groupid');
  if (groupId.length > 128) throw v1Fault('groupid is longer than 128 characters!');
  if (!['string', 'number'].includes(typeof body['title'])) throw v1Fault('title is null or empty!');
  // iOS sends "" for an untitled broadcast.
  const title = v1Text(body, 'title', 128) || info.nickname || caller;
  const { pushUrl, createdAt } = await beginBroadcast(
    { ...info, title, groupId },
    caller,
    request.now,
    needs,
  );
  return { pushurl: pushUrl, timestamp: createdAt };
}

/** ChangeStatus (protocol.md 4.2): on this wire 0 is online and 1 is offline. */
export async function changeStatus(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const caller = v1UserId(body);
  const status = v1Int(body, 'status');
  if (status > 1)
    throw new Failure('invalidParameter', `request para error | status:${status} is neither 0 nor 1`);
  await changeStatusCommand.run({ online: status === 0 }, { ...request, caller }, needs);
  return { result: 0 };
}
