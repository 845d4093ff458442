import type { Configuration, DesiredFunction } from './service';

/** Document 583/11637. */
const mostEnvironmentBytes = 4096;
const mostFunctions = 50;
const mostTimers = 10;
/** Documents 583/11060 and the SDK's text of CreateFunction; bundles are made for Node 18. */
const runtimes = ['Nodejs18.15', 'Nodejs20.19'];
/** Document 583/32748: the third as printed there, the fourth as meant. */
const reservedName = /^(SCF_|QCLOUD_|TECENTCLOUD_|TENCENTCLOUD_)/i;

/**
 * What SCF would refuse about these functions, a sentence each that names the function: so that it is known before the
 * first call (documents 583/11637, 583/32748 and the SDK's texts of CreateFunction and CreateTrigger).
 */
export function limitFaults(functions: readonly DesiredFunction[]): string[] {
  const faults = functions.flatMap((described) =>
    [
      ...nameFaults(described.remoteName),
      ...sizeFaults(described.configuration),
      ...environmentFaults(described.configuration.environment),
      ...triggerFaults(described),
    ].map((fault) => `function ${described.name}: ${fault}`),
  );
  if (functions.length > mostFunctions)
    faults.push(`there are ${functions.length} functions, a namespace takes ${mostFunctions}`);
  return faults;
}

function nameFaults(name: string): string[] {
  return /^[A-Za-z][\w-]{0,58}[A-Za-z0-9]$/.test(name)
    ? []
    : [
        `the name ${name} has ${name.length} characters; expected 2 to 60, a letter first, a letter or digit last`,
      ];
}

function sizeFaults({ memoryMb, timeoutSeconds, runtime }: Configuration): string[] {
  const faults: string[] = [];
  const step = memoryMb === 64 || (memoryMb % 128 === 0 && memoryMb >= 128 && memoryMb <= 3072);
  if (!step) faults.push(`memorySize is ${memoryMb}; expected 64, or 128 to 3072 in steps of 128`);
  if (timeoutSeconds > 900) faults.push(`timeout is ${timeoutSeconds}; expected 1 to 900 seconds`);
  if (!runtimes.includes(runtime)) faults.push(`runtime is ${runtime}; expected ${runtimes.join(' or ')}`);
  return faults;
}

function environmentFaults(environment: Record<string, string>): string[] {
  const entries = Object.entries(environment);
  const faults = entries.flatMap(([name]) => {
    if (reservedName.test(name)) return [`the variable ${name} has a name that SCF keeps for itself`];
    return /^[A-Za-z]\w{1,63}$/.test(name)
      ? []
      : [`the variable ${name} must have 2 to 64 letters, digits and _, a letter first`];
  });
  const bytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > mostEnvironmentBytes) {
    const longest = [...entries].sort(([, a], [, b]) => b.length - a.length).slice(0, 3);
    faults.push(
      `the environment has ${bytes} bytes, at most ${mostEnvironmentBytes} are possible; the longest are ${longest.map(([name]) => name).join(', ')}`,
    );
  }
  return faults;
}

function triggerFaults({ triggers, paths }: DesiredFunction): string[] {
  const timers = triggers.flatMap((trigger) => (trigger.type === 'timer' ? [trigger] : []));
  const faults = timers.flatMap(({ name, cron }) => [
    ...(/^[A-Za-z][\w-]{0,99}$/.test(name) ? [] : [`the timer name ${name} is not allowed`]),
    ...(/^\S+( \S+){6}$/.test(cron)
      ? []
      : [`timer ${name}: expected a cron expression of seven fields, seconds first`]),
  ]);
  if (new Set(timers.map(({ name }) => name)).size < timers.length) faults.push('two timers have one name');
  if (timers.length > mostTimers) faults.push(`${timers.length} timers, at most ${mostTimers} are possible`);
  const odd = paths.filter((path) => !/^(\/|\/\*|(\/[^/*?#\s]+)+(\/\*)?)$/.test(path));
  return [...faults, ...odd.map((path) => `the path ${path} must have the form /a, /a/b or /a/*`)];
}
