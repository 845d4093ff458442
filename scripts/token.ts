import { clock } from '../shared/clock';
import { readConfig } from '../shared/config';
import { isUserId } from '../shared/input';
import { signToken } from '../shared/token';
import { localSettings } from './local/settings';

const ttlSeconds = 24 * 60 * 60;

/** `npm run token -- USERID`: prints an access token for a user, for development. */
async function main(userId: string | undefined, environment: NodeJS.ProcessEnv): Promise<void> {
  if (userId === undefined || userId === '') throw new Error('usage: npm run token -- USERID');
  if (!isUserId(userId))
    throw new Error('USERID is no user id: expected 1 to 64 characters, no spaces around them');
  if (environment['TOKEN_SECRET'] === undefined) {
    console.error('TOKEN_SECRET is not set: signed with the local default, good for `npm start` only');
  }
  const { TOKEN_SECRET: secret } = readConfig(localSettings(environment), ['TOKEN_SECRET']);
  console.log(await signToken({ secret, userId, now: clock(), ttlSeconds }));
}

main(process.argv[2], process.env).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
