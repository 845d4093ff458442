import type { Chat, ChatOptions } from './chat';
import { readChatMessage, type ChatMessage } from './chatMessage';

/** The chat of `npm start` (scripts/local/cloud/chat.ts): server-sent events down, POST up. */
export function openStandInChat(options: ChatOptions): Promise<Chat> {
  const { endpoint, sdkAppId, userId, userSig, groupId, nickName = '', headPic = '' } = options;
  const address = new URLSearchParams({
    ...{ sdkAppId: String(sdkAppId), userId, userSig, groupId, nickName, headPic },
  });
  options.onState('connecting');
  const source = new EventSource(`${endpoint}/events?${address.toString()}`);
  let member = '';
  source.addEventListener('message', (event) => {
    const message = readEvent(dataOf(event));
    if (message !== undefined) options.onMessage(message);
  });
  const chat: Chat = {
    send: (message) => post(endpoint, { member, message }),
    async close() {
      source.close();
      options.onState('closed');
    },
  };
  return new Promise((resolve, reject) => {
    // Comes again after each reconnection, with a new name for the connection.
    source.addEventListener('joined', (event) => {
      member = dataOf(event);
      options.onState('joined');
      resolve(chat);
    });
    source.addEventListener('error', () => {
      // The browser connects again by itself, except after a refusal.
      const refused = source.readyState === EventSource.CLOSED;
      options.onState(refused ? 'failed' : 'reconnecting');
      if (refused) reject(new Error('the chat service refused the connection'));
    });
  });
}

function dataOf(event: Event): string {
  return 'data' in event ? String(event.data) : '';
}

function readEvent(data: string): ChatMessage | undefined {
  const said: unknown = JSON.parse(data);
  if (typeof said !== 'object' || said === null || !('userId' in said)) return undefined;
  return readChatMessage(data, String(said.userId));
}

async function post(
  endpoint: string,
  body: { member: string; message: Omit<ChatMessage, 'userId'> },
): Promise<void> {
  const { userAction } = body.message;
  if (userAction === 2 || userAction === 3) return;
  const response = await fetch(`${endpoint}/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`chat: HTTP ${response.status} ${await response.text()}`);
}
