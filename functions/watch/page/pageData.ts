import type { Language } from './text';

/**
 * What there is to play, by kind; which of them a browser can play is found out in the browser. No WebRTC: the live
 * service's signalling for browsers is not documented apart from its SDK.
 */
export interface Sources {
  flv?: string;
  hls?: string;
  mp4?: string;
}

export type ShownState = 'live' | 'waiting' | 'ended' | 'replay' | 'video';

/** What the page tells its script, as JSON in the element `#data`. */
export interface PageData {
  language: Language;
  state: ShownState;
  /** How room/* commands name the room. */
  room: { streamId: string } | { fileId: string; ownerId: string };
  sources: Sources;
  viewers: number;
  likes: number;
  /** Whether a viewer without an account may like and chat. */
  guests: boolean;
  /** The IM group of a live. `endpoint` as openChat takes it. */
  chat?: { groupId: string; endpoint: string };
  /** Origins from which pictures of members may be loaded. */
  pictures: string[];
  /** For WeChat's card; only where its JS-SDK is configured. */
  weixin?: { title: string; description: string; link: string; picture: string };
}
