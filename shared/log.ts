export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a log line may carry. The list is closed so that a request body, a URL or a key cannot slip in. */
export interface LogFields {
  requestId?: string;
  function?: string;
  command?: string;
  /** Of a request, without its query. */
  path?: string;
  status?: number;
  code?: string;
  milliseconds?: number;
  userId?: string;
  streamId?: string;
  eventType?: number;
  sequence?: string;
  outcome?: string;
  reason?: string;
  step?: string;
  count?: number;
  error?: string;
  stack?: string;
}

export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/**
 * @param least lines below this level are dropped
 * @param write takes one line of JSON; by default standard output, which SCF collects
 */
export function makeLog(
  least: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line + '\n'),
): Log {
  return (level, message, fields = {}) => {
    if (order.indexOf(level) < order.indexOf(least)) return;
    write(JSON.stringify({ level, message, ...fields }));
  };
}

/** An unexpected failure as log fields: message and stack, bounded, with anything that looks like a credential blanked. */
export function describeError(error: unknown): Pick<LogFields, 'error' | 'stack'> {
  if (!(error instanceof Error)) return { error: blank(String(error)).slice(0, 500) };
  return { error: blank(error.message).slice(0, 500), stack: blank(error.stack ?? '').slice(0, 2_000) };
}

function blank(line: string): string {
  return line
    .replace(/\b(mysql|https?|rtmp):\/\/[^\s:@/]+:[^\s@]+@/g, '$1://[secret]@')
    .replace(/\bBearer\s+\S+/gi, 'Bearer [secret]')
    .replace(
      /(txSecret|sign|signature|q-signature|usersig|password|secret|secretkey|appsecret|access_token|token|authorization)(["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi,
      '$1$2[secret]',
    );
}
