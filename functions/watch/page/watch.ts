import { ask, countOf, record, textOf } from './api';
import { openChatPane, type ChatPane } from './chatPane';
import { button, element } from './elements';
import { guestOfThisBrowser, type AsGuest, type Guest } from './guest';
import { flyHeart } from './hearts';
import { countLikes } from './likes';
import { followLive } from './liveRoom';
import { connectMembers } from './membersPanel';
import type { PageData } from './pageData';
import { repeat } from './repeat';
import { openStage } from './stage';
import { texts, type Text } from './text';
import { shareInWeixin } from './weixin';

/** Seconds between two signs of being here, unless the server says otherwise; milliseconds between two counts. */
const usualBeat = 30;
const countEvery = 10_000;

/** What does not need the picture waits so long for it, milliseconds. */
const patience = 1_500;

/** A hint stays for so long, milliseconds. */
const hintFor = 3_000;

/** Brings the page to life that the server has written. */
function start(): void {
  const data = readData();
  const text = texts[data.language];
  const hint = hintLine();
  const live = data.state === 'live' || data.state === 'waiting' || data.state === 'ended';
  const counts = showCounts(data);
  if (live) {
    const following = followLive(data, text, (info) => {
      counts.viewers(countOf(info['viewerCount']));
      takePart?.heard(countOf(info['likeCount']));
    });
    const takePart = joinRoom(data, text, hint, counts, () => !following.over());
  } else {
    playFile(data, text);
    const takePart = joinRoom(data, text, hint, counts, () => true);
    repeat(
      async () => {
        const info = await ask('/room/info', data.room);
        counts.viewers(countOf(info['viewerCount']));
        takePart?.heard(countOf(info['likeCount']));
      },
      () => countEvery,
      countEvery,
    );
  }
  connectShare(text, hint);
  if (data.weixin !== undefined) shareInWeixin(data.weixin).catch(() => undefined);
}

function playFile({ sources }: PageData, text: Text): void {
  const stage = openStage({
    text,
    live: false,
    sources,
    onState(state) {
      const quiet = state === 'playing' || state === 'ended';
      stage.say(quiet ? undefined : text.state[state], state === 'failed');
    },
  });
  stage.play();
}

/** Where guests are let in: being counted as a viewer, likes, the list of viewers, the chat. */
function joinRoom(
  data: PageData,
  text: Text,
  hint: (words: string) => void,
  counts: Counts,
  goesOn: () => boolean,
): { heard(likes: number | undefined): void } | undefined {
  if (!data.guests) return undefined;
  const asGuest = guestOfThisBrowser();
  const nameOf = (one: Guest): string => text.guest(one.userId.slice(-4));
  let pane: ChatPane | undefined;
  const field = element('hearts', HTMLElement);
  const likes = countLikes(data.likes, () => performance.now(), {
    async send(count, likeId) {
      try {
        const request = { ...data.room, count, likeId };
        const answer = await asGuest(({ token }) => ask('/room/like', request, token));
        return { accepted: countOf(answer['accepted']) ?? 0, likes: countOf(answer['likes']) ?? 0 };
      } catch {
        return undefined;
      }
    },
    show: counts.likes,
    onAccepted: () => pane?.liked(),
  });
  const like = button('like');
  like.hidden = data.state === 'ended';
  like.addEventListener('click', () => {
    if (!likes.tap()) return hint(text.tooFast);
    flyHeart(field);
  });
  const { chat } = data;
  const openChat = (): void => {
    if (chat === undefined) return;
    const onLike = (): void => {
      likes.another();
      flyHeart(field);
    };
    pane = openChatPane({ chat, text, asGuest, nameOf, hint, onLike, onPresence: counts.shift });
  };
  connectMembers(data, asGuest);
  afterFirstPicture(() => {
    openChat();
    stayInRoom(data, asGuest, nameOf, counts, goesOn);
  });
  window.addEventListener('pagehide', () => pane?.leave());
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) pane?.join();
  });
  return {
    heard: (count) => {
      if (count !== undefined) likes.heard(count);
      like.hidden = !goesOn();
    },
  };
}

/** The picture comes first: whatever else the page asks for waits for it, but not long. */
function afterFirstPicture(then: () => void): void {
  const video = element('video', HTMLVideoElement);
  const begin = (): void => {
    clearTimeout(timer);
    video.removeEventListener('playing', begin);
    then();
  };
  const timer = setTimeout(begin, patience);
  video.addEventListener('playing', begin);
}

/** Says again and again that this viewer is here, and that it leaves when it does. */
function stayInRoom(
  { room }: PageData,
  asGuest: AsGuest,
  nameOf: (guest: Guest) => string,
  counts: Counts,
  goesOn: () => boolean,
): void {
  let beat = usualBeat;
  let token: string | undefined;
  const enter = async (): Promise<void> => {
    if (!goesOn()) return;
    const answer = await asGuest((me) => {
      token = me.token;
      return ask('/room/enter', { ...room, nickname: nameOf(me) }, me.token);
    });
    beat = countOf(answer['beatSeconds']) ?? usualBeat;
    counts.viewers(countOf(answer['viewers']));
  };
  const beating = repeat(enter, () => beat * 1000);
  window.addEventListener('pagehide', () => {
    if (token !== undefined) void ask('/room/quit', room, token, true).catch(() => undefined);
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) beating.now();
  });
}

interface Counts {
  viewers: (count: number | undefined) => void;
  likes: (count: number) => void;
  /** Somebody came or left, before the next count. */
  shift: (by: 1 | -1) => void;
}

function showCounts({ language, viewers }: PageData): Counts {
  const short = new Intl.NumberFormat(texts[language].tag, { notation: 'compact' });
  const show =
    (...ids: string[]) =>
    (count: number | undefined): void => {
      if (count === undefined) return;
      for (const id of ids) element(id, HTMLElement).textContent = short.format(count);
    };
  const showViewers = show('viewers');
  let known = viewers;
  return {
    viewers(count) {
      known = count ?? known;
      showViewers(known);
    },
    likes: show('likes', 'likeCount'),
    shift(by) {
      known = Math.max(known + by, 0);
      showViewers(known);
    },
  };
}

function connectShare(text: Text, hint: (words: string) => void): void {
  const share = button('share');
  const link = document.querySelector('link[rel=canonical]')?.getAttribute('href') ?? window.location.href;
  // In WeChat sharing is in its own menu.
  if (/MicroMessenger/i.test(navigator.userAgent)) return;
  const canShare = 'share' in navigator;
  const canCopy = 'clipboard' in navigator;
  share.hidden = !canShare && !canCopy;
  share.addEventListener('click', () => {
    if (canShare) return void navigator.share({ title: document.title, url: link }).catch(() => undefined);
    void navigator.clipboard.writeText(link).then(
      () => hint(text.copied),
      () => undefined,
    );
  });
}

function hintLine(): (words: string) => void {
  const line = element('hint', HTMLElement);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (words) => {
    line.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(() => (line.textContent = ''), hintFor);
  };
}

/** The server wrote it for this very script: its form is known. */
function readData(): PageData {
  const data: unknown = JSON.parse(element('data', HTMLScriptElement).textContent);
  if (!isPageData(data)) throw new Error('the page has no data');
  return data;
}

function isPageData(data: unknown): data is PageData {
  const { language, state, room } = record(data);
  return textOf(language) !== '' && textOf(state) !== '' && room !== undefined;
}

start();
