interface Context {
  request_id: string;
  getRemainingTimeInMillis(): number;
}

/** Answers with everything it can see. */
export async function main_handler(event: unknown, context: Context): Promise<object> {
  console.log(`called for ${context.request_id}`);
  const seen = { event, context, environment: process.env, remaining: context.getRemainingTimeInMillis() };
  return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(seen) };
}
