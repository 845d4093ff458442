import { dataBlock, html, type Markup } from './markup';
import type { PageData } from './page/pageData';
import { texts, type Language, type Text } from './page/text';
import type { PageFiles } from './pageFiles';
import type { Shown } from './shown';

export interface DocumentParts {
  shown: Shown;
  data: PageData;
  files: PageFiles;
  /** Origin under which the page is known, without a slash at the end. */
  site: string;
  /** Whether the browser is likely to play a live by its own script. */
  preloadPlayer: boolean;
}

/** The whole page of a live, replay or short video. What it says needs no script; playing and taking part does. */
export function roomDocument(parts: DocumentParts): string {
  const { shown, data, files, site, preloadPlayer } = parts;
  const text = texts[data.language];
  const title = shown.title === '' ? text.untitled : shown.title;
  const about = shown.description === '' ? text.about[shown.state](shown.host) : shown.description;
  return page({
    language: data.language,
    title: `${title} · ${shown.host}`,
    files,
    head: html`${card({ title, about, shown, site, text })}
      <script type="module" src="${asset(files.script)}"></script>
      ${[...files.needed, ...(preloadPlayer ? [files.livePlayer] : [])].map(
        (name) => html`<link rel="modulepreload" href="${asset(name)}" />`,
      )}`,
    body: html`<body class="${shown.state}">
      <main class="room">
        ${stage(shown, title, text)} ${header(shown, data.language, text)} ${side(shown, title, data, text)}
      </main>
      ${members(text)} ${dataBlock('data', data)}
    </body>`,
  });
}

/** A page that only says something; without a language it says it in both. */
export function noticeDocument(
  language: Language | undefined,
  say: (text: Text) => { title: string; text: string },
  files: PageFiles,
): string {
  const said = (language === undefined ? (['zh', 'en'] as const) : [language]).map((one) => ({
    one,
    ...say(texts[one]),
  }));
  return page({
    language: language ?? 'zh',
    title: said.map(({ title }) => title).join(' · '),
    files,
    head: html`<meta name="robots" content="noindex" />`,
    body: html`<body class="notFound">
      <main class="lost">
        ${icon('lost')}
        ${said.map(
          ({ one, title, text }) =>
            html`<section lang="${texts[one].tag}">
              <h1>${title}</h1>
              <p>${text}</p>
            </section>`,
        )}
      </main>
    </body>`,
  });
}

function page(parts: {
  language: Language;
  title: string;
  files: PageFiles;
  head: Markup;
  body: Markup;
}): string {
  const text = texts[parts.language];
  return html`<!doctype html>
    <html lang="${text.tag}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="dark" />
        <meta name="theme-color" content="#0b0c14" />
        <meta name="format-detection" content="telephone=no" />
        <title>${parts.title} - ${text.product}</title>
        <link rel="icon" href="${asset(parts.files.icon)}" type="image/svg+xml" />
        <link rel="stylesheet" href="${asset(parts.files.style)}" />
        ${parts.head}
      </head>
      ${parts.body}
    </html> `.markup.replace(/\n\s+/g, '\n');
}

/** What a chat app or a search engine shows of the link (ogp.me). */
function card(parts: { title: string; about: string; shown: Shown; site: string; text: Text }): Markup {
  const { title, about, shown, site, text } = parts;
  // Of the same deployment and reachable by both; a card with a picture by plain HTTP is shown without it.
  const picture = site.startsWith('https:') ? shown.cover.replace(/^http:/, 'https:') : shown.cover;
  return html`<meta name="description" content="${about}" />
    <link rel="canonical" href="${site}${shown.link}" />
    <meta property="og:type" content="${shown.state === 'video' ? 'video.other' : 'website'}" />
    <meta property="og:site_name" content="${text.product}" />
    <meta property="og:locale" content="${text.locale}" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${about}" />
    <meta property="og:url" content="${site}${shown.link}" />
    ${picture === '' ? undefined : html`<meta property="og:image" content="${picture}" />`}
    <meta name="twitter:card" content="${picture === '' ? 'summary' : 'summary_large_image'}" />`;
}

function stage(shown: Shown, title: string, text: Text): Markup {
  const { state, cover, sources, replay } = shown;
  const still = state === 'ended' || state === 'waiting';
  const stream = sources.mp4 ?? sources.hls;
  return html`<section class="stage" id="stage" aria-label="${text.video}">
    ${cover === '' ? undefined : html`<img class="backdrop" src="${cover}" alt="" />`}
    <video id="video" playsinline webkit-playsinline x5-playsinline aria-label="${title}"></video>
    <div class="danmu" id="danmu" aria-hidden="true"></div>
    <div class="notice" id="notice">
      <p role="status" id="noticeText">
        ${still ? text.state[state === 'ended' ? 'ended' : 'waiting'] : undefined}
      </p>
      <a class="button" id="replay" href="${replay ?? '#'}" ${replay === undefined ? hidden : undefined}>
        ${icon('play')}${text.watchReplay}
      </a>
      <button class="button" id="retry" type="button" hidden>${text.tryAgain}</button>
      <noscript>
        <p>${text.noScript}</p>
        ${
          still || stream === undefined
            ? undefined
            : html`<a class="button" href="${stream}">${text.openStream}</a>`
        }
      </noscript>
    </div>
    <button class="bigPlay" id="bigPlay" type="button" hidden aria-label="${text.play}">
      ${icon('play')}
    </button>
    <button class="unmute" id="unmute" type="button" hidden>${icon('muted')}${text.unmute}</button>
    <div class="controls" id="controls" hidden>
      <button class="icon" id="pause" type="button" aria-label="${text.pause}">
        ${icon('pause')}${icon('play')}
      </button>
      <input id="seek" type="range" min="0" max="0" step="0.1" value="0" aria-label="${text.seek}" />
      <span class="time" id="time" aria-hidden="true"></span>
      <button class="icon" id="mute" type="button" aria-label="${text.mute}">
        ${icon('sound')}${icon('muted')}
      </button>
      <button class="icon" id="fullScreen" type="button" aria-label="${text.fullScreen}">
        ${icon('fullScreen')}
      </button>
    </div>
    <div class="hearts" id="hearts" aria-hidden="true"></div>
  </section>`;
}

function header(shown: Shown, language: Language, text: Text): Markup {
  const { state, host, headPic, viewers, likes, link } = shown;
  const other = language === 'zh' ? 'en' : 'zh';
  return html`<header class="top">
    <div class="host">
      ${
        headPic === ''
          ? html`<span class="face" aria-hidden="true">${[...host][0]}</span>`
          : html`<img class="face" src="${headPic}" alt="" />`
      }
      <div class="who">
        <p class="name"><span class="hidden">${text.host}: </span><bdi>${host}</bdi></p>
        <p class="counts">
          <span class="count"><b id="viewers">${short(viewers, language)}</b> ${text.viewers}</span>
          <span class="count"><b id="likes">${short(likes, language)}</b> ${text.likes}</span>
        </p>
      </div>
      <span class="badge" id="badge">${text.badge[state]}</span>
    </div>
    <div class="tools">
      <a
        class="icon"
        href="${link}${link.includes('?') ? '&' : '?'}lang=${other}"
        hreflang="${texts[other].tag}"
        lang="${texts[other].tag}"
        title="${text.otherLanguage}"
        >${other === 'en' ? 'EN' : '中文'}</a
      >
      <button class="icon" id="share" type="button" hidden aria-label="${text.share}">
        ${icon('share')}
      </button>
      <button
        class="icon"
        id="openMembers"
        type="button"
        hidden
        aria-haspopup="dialog"
        aria-label="${text.members}"
      >
        ${icon('people')}
      </button>
    </div>
  </header>`;
}

function side(shown: Shown, title: string, { guests, language }: PageData, text: Text): Markup {
  const { description, state, likes, location } = shown;
  return html`<section class="side" aria-label="${text.room}">
    <div class="about">
      <h1><bdi>${title}</bdi></h1>
      ${description === '' ? undefined : html`<p><bdi>${description}</bdi></p>`}
      ${location === '' ? undefined : html`<p class="place">${icon('place')}<bdi>${location}</bdi></p>`}
    </div>
    <div class="messages" id="messages" role="log" aria-label="${text.chat}" tabindex="0" hidden></div>
    <p class="hint" id="hint" role="status">${guests || state === 'ended' ? undefined : text.noGuests}</p>
    <div class="bar">
      <form class="say" id="say" hidden>
        <label class="hidden" for="words">${text.say}</label>
        <input id="words" maxlength="100" autocomplete="off" enterkeyhint="send" placeholder="${text.say}" />
        <button class="icon fly" id="fly" type="button" aria-pressed="false" aria-label="${text.flying}">
          ${icon('fly')}
        </button>
        <button class="icon send" type="submit" aria-label="${text.send}">${icon('send')}</button>
      </form>
      <button class="like" id="like" type="button" hidden>
        ${icon('heart')}<span class="hidden">${text.like}</span>
        <span id="likeCount">${short(likes, language)}</span>
      </button>
    </div>
  </section>`;
}

function members(text: Text): Markup {
  return html`<dialog class="members" id="members" aria-labelledby="membersTitle">
    <header>
      <h2 id="membersTitle">${text.members}</h2>
      <button class="icon" id="closeMembers" type="button" aria-label="${text.close}">
        ${icon('close')}
      </button>
    </header>
    <ul id="memberList"></ul>
    <p id="noMembers" hidden>${text.noMembers}</p>
    <button class="button" id="moreMembers" type="button" hidden>${text.more}</button>
  </dialog>`;
}

/** A count as the script shows it too: 12345 is 1.2万 or 12K. */
function short(count: number, language: Language): string {
  return new Intl.NumberFormat(texts[language].tag, { notation: 'compact' }).format(count);
}

const hidden: Markup = { markup: 'hidden' };

/** Line drawings of 24 by 24. */
const drawings = {
  play: 'M8 5.5v13l11-6.5z',
  pause: 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z',
  heart:
    'M12 20.5C5.5 15.8 3 12.6 3 9.2 3 6.5 5.1 4.5 7.6 4.5c1.7 0 3.4.9 4.4 2.5 1-1.6 2.7-2.5 4.4-2.5C18.9 4.5 21 6.5 21 9.2c0 3.4-2.5 6.6-9 11.3z',
  sound: 'M4 9.5v5h3.5L12 19V5L7.5 9.5zM15 8.5a5 5 0 0 1 0 7M17.5 6a8.5 8.5 0 0 1 0 12',
  muted: 'M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 9.5l5 5M20.5 9.5l-5 5',
  fullScreen: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  share: 'M12 15V3.5M8 7l4-4 4 4M5 12v8h14v-8',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  place:
    'M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-6 16-3-6.5z',
  fly: 'M3 7h11M3 12h15M3 17h8M17 6l3 1-3 1',
  lost: 'M4 6h11a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4zM17 11l4-2.5v7L17 13M3 3l18 18',
} as const;

function icon(name: keyof typeof drawings): Markup {
  return html`<svg class="i-${name}" viewBox="0 0 24 24" aria-hidden="true">
    <path d="${drawings[name]}" />
  </svg>`;
}

function asset(name: string): string {
  return `/watch/assets/${name}`;
}
