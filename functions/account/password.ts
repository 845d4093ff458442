import * as v from 'valibot';

/** A password that is being chosen: 8 characters as NIST SP 800-63B has it, and no rule about which. */
export const newPassword = bounded(8);

/** A password that was chosen once, maybe in an old app, which asks for less. */
export const givenPassword = bounded(1);

function bounded(least: number) {
  const message = `expected a password of ${least} to 128 characters`;
  return v.pipe(v.string(message), v.minLength(least, message), v.maxLength(128, message));
}
