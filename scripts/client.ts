import { endBuild } from './build';
import { buildClient } from './client/buildClient';

/** `npm run client`: builds the typed client into dist/client. */
async function main(): Promise<void> {
  const bytes = await buildClient(process.cwd());
  await endBuild();
  console.log(`dist/client/index.js  ${(bytes / 1024).toFixed(1)} KB`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
