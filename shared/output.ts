import * as v from 'valibot';

// What commands answer, where several answer alike. The tests hold every answer against these; production does not.

/** How many there are of something; also bytes and seconds. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A moment, in epoch seconds. */
export const moment = count;

/** What is shown of a user; '' where nothing is known. */
export const profileEntries = {
  nickname: v.string(),
  headPic: v.string(),
  frontCover: v.string(),
  location: v.string(),
};

export const userInfo = v.object(profileEntries);

/** Where to watch a live: what the play domain offers. */
export const playUrls = v.object({
  rtmp: v.optional(v.string()),
  flv: v.optional(v.string()),
  hls: v.optional(v.string()),
  webrtc: v.optional(v.string()),
});

/** The answer of a command that has nothing to say. */
export const nothing = v.object({});

/** One page of a list that goes on by page number only. */
export function pageOf<Item extends v.GenericSchema>(item: Item) {
  return v.object({ total: count, items: v.array(item) });
}

/** One page of a list that `nextCursor` leads on from, while there may be more. */
export function listOf<Item extends v.GenericSchema>(item: Item) {
  return v.object({ total: count, items: v.array(item), nextCursor: v.optional(v.string()) });
}
