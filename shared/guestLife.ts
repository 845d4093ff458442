/** Seconds for which the token of a guest of the share page is good, and whatever is given for it. */
export const guestLife = 7_200;
