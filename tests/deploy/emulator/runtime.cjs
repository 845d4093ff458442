// The Node.js runtime of one function instance, in a process of its own: loads the handler from the unpacked zip, then
// answers one event after another. The parent watches the clock.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { redirect } = require('./redirect.cjs');

const stackOf = (error) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

// Only Node itself had to know where the emulator's certificate is.
delete process.env.NODE_EXTRA_CA_CERTS;

// Whoever started this process has gone: what is left open must not keep it.
process.once('disconnect', () => process.exit());

process.once('message', (start) => {
  redirect(start.network);
  const [file, name] = start.handler.split('.');
  const path = join(start.folder, `${file}.js`);
  let handler;
  try {
    handler = createRequire(path)(path)[name];
  } catch (error) {
    process.send({ kind: 'loadFailed', message: stackOf(error) });
    return;
  }
  if (typeof handler !== 'function') {
    process.send({ kind: 'loadFailed', message: 'HandlerNotFound' });
    return;
  }
  process.on('message', (call) => void answer(handler, start, call));
  process.send({ kind: 'loaded' });
});

async function answer(handler, start, call) {
  let said;
  try {
    const value = await handler(JSON.parse(call.event), contextOf(start, call.requestId));
    said = { kind: 'returned', json: JSON.stringify(value) };
  } catch (error) {
    said = { kind: 'threw', message: stackOf(error) };
  }
  // So that the parent knows when it has read every line of this call.
  for (const output of [process.stdout, process.stderr]) output.write('\u0000end of call\n');
  process.send(said);
}

function contextOf(start, requestId) {
  const end = performance.now() + start.timeoutSeconds * 1000;
  const environment = { SCF_NAMESPACE: start.namespace, ...start.environment };
  return {
    callbackWaitsForEmptyEventLoop: true,
    memory_limit_in_mb: start.memoryMb,
    time_limit_in_ms: start.timeoutSeconds * 1000,
    request_id: requestId,
    // With the function's own variables in it, as CloudBase says of them: nobody may log a context.
    environment: JSON.stringify(environment),
    environ: Object.entries(environment)
      .map(([key, value]) => `${key}=${value}`)
      .join(';'),
    function_version: start.version,
    function_name: start.functionName,
    namespace: start.namespace,
    tencentcloud_region: start.region,
    tencentcloud_appid: start.appId,
    tencentcloud_uin: '100000000001',
    getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
  };
}
