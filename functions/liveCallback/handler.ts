import { readJsonObject } from '../../shared/http/request';
import { jsonResponse } from '../../shared/http/response';
import { serve, type MainHandler } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { liveCallback, type LiveCallbackNeeds } from './liveCallback';

/** The cloud looks at the status alone: 200 is done, anything else is sent again (document 267/38080). */
export function makeLiveCallback(log: Log, needs: LiveCallbackNeeds): MainHandler {
  return serve(
    log,
    async ({ body, now, requestId }) => {
      const outcome = await liveCallback(readJsonObject(body), body, now, needs);
      log('info', 'notice', { requestId, outcome });
      return jsonResponse(200, { code: 0 });
    },
    (failure) => jsonResponse(failure.status, { code: failure.returnValue, message: failure.message }),
  );
}
