import { parseArgs } from 'node:util';
import { commands, isCommandName, runCommand, type CommandName } from './deploy/commands';

/**
 * `npm run deploy -- [command] [options]`: the commands of `npx sls` without its command line; `deploy` when none is named.
 */
async function main(argv: readonly string[]): Promise<void> {
  const [first = 'deploy'] = argv;
  const named = !first.startsWith('-');
  if (first === '--help' || first === '-h') return help();
  const command = named ? first : 'deploy';
  if (!isCommandName(command))
    throw new Error(`there is no command ${command}; expected ${Object.keys(commands).join(', ')}`);
  const options = readOptions(command, argv.slice(named && argv.length > 0 ? 1 : 0));
  await runCommand(command, options, { root: process.cwd(), environment: process.env });
}

function readOptions(command: CommandName, args: string[]): Record<string, unknown> {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    stage: { type: 'string', short: 's' },
  };
  for (const [name, option] of Object.entries(commands[command].options))
    options[name] = {
      type: option.type,
      ...('shortcut' in option ? { short: option.shortcut } : {}),
    };
  return parseArgs({ args, options, allowPositionals: false }).values;
}

function help(): void {
  for (const [name, { usage, options }] of Object.entries(commands)) {
    console.log(`npm run deploy -- ${name}`.padEnd(28), usage);
    for (const [option, described] of Object.entries(options))
      console.log(`  --${option}`.padEnd(28), described.usage);
  }
  console.log(
    '  --stage'.padEnd(28),
    'Another stage than the one in serverless.yml, with functions of its own',
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`deploy: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
