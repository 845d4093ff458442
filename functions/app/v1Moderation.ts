import { Failure } from '../../shared/http/errors';
import { forbidUser } from '../moderation/forbidUser';
import { reportUser as reportUserCommand } from '../moderation/reportUser';
import { stopLive } from '../moderation/stopLive';
import type { V1Call, V1Needs } from './v1';
import { v1Choice, v1UserId, type V1Body } from './v1Input';

/**
 * ReportUser (protocol.md 4.9): `userid` is reported, `hostuserid` reports. It is recorded and nothing else; for a user
 * who never broadcast there is nothing to record, and the app shows its thanks all the same.
 */
export async function reportUser(body: V1Body, { request, proven }: V1Call, needs: V1Needs) {
  const reportedUserId = v1UserId(body);
  const caller = proven ?? v1UserId(body, 'hostuserid');
  await unlessNotFound(reportUserCommand.run({ reportedUserId }, { ...request, caller }, needs));
  return [];
}

/** StopLVB (protocol.md 4.17), for operators. */
export async function stopLvb(body: V1Body, { request }: V1Call, needs: V1Needs) {
  await unlessNotFound(stopLive.run({ userId: v1UserId(body) }, { ...request, caller: undefined }, needs));
  return { result: 0 };
}

/** ForbidLive (protocol.md 4.17), for operators: 1 forbids the user to broadcast, 0 lifts it. */
export async function forbidLive(body: V1Body, { request }: V1Call, needs: V1Needs) {
  const forbidden = v1Choice(body, 'forbidflag', [0, 1]) === 1;
  await forbidUser.run(
    { userId: v1UserId(body), forbidden, reason: '' },
    { ...request, caller: undefined },
    needs,
  );
  return { result: 0 };
}

async function unlessNotFound(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'notFound')) throw error;
  }
}
