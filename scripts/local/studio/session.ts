import { askMachine } from './calls';
import { session as shape, type Session } from './shapes';
import { store } from './store';

/** What this machine runs with; undefined until it has said so. */
export const session = store<Session | undefined>(undefined);

export async function loadSession(): Promise<void> {
  session.set(await askMachine({ path: '/session', method: 'GET' }, shape));
}
