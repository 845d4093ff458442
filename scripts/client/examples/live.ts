// A user goes live and looks at what others see. Run it against `npm start`:
//   BASE_URL=http://127.0.0.1:9000 npx tsx live.ts
import { createClient, isApiError, type GetLiveListOutput, type Tokens } from 'xiaozhibo-client';

declare const process: { env: Record<string, string | undefined> };

const baseUrl = process.env['BASE_URL'] ?? 'http://127.0.0.1:9000';
let kept: Tokens | undefined;

export async function goLive(): Promise<string> {
  const client = createClient({ baseUrl, onTokens: (tokens) => (kept = tokens) });
  const account = { userId: `user${Date.now()}`, password: 'correct horse battery' };
  await client.account.register({ ...account, nickname: 'Alice' });
  const { streamId, pushUrl, playUrls } = await client.getPushUrl({ title: 'Hello' });
  console.log(`push to ${pushUrl}, watch ${playUrls.flv ?? playUrls.rtmp}`);
  await client.room.status({ online: true });
  return streamId;
}

/** The tokens of before: an app that was closed goes on without another login. */
export async function watch(streamId: string): Promise<GetLiveListOutput['items']> {
  const client = createClient({ baseUrl, tokens: kept });
  const { beatSeconds } = await client.room.enter({ streamId });
  const { accepted, likes } = await client.room.like({ streamId, count: 2 });
  console.log(`entered, again in ${beatSeconds} s; ${accepted} likes counted, ${likes} in all`);
  const room = await client.room.info({ streamId });
  if (room.kind === 'live') console.log(`${room.title} is ${room.online ? 'on' : 'off'} the air`);
  return (await client.getLiveList({ pageSize: 10 })).items;
}

/** What goes wrong has a code, and often the member of the input. */
export async function wrong(): Promise<string> {
  try {
    await createClient({ baseUrl, tokens: kept }).getPushUrl({ title: '' });
    return 'taken';
  } catch (error) {
    if (!isApiError(error)) throw error;
    return `${error.code} ${error.field ?? ''}`;
  }
}
