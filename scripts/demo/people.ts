import * as v from 'valibot';
import { clock, seconds } from '../../shared/clock';
import { readConfig } from '../../shared/config';
import { verifyUserSig } from '../../shared/signing/userSig';
import { signToken } from '../../shared/token';
import type { LocalSettings } from '../local/settings';
import type { Product } from './product';
import { Mismatch, type Steps } from './step';

/** Someone who takes part, as signed in. */
export interface Person {
  userId: string;
  token: string;
  /** What the app logs in to IM with; old apps show it to the business server too. */
  userSig: string;
}

export interface People {
  host: Person;
  /** Uses the native commands. */
  viewer: Person;
  /** Uses an old app. */
  oldViewer: Person;
}

const tokenSeconds = 600;

/** Signs in a host and two viewers whom nobody has seen before. */
export async function signIn(
  steps: Steps,
  product: Product,
  settings: LocalSettings,
  run: string,
): Promise<People> {
  const names = [`alice_${run}`, `bob_${run}`, `carol_${run}`] as const;
  const config = readConfig(settings, ['TOKEN_SECRET']);
  const tokens = await steps.run(
    'access tokens for a host and two viewers, signed with TOKEN_SECRET',
    'TOKEN_SECRET in the environment of npm run demo',
    async (say) => {
      const sign = (userId: string): Promise<string> =>
        signToken({ secret: config.TOKEN_SECRET, userId, now: clock(), ttlSeconds: tokenSeconds });
      const [host, viewer, oldViewer] = await Promise.all([sign(names[0]), sign(names[1]), sign(names[2])]);
      say(`${names.join(', ')}: ${shortened(host)} and two more`);
      return { host, viewer, oldViewer };
    },
  );
  return steps.run(
    'POST /imSig, each for itself, and check the UserSig with IM_SECRET_KEY',
    'HTTP 401: TOKEN_SECRET differs from that of npm start. A wrong UserSig: IM_SDKAPPID or IM_SECRET_KEY does',
    async (say) => {
      const person = async (userId: string, token: string): Promise<Person> => {
        const { userSig } = await product.ask('/imSig', {}, v.object({ userSig: v.string() }), token);
        requireUserSig(settings, userId, userSig);
        return { userId, token, userSig };
      };
      const people = {
        host: await person(names[0], tokens.host),
        viewer: await person(names[1], tokens.viewer),
        oldViewer: await person(names[2], tokens.oldViewer),
      };
      say(`three valid UserSigs: ${shortened(people.host.userSig)} and two more`);
      return people;
    },
  );
}

/** @throws Mismatch unless IM would let that user in with it now */
export function requireUserSig(settings: LocalSettings, userId: string, userSig: string): void {
  const { IM_SDKAPPID, IM_SECRET_KEY } = readConfig(settings, ['IM_SDKAPPID', 'IM_SECRET_KEY']);
  const check = verifyUserSig({
    sdkAppId: IM_SDKAPPID,
    key: IM_SECRET_KEY.reveal(),
    userSig,
    userId,
    now: seconds(clock()),
  });
  if (!check.ok) throw new Mismatch(`a UserSig of ${userId} that is valid now`, check.reason);
}

/** The beginning of a credential. */
export function shortened(credential: string): string {
  return `${credential.slice(0, 12)}...`;
}
