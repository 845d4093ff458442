if (process.env['SOME_KEY'] === '') throw new Error('SOME_KEY is missing. Where to find it: on the shelf');

export async function main_handler(): Promise<object> {
  return { statusCode: 200, headers: {}, body: 'loaded' };
}
