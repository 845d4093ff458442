import type { NeedsOf } from '../../shared/command';
import {
  byPath,
  operatorRoute,
  serve,
  userRoute,
  type MainHandler,
  type OperatorNeeds,
  type TokenNeeds,
} from '../../shared/http/serve';
import type { Log } from '../../shared/log';
import { forbidUser } from './forbidUser';
import { listLives } from './listLives';
import { listReports } from './listReports';
import { reportUser } from './reportUser';
import { stopLive } from './stopLive';

type Needs = NeedsOf<typeof forbidUser> &
  NeedsOf<typeof listLives> &
  NeedsOf<typeof listReports> &
  NeedsOf<typeof reportUser> &
  NeedsOf<typeof stopLive> &
  TokenNeeds &
  OperatorNeeds;

export function makeModeration(log: Log, needs: Needs): MainHandler {
  return serve(
    log,
    byPath({
      '/moderation/stopLive': operatorRoute(stopLive, needs.config, needs),
      '/moderation/forbidUser': operatorRoute(forbidUser, needs.config, needs),
      '/moderation/listLives': operatorRoute(listLives, needs.config, needs),
      '/moderation/listReports': operatorRoute(listReports, needs.config, needs),
      '/moderation/reportUser': userRoute(reportUser, needs.config, needs),
    }),
  );
}
