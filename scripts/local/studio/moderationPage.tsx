import { useEffect, useState } from 'preact/hooks';
import { ask } from './calls';
import { operate } from './liveActions';
import { lists } from './lists';
import { session } from './session';
import { operatedLives, reports as reportsShape, type OperatedLive, type Report } from './shapes';
import { useStore } from './store';
import { text, timeOfDay } from './text';

interface Seen {
  lives: readonly OperatedLive[];
  reports: readonly Report[];
}

/** What an operator sees and may do. */
export function ModerationPage() {
  const words = text();
  const token = useStore(session)?.adminToken;
  // Drawn anew when anything on the public lists has changed.
  const shown = useStore(lists);
  const [seen, setSeen] = useState<Seen>({ lives: [], reports: [] });
  const [said, setSaid] = useState('');
  const [looks, setLooks] = useState(0);
  useEffect(() => {
    if (token === undefined) return;
    const asking = { who: 'operator', token, body: { pageSize: 30 }, background: true } as const;
    Promise.all([
      ask({ ...asking, path: '/moderation/listLives' }, operatedLives),
      ask({ ...asking, path: '/moderation/listReports' }, reportsShape),
    ]).then(
      ([lives, reports]) => setSeen({ lives: lives.items, reports: reports.items }),
      (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)),
    );
  }, [token, looks, shown]);
  const act = (action: 'stopLive' | 'forbidUser', body: object) => (): void => {
    operate(action, body)
      .then(
        (cloud) => setSaid(words.cloudSays(cloud)),
        (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => setLooks((count) => count + 1));
  };
  return (
    <>
      <h1>{words.moderation}</h1>
      <p class="said" role="status">
        {said}
      </p>
      <section class="panel" aria-labelledby="all-lives">
        <h2 id="all-lives">{words.lives}</h2>
        {seen.lives.length === 0 ? (
          <p class="muted pad">{words.noLives}</p>
        ) : (
          <LivesTable lives={seen.lives} act={act} />
        )}
      </section>
      <section class="panel" aria-labelledby="all-reports">
        <h2 id="all-reports">{words.reports}</h2>
        {seen.reports.length === 0 && <p class="muted pad">{words.noReports}</p>}
        <ul class="reports">
          {seen.reports.map((report) => (
            <li key={`${report.streamId} ${report.reporter}`}>
              <strong>{report.reported}</strong> · {report.title}
              <span class="muted">
                {words.reportedBy(report.reporter)} · {timeOfDay(report.reportedAt * 1000)}
              </span>
              <button
                type="button"
                class="button small danger"
                onClick={act('forbidUser', { userId: report.reported, forbidden: true })}
                aria-label={`${words.forbid}: ${report.reported}`}
              >
                {words.forbid}
              </button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

type Act = (action: 'stopLive' | 'forbidUser', body: object) => () => void;

function LivesTable({ lives, act }: { lives: readonly OperatedLive[]; act: Act }) {
  const words = text();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.lives}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.title}</th>
            <th scope="col">{words.host}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.begun}</th>
            <th scope="col">{words.action}</th>
          </tr>
        </thead>
        <tbody>
          {lives.map((live) => (
            <tr key={live.streamId}>
              <td>{live.title}</td>
              <td>
                {live.userId} {live.forbidden && <span class="pill bad">{words.forbidden}</span>}
              </td>
              <td>
                <span class={live.state === 'online' ? 'pill good' : 'pill'}>
                  {words.liveStates[live.state]}
                </span>
              </td>
              <td>{timeOfDay(live.createdAt * 1000)}</td>
              <td>
                <Actions live={live} act={act} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Actions({ live, act }: { live: OperatedLive; act: Act }) {
  const words = text();
  const { userId, forbidden, state } = live;
  const label = forbidden ? words.allow : words.forbid;
  return (
    <span class="row tight">
      {state === 'online' && (
        <button
          type="button"
          class="button small"
          onClick={act('stopLive', { userId })}
          aria-label={`${words.stopLive}: ${live.title}`}
        >
          {words.stopLive}
        </button>
      )}
      <button
        type="button"
        class={forbidden ? 'button small' : 'button small danger'}
        onClick={act('forbidUser', { userId, forbidden: !forbidden })}
        aria-label={`${label}: ${userId}`}
      >
        {label}
      </button>
    </span>
  );
}
