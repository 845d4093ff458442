import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { followCallbacks } from './callbacks';
import { GoLiveButton } from './goLiveButton';
import { GoLivePage } from './goLivePage';
import { Home } from './home';
import { Icon, Sign } from './icons';
import { Inspector, inspector } from './inspector';
import { lists } from './lists';
import { LivePage } from './livePage';
import { ModerationPage } from './moderationPage';
import { ReplayPage } from './replayPage';
import { followAddress, route } from './route';
import { loadSession } from './session';
import { SettingsPage } from './settingsPage';
import { useStore } from './store';
import { chooseLanguage, language, text } from './text';

function Studio() {
  const { open } = useStore(inspector);
  const spoken = useStore(language);
  useEffect(() => {
    document.documentElement.lang = spoken === 'zh' ? 'zh-CN' : 'en';
    document.title = `小直播 ${text().studio}`;
  }, [spoken]);
  return (
    <div class={open ? 'studio with-inspector' : 'studio'}>
      <a class="skip" href="#content" onClick={skip}>
        {text().skip}
      </a>
      <Top />
      <main id="content" tabIndex={-1}>
        <Page />
      </main>
      <Inspector />
      <Bottom />
    </div>
  );
}

/** The address after # is the page's place, so the link only moves the focus. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function Page() {
  const here = useStore(route);
  switch (here.page) {
    case 'live':
      return <LivePage key={here.id} streamId={here.id} since={here.since} />;
    case 'replay':
      return <ReplayPage key={here.id} fileId={here.id} since={here.since} />;
    case 'goLive':
      return <GoLivePage />;
    case 'moderation':
      return <ModerationPage />;
    case 'settings':
      return <SettingsPage />;
    case 'home':
      return <Home />;
  }
}

function Top() {
  const words = text();
  const spoken = useStore(language);
  const { open, tab } = useStore(inspector);
  return (
    <header class="top">
      <a class="brand" href="#/">
        <Sign />
        <span>
          小直播 <b>{words.studio}</b>
        </span>
      </a>
      <Places />
      <span class="gap" />
      <a class="button plain wide-only" href="/docs" target="_blank" rel="noreferrer">
        <Icon name="open" /> {words.apiDocs}
      </a>
      <button
        type="button"
        class="button plain wide-only"
        aria-pressed={open}
        onClick={() => inspector.set({ open: !open, tab })}
      >
        <Icon name="pulse" /> {words.inspector}
      </button>
      <button
        type="button"
        class="button plain"
        lang={spoken === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => chooseLanguage(spoken === 'zh' ? 'en' : 'zh')}
      >
        {spoken === 'zh' ? 'English' : '中文'}
      </button>
      <a class="button wide-only" href="#/go-live">
        {words.otherWays}
      </a>
      <GoLiveButton />
    </header>
  );
}

const places = [
  { page: 'home', hash: '#/', icon: 'play', name: 'broadcasts' },
  { page: 'moderation', hash: '#/moderation', icon: 'shield', name: 'moderation' },
  { page: 'settings', hash: '#/settings', icon: 'gear', name: 'settings' },
] as const;

function Places() {
  const here = useStore(route);
  const words = text();
  const { lives } = useStore(lists);
  return (
    <nav class="places" aria-label={words.studio}>
      {places.map(({ page, hash, icon, name }) => (
        <a key={page} href={hash} {...(here.page === page ? { 'aria-current': 'page' as const } : {})}>
          <Icon name={icon} /> <span>{words[name]}</span>
          {page === 'home' && lives.length > 0 && <span class="dot" aria-hidden="true" />}
        </a>
      ))}
    </nav>
  );
}

/** On a phone the inspector has its button at the bottom, where the thumb is. */
function Bottom() {
  const words = text();
  const { open, tab } = useStore(inspector);
  return (
    <button
      type="button"
      class="inspect"
      aria-pressed={open}
      onClick={() => inspector.set({ open: !open, tab })}
    >
      <Icon name="pulse" /> {words.inspector}
    </button>
  );
}

const place = document.getElementById('studio');
if (place !== null) {
  followAddress();
  followCallbacks();
  loadSession().catch(() => undefined);
  render(<Studio />, place);
}
