/** A guest's allowance at the server (2 a second, 20 at once): whoever taps faster is told at once. */
const perSecond = 2;
const burst = 20;

/** Taps so close together go in one request, milliseconds. */
const gather = 400;

export interface LikeOptions {
  /** Sends likes. @returns the server's word; undefined when it cannot be reached */
  send(count: number, likeId: string): Promise<{ accepted: number; likes: number } | undefined>;
  /** Takes the number to show, whenever it changes. */
  show(likes: number): void;
  /** A like that the server took. */
  onAccepted(count: number): void;
}

export interface Likes {
  /** One tap. @returns false when it is more than the allowance */
  tap(): boolean;
  /** The server's count, heard from elsewhere. */
  heard(likes: number): void;
  /** Somebody else's like, before the next count comes. */
  another(): void;
}

/**
 * Counts likes: a tap shows at once and is sent with others; what the server did not take, or never got, is taken back.
 * @param now milliseconds, from any beginning
 */
export function countLikes(first: number, now: () => number, options: LikeOptions): Likes {
  let counted = first;
  let waiting = 0;
  let underway = 0;
  let allowance = { left: burst, at: now() };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (): void => options.show(counted + waiting + underway);
  const flush = async (): Promise<void> => {
    timer = undefined;
    const count = Math.min(waiting, burst);
    waiting -= count;
    underway += count;
    const likeId = Math.random().toString(36).slice(2, 12);
    const answer = (await options.send(count, likeId)) ?? (await options.send(count, likeId));
    underway -= count;
    if (answer !== undefined) {
      counted = Math.max(counted, answer.likes);
      if (answer.accepted > 0) options.onAccepted(answer.accepted);
    }
    show();
    if (waiting > 0) timer ??= setTimeout(() => void flush(), gather);
  };
  return {
    tap() {
      const at = now();
      allowance = { left: Math.min(burst, allowance.left + ((at - allowance.at) / 1000) * perSecond), at };
      if (allowance.left < 1) return false;
      allowance.left -= 1;
      waiting += 1;
      show();
      if (underway === 0) timer ??= setTimeout(() => void flush(), gather);
      return true;
    },
    heard(likes) {
      counted = underway > 0 ? Math.max(counted, likes) : likes;
      show();
    },
    another() {
      counted += 1;
      show();
    },
  };
}
