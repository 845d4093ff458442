/** Returns the JSON it was sent, or nothing. */
export async function main_handler(event: {
  body: string;
  queryString: Record<string, string>;
}): Promise<unknown> {
  const megabytes = Number(event.queryString['megabytes'] ?? 0);
  if (megabytes > 0) return { statusCode: 200, headers: {}, body: 'x'.repeat(megabytes * 1024 * 1024) };
  return event.body === '' ? undefined : JSON.parse(event.body);
}
