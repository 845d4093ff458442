import { useState } from 'preact/hooks';
import * as v from 'valibot';
import { ask } from './calls';
import { CopyButton } from './copyButton';
import { stopTestPicture } from './goLive';
import { Icon } from './icons';
import { lists, refreshLists } from './lists';
import { people } from './people';
import { session } from './session';
import { cloudOutcome, type Live } from './shapes';
import { useStore } from './store';
import { hourOfDay, text } from './text';

/** What can be done about a live: share, report, stop, and what an operator may do. */
export function LiveActions({ live, online, onDone }: { live: Live; online: boolean; onDone: () => void }) {
  const words = text();
  const push = useStore(lists).pushing.find((one) => one.streamName === live.streamId);
  const [said, setSaid] = useState('');
  const share = `${location.origin}/watch/${encodeURIComponent(live.streamId)}`;
  const act = (work: () => Promise<string>) => (): void => {
    work()
      .then(setSaid, (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)))
      .finally(onDone);
  };
  return (
    <div class="actions">
      <a class="button" href={share} target="_blank" rel="noreferrer">
        <Icon name="open" /> {words.sharePage}
      </a>
      <CopyButton value={share} label={words.copyLink} />
      {push !== undefined && (
        <button
          type="button"
          class="button strong"
          onClick={act(async () => {
            await stopTestPicture(live.streamId);
            return words.stopped;
          })}
        >
          {words.stopPush}
        </button>
      )}
      <span class="gap" />
      <button
        type="button"
        class="button"
        onClick={act(async () => {
          await reportUser(live.userId);
          return words.reported;
        })}
      >
        {words.report}
      </button>
      {online && (
        <button
          type="button"
          class="button danger"
          onClick={act(async () => words.cloudSays(await operate('stopLive', { userId: live.userId })))}
        >
          <Icon name="shield" /> {words.stopLive}
        </button>
      )}
      {push !== undefined && <p class="said">{words.testPictureEnds(hourOfDay(push.endsAt))}</p>}
      <p class="said" role="status">
        {said}
      </p>
    </div>
  );
}

/** Reports a user as the viewer. @throws CallFailed */
export async function reportUser(reportedUserId: string): Promise<void> {
  const token = await people.viewer.token();
  await ask({ who: 'viewer', path: '/moderation/reportUser', body: { reportedUserId }, token }, v.unknown());
}

/**
 * Does something as an operator, and looks at the lists anew.
 * @returns what became of the live service's part
 * @throws CallFailed
 */
export async function operate(action: 'stopLive' | 'forbidUser', body: object): Promise<string> {
  const token = session.get()?.adminToken ?? '';
  const { cloud } = await ask({ who: 'operator', path: `/moderation/${action}`, body, token }, cloudOutcome);
  void refreshLists();
  return cloud;
}
