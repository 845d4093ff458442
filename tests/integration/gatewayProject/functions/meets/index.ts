import { BroadcastChannel, threadId } from 'node:worker_threads';

/** Answers when `?parties=N` calls are under way at once, each in an instance of its own. */
export async function main_handler(event: { queryString: Record<string, string> }): Promise<object> {
  const parties = Number(event.queryString['parties']);
  const channel = new BroadcastChannel('meets');
  const present = new Set([threadId]);
  await new Promise<void>((resolve) => {
    channel.onmessage = (message: unknown) => {
      const from: unknown = Reflect.get(Object(message), 'data');
      if (typeof from !== 'number') return;
      // The newcomer does not know who was here before it.
      if (!present.has(from)) channel.postMessage(threadId);
      if (present.add(from).size === parties) resolve();
    };
    if (parties === 1) resolve();
    channel.postMessage(threadId);
  });
  channel.close();
  return { statusCode: 200, headers: {}, body: String(threadId) };
}
