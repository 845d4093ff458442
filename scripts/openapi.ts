import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDocument } from './openapi/document';

/** `npm run openapi`: writes the description of the native endpoints to dist/openapi.json. */
function main(): void {
  const file = join(process.cwd(), 'dist', 'openapi.json');
  const text = `${JSON.stringify(makeDocument(), null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`dist/openapi.json  ${Math.ceil(Buffer.byteLength(text) / 1024)} KB`);
}

main();
