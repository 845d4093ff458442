import { askMachine } from './calls';
import { token as tokenShape } from './shapes';

/** Whom the studio plays: somebody who broadcasts, and somebody who watches. */
export interface People {
  host: Person;
  viewer: Person;
}

export interface Person {
  userId: string;
  nickname: string;
  /** An access token, asked for once. */
  token(): Promise<string>;
}

const place = 'studio.name';

/** The same two people as long as the browser remembers. */
export const people: People = open();

function open(): People {
  const known = localStorage.getItem(place) ?? '';
  const name = /^[a-z0-9]{4}$/.test(known) ? known : makeName();
  localStorage.setItem(place, name);
  return {
    host: person(`host_${name}`, `Host ${name}`),
    viewer: person(`viewer_${name}`, `Viewer ${name}`),
  };
}

function makeName(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return [...crypto.getRandomValues(new Uint8Array(4))]
    .map((byte) => letters[byte % letters.length])
    .join('');
}

function person(userId: string, nickname: string): Person {
  let asked: Promise<string> | undefined;
  return {
    userId,
    nickname,
    token() {
      asked ??= askMachine({ path: '/token', body: { userId } }, tokenShape).then(
        ({ token }) => token,
        (error: unknown) => {
          asked = undefined;
          throw error;
        },
      );
      return asked;
    },
  };
}
