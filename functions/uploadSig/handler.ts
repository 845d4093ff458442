import type { NeedsOf } from '../../shared/command';
import { serve, userRoute, type MainHandler, type TokenNeeds } from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { uploadSig } from './uploadSig';

export function makeUploadSig(log: Log, needs: NeedsOf<typeof uploadSig> & TokenNeeds): MainHandler {
  return serve(log, userRoute(uploadSig, needs.config, needs));
}
