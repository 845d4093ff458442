import type { LiveCloud } from '../../shared/cloud/live';
import { CloudError } from '../../shared/cloud/tencentApi';

/**
 * What became of the cloud's part of an operator's action: `done`, `not configured`, `failed: <why>`, or `incomplete:
 * <what>` when all that was tried succeeded and there was more.
 */
export type CloudOutcome = 'done' | 'not configured' | `failed: ${string}` | `incomplete: ${string}`;

/**
 * Does the same to several streams at once. What is stored holds whatever the cloud says, so a failure is told, not thrown.
 * @param streams `more`: the user has more than these
 * @returns `done` when all succeeded, also when there was none
 */
export async function onUserStreams(
  cloud: Pick<LiveCloud, 'configured'>,
  { streamNames, more = false }: { streamNames: readonly string[]; more?: boolean },
  act: (streamName: string) => Promise<void>,
): Promise<CloudOutcome> {
  if (!cloud.configured()) return 'not configured';
  const results = await Promise.allSettled(streamNames.map(act));
  const failures: CloudError[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof CloudError)) throw result.reason;
    failures.push(result.reason);
  }
  const beyond = more ? `only the newest ${streamNames.length} streams were tried, there are more` : '';
  const [failure] = failures;
  if (failure === undefined) return more ? `incomplete: ${beyond}` : 'done';
  const extent = streamNames.length === 1 ? '' : ` (${failures.length} of ${streamNames.length} streams)`;
  return `failed: ${failure.message}${extent}${more ? `; ${beyond}` : ''}`;
}
