import { randomUUID } from 'node:crypto';
import { Cron } from 'croner';
import type { Instances } from './instances';
import type { FunctionDescription } from './routes';

export interface TimersOptions {
  functions: readonly Pick<FunctionDescription, 'name' | 'timers'>[];
  instances: Pick<Instances, 'invoke'>;
  log: (line: string) => void;
}

/**
 * Calls the functions that have timer triggers when their time comes, as the platform does: at the expression's seconds,
 * whether or not the call before has ended. A call that is missed while the program is down is not made up for.
 * @returns an end to it: no further call begins
 * @throws Error that names the function, when an expression cannot be read
 */
export function startTimers({ functions, instances, log }: TimersOptions): { close(): void } {
  const jobs: Cron[] = [];
  const close = (): void => jobs.forEach((job) => job.stop());
  for (const { name, timers } of functions) {
    for (const timer of timers) {
      const call = (): void => {
        const event = JSON.stringify(timerEvent(timer, new Date()));
        void instances.invoke(name, { requestId: randomUUID(), event });
      };
      try {
        const failed = (error: unknown): void => log(`${name} | timer ${timer.name}: ${String(error)}`);
        jobs.push(new Cron(timer.cron, { unref: true, catch: failed }, call));
      } catch (error) {
        close();
        throw new Error(`function ${name}, timer ${timer.name}: ${String(error)}`, { cause: error });
      }
    }
  }
  return { close };
}

/** The event of a timer trigger (event-samples.json, `timer`). */
function timerEvent(timer: { name: string; argument: string }, time: Date): object {
  return {
    Type: 'Timer',
    TriggerName: timer.name,
    Time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    Message: timer.argument,
  };
}
