import { pathOf } from '../../shared/http/request';
import { serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { answerV1, v1Failure, type V1Needs } from './v1';
import { answerV2, v2Failure, type V2Needs } from './v2';
import { answerV3, v3Failure, type V3Needs } from './v3';

export type DoorNeeds = V1Needs & V2Needs & V3Needs;

/**
 * The one address of an unmodified app, whatever its generation: v1 has a single path, v3 has everything below
 * `/base/v1/` and one method beside it, and v2 has its methods at the root.
 */
export function makeDoor(log: Log, given: Omit<DoorNeeds, 'log'>): MainHandler {
  const needs = { ...given, log };
  const v1 = serve(log, (request) => answerV1(request, needs), v1Failure);
  const v2 = serve(log, (request) => answerV2(request, needs), v2Failure);
  const v3 = serve(
    log,
    (request) => answerV3(request, needs),
    (failure) => v3Failure(failure),
  );
  return (event, context) => {
    const path = pathOf(event);
    if (path.endsWith('/interface.php')) return v1(event, context);
    const isV3 = /\/base\/v1(\/|$)|\/getUserInfoBatch$/.test(path);
    return isV3 ? v3(event, context) : v2(event, context);
  };
}
