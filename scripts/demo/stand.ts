import type { LocalSettings } from '../local/settings';
import type { Push, Source } from './picture';
import type { Product } from './product';
import type { Steps } from './step';

/** What a broadcast is made with, whatever the generation of the app. */
export interface Stand {
  steps: Steps;
  product: Product;
  settings: LocalSettings;
  source: Source;
  /** A JPEG. */
  cover: Buffer;
  /** How long to push, so that the recording is long enough to be listed. */
  recordedSeconds: number;
  /** What makes the names of this run's people their own. */
  run: string;
  /** Takes the push as soon as it is up, to be stopped when the person interrupts. */
  onPush: (push: Push) => void;
}
