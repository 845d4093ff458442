/**
 * Checks on what the program itself passes in. A failure is a mistake in the calling code or in the
 * configuration, so it throws; what a client sent is judged by the verify functions, which never throw.
 * Messages name the argument and never repeat its value, which may be a secret.
 */
export function requireText(name: string, value: unknown, pattern = /[^]/): asserts value is string {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new TypeError(`${name} must be text that matches ${String(pattern)}`);
  }
}

export function requireInteger(
  name: string,
  value: unknown,
  min: number,
  max: number,
): asserts value is number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
  }
}

/** A moment or a length of time in seconds: anything that fits the 32 bits the services use for it. */
export function requireSeconds(name: string, value: unknown): asserts value is number {
  requireInteger(name, value, 0, 0xffffffff);
}
