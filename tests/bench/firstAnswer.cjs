// A new instance: loads a bundle (none: bare Node), answers one event, and says on file descriptor 3 how far it was
// when, in milliseconds since 1970. As little else as possible: this is what is measured.
const { performance } = require('node:perf_hooks');
const since1970 = () => performance.timeOrigin + performance.now();
const startedAt = since1970();
const [, , file, event] = process.argv;
const { writeSync } = require('node:fs');

const say = (times) => {
  writeSync(3, JSON.stringify({ startedAt, ...times }));
  process.exit(0);
};

if (file === undefined) {
  say({ loadedAt: startedAt, answeredAt: startedAt, answer: null });
} else {
  const { main_handler: handler } = require(file);
  const loadedAt = since1970();
  handler(JSON.parse(event), { request_id: 'bench' }).then((answer) => {
    say({ loadedAt, answeredAt: since1970(), answer });
  });
}
