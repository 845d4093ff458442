/** One push activity of a stream: what its start and its cut notice said (epoch milliseconds), null while unheard. */
export interface Push {
  startedAt: number | null;
  cutAt: number | null;
}

/** The last word of someone other than the cloud (the host's app, an operator, the sweep) about a broadcast. */
export interface Claim {
  up: boolean;
  at: number;
}

export interface Liveness {
  online: boolean;
  /** When the deciding word was spoken; undefined when nobody has said anything. */
  since: number | undefined;
}

/**
 * Whether a broadcast is on the air, from everything known about it. It looks at facts, not at their order of arrival,
 * so that any order and any number of repeats of the same notices gives the same answer.
 *
 * The cloud's word is that of the push activity that started last: up until its own cut. The cut of an earlier activity,
 * however late, says nothing about a later one (protocol.md 9; live document 267/38081: `sequence`).
 * Between the cloud's word and a claim the later one holds; within the same second, the unit of the cloud's times, "down".
 */
export function liveness(pushes: readonly Push[], claim: Claim | undefined): Liveness {
  const cloud = cloudWord(pushes);
  if (cloud === undefined || claim === undefined) {
    const word = cloud ?? claim;
    return { online: word?.up ?? false, since: word?.at };
  }
  const order = Math.sign(Math.floor(cloud.at / 1000) - Math.floor(claim.at / 1000));
  const word = order > 0 || (order === 0 && !cloud.up) ? cloud : claim;
  return { online: word.up, since: word.at };
}

function cloudWord(pushes: readonly Push[]): Claim | undefined {
  let last: Push | undefined;
  for (const push of pushes) {
    if (
      last === undefined ||
      startOf(push) > startOf(last) ||
      (startOf(push) === startOf(last) && later(push, last))
    )
      last = push;
  }
  if (last === undefined) return undefined;
  return last.cutAt === null ? { up: true, at: startOf(last) } : { up: false, at: last.cutAt };
}

/** An activity known only by its cut counts as started then. */
function startOf(push: Push): number {
  return push.startedAt ?? push.cutAt ?? 0;
}

/** Of two that started in the same second, the one that is still up, else the one cut last. */
function later(push: Push, than: Push): boolean {
  return (push.cutAt ?? Infinity) > (than.cutAt ?? Infinity);
}
