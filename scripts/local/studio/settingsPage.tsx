import { session } from './session';
import type { Session, SettingHealth } from './shapes';
import { useStore } from './store';
import { text } from './text';

/** Which settings there are, and what they would be worth deployed. */
export function SettingsPage() {
  const words = text();
  const health = useStore(session)?.health ?? [];
  return (
    <>
      <h1>{words.settings}</h1>
      <p class="muted">{words.settingsIntro}</p>
      <div class="features">
        {health.map((one) => (
          <Feature key={one.feature} {...one} />
        ))}
      </div>
    </>
  );
}

function Feature({ feature, settings }: Session['health'][number]) {
  const words = text();
  const [name, about] = words.features[feature];
  return (
    <section class="panel feature" aria-label={name ?? feature}>
      <h2>{name}</h2>
      <p class="muted">{about}</p>
      <ul>
        {settings.map((setting) => (
          <Setting key={setting.name} setting={setting} />
        ))}
      </ul>
    </section>
  );
}

const tones = { ready: 'good', optional: '', missing: 'bad', malformed: 'bad', default: 'warn' } as const;

function Setting({ setting }: { setting: SettingHealth }) {
  const words = text();
  const { name, source, deployed, whereToFind } = setting;
  return (
    <li>
      <details>
        <summary>
          <code>{name}</code>
          <span class="pill">
            <span class="sr">{words.here}: </span>
            {words.sources[source]}
          </span>
          <span class={`pill ${tones[deployed]}`}>
            <span class="sr">{words.deployed}: </span>
            {words.verdicts[deployed]}
          </span>
        </summary>
        <p class="muted">
          {words.whereToFind}: {whereToFind}
        </p>
      </details>
    </li>
  );
}
