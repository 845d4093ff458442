import { ask, askMachine } from './calls';
import { liveList, pictures, replayList, testPushes, type Live, type Replay, type TestPush } from './shapes';
import { store } from './store';

export interface Lists {
  /** False until the first answer. */
  loaded: boolean;
  lives: readonly Live[];
  replays: readonly Replay[];
  /** The newest screenshot by stream. */
  pictures: Readonly<Record<string, string>>;
  /** The test pictures that this machine pushes. */
  pushing: readonly TestPush[];
  problem: string | undefined;
}

export const lists = store<Lists>({
  loaded: false,
  lives: [],
  replays: [],
  pictures: {},
  pushing: [],
  problem: undefined,
});

let underWay: Promise<void> | undefined;
let again = false;

/** Asks for everything anew; one after the other, and once more for those who asked meanwhile. */
export function refreshLists(): Promise<void> {
  if (underWay !== undefined) {
    again = true;
    return underWay;
  }
  underWay = refresh().finally(() => {
    underWay = undefined;
    if (!again) return;
    again = false;
    void refreshLists();
  });
  return underWay;
}

async function refresh(): Promise<void> {
  const background = true;
  try {
    const [lives, replays, shots, pushes] = await Promise.all([
      ask({ who: 'anyone', path: '/getLiveList', body: { pageSize: 50 }, background }, liveList),
      ask({ who: 'anyone', path: '/getVodList', body: { pageSize: 24 }, background }, replayList),
      askMachine({ path: '/pictures', method: 'GET', background }, pictures),
      askMachine({ path: '/pushes', method: 'GET', background }, testPushes),
    ]);
    lists.set({
      loaded: true,
      lives: lives.items,
      replays: replays.items,
      pictures: shots.pictures,
      pushing: pushes.pushes,
      problem: undefined,
    });
  } catch (error) {
    lists.set({ ...lists.get(), problem: error instanceof Error ? error.message : String(error) });
  }
}
