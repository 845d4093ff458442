import { clock } from '../../shared/clock';
import { isRecord } from '../../shared/http/request';
import type { HttpResponse } from '../../shared/http/response';
import { operatorRoute, serve, type MainHandler, type OperatorNeeds } from '../../shared/http/serve';
import { describeError, type Log } from '../../shared/log';
import { reconcile, type ReconcileNeeds, type Summary } from './reconcile';

/** Below the function's timeout of 50 s and the lease; milliseconds. */
const timerBudget = 40_000;

/** An operator waits for the answer, which `serve` gives within 2.8 s; milliseconds. */
const operatorBudget = 2_000;

type Given = Omit<ReconcileNeeds, 'budget'> & OperatorNeeds;

/** The sweep for an operator: POST /reconcile. */
export function makeReconcileByHand(log: Log, given: Given): MainHandler {
  return serve(log, operatorRoute(reconcile, given.config, { ...given, budget: operatorBudget }));
}

/**
 * The sweep for a timer trigger (event `{Type: 'Timer', ...}`) and for an operator.
 * A timer's run never throws: the platform would repeat it after one and two minutes, beside the next ones.
 */
export function makeReconcile(
  log: Log,
  given: Given,
): (event: unknown, context?: unknown) => Promise<HttpResponse | Summary> {
  const byHand = makeReconcileByHand(log, given);
  return async (event, context) => {
    if (!isRecord(event) || event['Type'] !== 'Timer' || 'httpMethod' in event) return byHand(event, context);
    // An idle database connection must not hold the invocation open.
    if (isRecord(context)) context['callbackWaitsForEmptyEventLoop'] = false;
    try {
      const call = { caller: undefined, now: clock(), requestId: '', clientAddress: '' };
      return await reconcile.run({}, call, { ...given, budget: timerBudget });
    } catch (error) {
      log('error', 'reconcile failed', describeError(error));
      return { ran: false };
    }
  };
}
