// Where the connections of a process go: to the emulator, or nowhere. Loaded by `--require` into the tools under test
// (XIAOZHIBO_REDIRECT holds the table as JSON), and by runtime.cjs into an instance of a function.
const { appendFileSync } = require('node:fs');
const net = require('node:net');

/**
 * @param {{ names: Record<number, number>, exact: Record<string, number>, journal: string }} table
 *   names: local port by the port asked for, for every host that has a name; exact: local port by 'host:port';
 *   everything else is refused and noted in the file `journal`
 */
function redirect({ names, exact, journal }) {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function connectElsewhere(...given) {
    const normalized = Array.isArray(given[0]) ? given[0] : net._normalizeArgs(given);
    const [options, callback] = normalized;
    // A pipe of this machine.
    if (options.path) return connect.apply(this, given);
    const host = String(options.host ?? 'localhost').toLowerCase();
    const named = net.isIP(host) === 0 && host !== 'localhost' ? names[options.port] : undefined;
    const port = exact[`${host}:${options.port}`] ?? named;
    if (port !== undefined)
      return connect.call(this, { ...options, host: '127.0.0.1', port, lookup: undefined }, callback);
    appendFileSync(journal, `${host}:${options.port}\n`);
    const error = Object.assign(new Error(`connect ENETUNREACH ${host}:${options.port}`), {
      code: 'ENETUNREACH',
    });
    process.nextTick(() => this.destroy(error));
    return this;
  };
}

module.exports = { redirect };

const table = process.env.XIAOZHIBO_REDIRECT;
if (table !== undefined) redirect(JSON.parse(table));
