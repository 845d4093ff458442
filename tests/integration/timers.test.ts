import { startTimers } from '../../scripts/local/timers';
import type { Invocation } from '../../scripts/local/instance';
import { until } from './media';

function called(cron: string) {
  const calls: [string, Invocation][] = [];
  const lines: string[] = [];
  const timers = startTimers({
    functions: [
      { name: 'quiet', timers: [] },
      { name: 'sweep', timers: [{ name: 'often', cron, argument: '{"a":1}' }] },
    ],
    instances: {
      invoke: async (name, call) => {
        calls.push([name, call]);
        return { json: undefined };
      },
    },
    log: (line) => lines.push(line),
  });
  return { calls, lines, timers };
}

test('calls a function with the event of a timer trigger when its second comes', async () => {
  const { calls, timers } = called('* * * * * * *');
  const [name, call] = await until('a call', () => calls[0]);
  timers.close();
  expect(name).toBe('sweep');
  expect(JSON.parse(call.event)).toEqual({
    Type: 'Timer',
    TriggerName: 'often',
    Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    Message: '{"a":1}',
  });
  expect(call.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test('takes the seven fields of SCF and refuses anything else by name', () => {
  called('0 * * * * * *').timers.close();
  called('0 */5 2-4 * * * *').timers.close();
  expect(() => called('every minute')).toThrow(/^function sweep, timer often: /);
});
