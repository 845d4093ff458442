import type { LiveCloud } from '../../shared/cloud/live';
import { CloudError } from '../../shared/cloud/tencentApi';

/** What became of the cloud's part of an operator's action: `done`, `not configured`, or `failed: <why>`. */
export type CloudOutcome = 'done' | 'not configured' | `failed: ${string}`;

/**
 * Does the same to several streams at once. What is stored holds whatever the cloud says, so a failure is told, not thrown.
 * @returns `done` when all succeeded, also when there was none
 */
export async function onUserStreams(
  cloud: Pick<LiveCloud, 'configured'>,
  streamIds: readonly string[],
  act: (streamId: string) => Promise<void>,
): Promise<CloudOutcome> {
  if (!cloud.configured()) return 'not configured';
  const results = await Promise.allSettled(streamIds.map(act));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure === undefined) return 'done';
  if (!(failure.reason instanceof CloudError)) throw failure.reason;
  return `failed: ${failure.reason.message}`;
}
