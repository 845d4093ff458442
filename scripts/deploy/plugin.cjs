// What makes `npx sls deploy` and its siblings work on Tencent SCF. All of it is in commands.ts; this file only meets the
// interface of osls and of serverless 3.
const bundle = require('../bundle.cjs');
const { given } = require('./beforeVariables.cjs');

module.exports = class TencentPlugin {
  constructor(serverless) {
    this.provider = 'tencent';
    const { commands, providerSchema, functionSchema, eventSchemas, runCommand } = require(
      bundle('deploy/commands'),
    );
    serverless.setProvider('tencent', this);
    serverless.configSchemaHandler.defineProvider('tencent', {
      provider: { properties: providerSchema },
      function: { properties: functionSchema },
      functionEvents: eventSchemas,
    });

    const run = (command) => async () => {
      const { serviceDir: root, configurationFilename: file } = serverless;
      try {
        await runCommand(command, serverless.processedInput.options, { root, file, environment: given });
      } catch (error) {
        // As a user's error: its text without a stack, and exit code 1.
        throw new serverless.classes.Error(error.message, 'DEPLOYMENT_FAILED');
      }
    };
    // An event of our own: what the command line would do for other providers hangs on other ones.
    const withEvent = ({ usage, options }) => ({ usage, options, lifecycleEvents: ['run'] });
    const { deploy, ...others } = commands;
    const oneFunction = { ...deploy.options, function: { ...deploy.options.function, required: true } };
    this.commands = {
      deploy: {
        ...withEvent(deploy),
        commands: { function: withEvent({ usage: 'As deploy -f', options: oneFunction }) },
      },
      ...Object.fromEntries(Object.entries(others).map(([name, command]) => [name, withEvent(command)])),
    };
    this.hooks = {
      'deploy:run': run('deploy'),
      'deploy:function:run': run('deploy'),
      ...Object.fromEntries(Object.keys(others).map((name) => [`${name}:run`, run(name)])),
      'before:package:cleanup': () => {
        throw new serverless.classes.Error(
          'nothing to pack: `npx sls deploy` builds and packs each function itself; `--dry-run` shows what it would send',
          'NOT_SUPPORTED_COMMAND',
        );
      },
    };
  }
};
