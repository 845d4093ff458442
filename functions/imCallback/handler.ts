import { jsonResponse } from '../../shared/http/response';
import { serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { imCallback, type ImCallbackNeeds } from './imCallback';

/** IM waits 2 s (signing.md 5.3); milliseconds. */
const imPatience = 1_800;

/** A webhook that is not taken is not sent again unless that is switched on in the console; the sweep repairs then. */
export function makeImCallback(log: Log, needs: ImCallbackNeeds): MainHandler {
  return serve(
    log,
    async (request) => {
      const outcome = await imCallback(request, needs);
      log('info', 'webhook', { requestId: request.requestId, outcome });
      return jsonResponse(200, { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 });
    },
    (failure) =>
      jsonResponse(failure.status, {
        ActionStatus: 'FAIL',
        ErrorInfo: failure.message,
        ErrorCode: failure.returnValue,
      }),
    imPatience,
  );
}
