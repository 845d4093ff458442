import { isRecord } from '../../shared/http/request';
import { serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { answerV1, v1Failure, type V1Needs } from './v1';
import { answerV2, v2Failure, type V2Needs } from './v2';

export type DoorNeeds = V1Needs & V2Needs;

/**
 * The one address of an unmodified app, whatever its generation: v1 has a single path, v3 has everything below
 * `/base/v1/`, and v2 has its methods at the root.
 */
export function makeDoor(log: Log, needs: DoorNeeds): MainHandler {
  const v1 = serve(log, (request) => answerV1(request, needs), v1Failure);
  const v2 = serve(log, (request) => answerV2(request, needs), v2Failure);
  return (event, context) => {
    const path = isRecord(event) && typeof event['path'] === 'string' ? event['path'] : '';
    return path.replace(/\/+$/, '').endsWith('/interface.php') ? v1(event, context) : v2(event, context);
  };
}
