import { readConfig } from '../../shared/config';
import type { Failure } from '../../shared/http/errors';
import { readJsonObject } from '../../shared/http/request';
import { jsonResponse, type HttpResponse } from '../../shared/http/response';
import { serve } from '../../shared/http/serve';
import { makeLog } from '../../shared/log';
import { openDatabase } from '../../shared/store/database';
import { liveCallback } from './liveCallback';

const config = readConfig(process.env, [
  'DATABASE_URL',
  'LIVE_CALLBACK_KEY',
  'LIVE_CALLBACK_KEY_PREVIOUS',
  'REPLAY_MIN_SECONDS',
  'LOG_LEVEL',
]);
const log = makeLog(config.LOG_LEVEL);
const needs = { config, database: openDatabase(config.DATABASE_URL.reveal()) };

/** The cloud looks at the status alone: 200 is done, anything else is sent again (267/38080). */
export const main_handler = serve(
  log,
  async (request): Promise<HttpResponse> => {
    const outcome = await liveCallback(readJsonObject(request.body), request.body, request.now, needs);
    log('info', 'notice', { requestId: request.requestId, outcome });
    return jsonResponse(200, { code: 0 });
  },
  (failure: Failure) => jsonResponse(failure.status, { code: failure.returnValue, message: failure.message }),
);
