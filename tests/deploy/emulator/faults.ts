/** Something that a test makes go wrong with calls of the cloud API. */
export interface Fault {
  /** Only calls of this action; of any when left out. */
  readonly action?: string;
  /** Only calls about this function. */
  readonly functionName?: string;
  /** Only calls that change something: not Get..., List... or Describe... */
  readonly writes?: true;
  /** So many fitting calls go well first; 0 when left out. */
  readonly skip?: number;
  /** How many calls it hits; 1 when left out. */
  readonly times?: number;
  readonly effect: Effect;
}

/**
 * refuse: answers with this code instead of doing anything · drop: cuts the connection instead of doing anything ·
 * dropAnswer: does it, then cuts the connection · hang: never answers · slow: answers after so many milliseconds ·
 * tell: says that the call has come, then does it
 */
export type Effect =
  | { readonly kind: 'refuse'; readonly code: string; readonly message?: string }
  | { readonly kind: 'drop' | 'dropAnswer' | 'hang' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'tell'; readonly call: () => void };

export interface Faults {
  add(fault: Fault): void;
  /** The next `times` calls are refused as too frequent; of every action when none is named. */
  throttle(times: number, action?: string): void;
  /** Forgets every fault. */
  clear(): void;
  /** What hits this call: counted as hit. */
  hit(action: string, parameters: unknown): Effect | undefined;
}

export function openFaults(): Faults {
  let faults: { fault: Fault; skip: number; times: number }[] = [];
  const add = (fault: Fault): void =>
    void faults.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  return {
    add,
    throttle: (times, action) =>
      add({
        ...(action === undefined ? {} : { action }),
        times,
        effect: {
          kind: 'refuse',
          code: 'RequestLimitExceeded',
          message: 'Your current request times equals to the limit.',
        },
      }),
    clear: () => void (faults = []),
    hit(action, parameters) {
      for (const one of faults) {
        if (one.times === 0 || !fits(one.fault, action, parameters)) continue;
        if (one.skip > 0) {
          one.skip -= 1;
          continue;
        }
        one.times -= 1;
        return one.fault.effect;
      }
      return undefined;
    },
  };
}

/** Whether an action only looks. */
export function isRead(action: string): boolean {
  return /^(Get|List|Describe)/.test(action);
}

function fits({ action, functionName, writes }: Fault, called: string, parameters: unknown): boolean {
  if (action !== undefined && action !== called) return false;
  if (writes === true && isRead(called)) return false;
  if (functionName === undefined) return true;
  return (
    typeof parameters === 'object' &&
    parameters !== null &&
    Reflect.get(parameters, 'FunctionName') === functionName
  );
}
