import { visitRoom } from './audience';
import { goLive, stop, uploadCover, watch } from './broadcast';
import { signIn } from './people';
import { findReplay, watchReplay } from './replay';
import type { Stand } from './stand';

/** A broadcast with the native commands, which an app of the first generation sees too. */
export async function firstGeneration(stand: Stand): Promise<void> {
  const { steps, product, settings } = stand;
  const people = await signIn(steps, product, settings, stand.run);
  const coverUrl = await uploadCover(steps, product, people, stand.cover);
  const live = await goLive(stand, people, coverUrl);
  await watch(steps, product, live, people.host);
  await visitRoom(steps, product, people, live);
  await stop(steps, product, live, stand.recordedSeconds);
  const replay = await findReplay(steps, product, live);
  await watchReplay(stand, replay, people.host);
}
