/** What is left of a liker's allowance, in thousandths of a like, as counted at a moment (epoch milliseconds). */
export interface LikeBudget {
  remaining: number;
  countedAt: number;
}

/** How fast an allowance grows, and how far. */
export interface LikeRate {
  perSecond: number;
  burst: number;
}

/** Apps send about two likes a second at most (protocol.md 4.7). */
export const userLikes: LikeRate = { perSecond: 2, burst: 20 };

/** Where likers are unknown their address stands for them: many phones share one. */
export const addressLikes: LikeRate = { perSecond: 40, burst: 400 };

export function fullBudget(rate: LikeRate, now: number): LikeBudget {
  return { remaining: rate.burst * 1000, countedAt: now };
}

/** Takes as many of the wanted likes as the allowance holds at `now`. */
export function spendLikes(
  budget: LikeBudget,
  wanted: number,
  rate: LikeRate,
  now: number,
): { accepted: number; left: LikeBudget } {
  const elapsed = Math.max(now - budget.countedAt, 0);
  const available = Math.min(budget.remaining + elapsed * rate.perSecond, rate.burst * 1000);
  const accepted = Math.max(Math.min(wanted, Math.floor(available / 1000)), 0);
  return {
    accepted,
    left: { remaining: available - accepted * 1000, countedAt: Math.max(now, budget.countedAt) },
  };
}
