import { limitFaults } from '../../../scripts/deploy/limits';
import type { DesiredFunction } from '../../../scripts/deploy/service';

const good: DesiredFunction = {
  name: 'room',
  remoteName: 'xiaozhibo-dev-room',
  configuration: {
    handler: 'index.main_handler',
    runtime: 'Nodejs18.15',
    memoryMb: 256,
    timeoutSeconds: 5,
    environment: { LOG_LEVEL: 'info' },
    vpcId: '',
    subnetId: '',
    publicNet: true,
    role: '',
  },
  triggers: [{ type: 'http', name: 'url' }],
  paths: ['/room', '/room/*', '/callback/Live_callback.php', '/*'],
};

const configured = (changes: Partial<DesiredFunction['configuration']>): DesiredFunction => ({
  ...good,
  configuration: { ...good.configuration, ...changes },
});
const timer = (name: string, cron: string) => ({ type: 'timer', name, cron, argument: '' }) as const;

test('what SCF takes has no fault', () => {
  expect(
    limitFaults([good, configured({ memoryMb: 64, timeoutSeconds: 900, runtime: 'Nodejs20.19' })]),
  ).toEqual([]);
  expect(limitFaults([configured({ environment: { AB: 'x'.repeat(4094) } })])).toEqual([]);
});

test.each<[string, DesiredFunction, RegExp]>([
  ['a name of 61 characters', { ...good, remoteName: `x${'y'.repeat(60)}` }, /has 61 characters/],
  ['a name that ends with -', { ...good, remoteName: 'xiaozhibo-' }, /a letter or digit last/],
  ['memory between the steps', configured({ memoryMb: 200 }), /memorySize is 200/],
  ['too much memory', configured({ memoryMb: 3200 }), /memorySize is 3200/],
  ['too long a timeout', configured({ timeoutSeconds: 901 }), /timeout is 901/],
  [
    'an unknown runtime',
    configured({ runtime: 'Nodejs22.1' }),
    /runtime is Nodejs22\.1; expected Nodejs18\.15/,
  ],
  [
    'a reserved name',
    configured({ environment: { TENCENTCLOUD_X: 'a' } }),
    /TENCENTCLOUD_X.*keeps for itself/,
  ],
  ['an odd name', configured({ environment: { 'A-B': 'a' } }), /A-B must have/],
  [
    'an environment of 4097 bytes, many of them in three-byte letters',
    configured({ environment: { SMALL: 'a', LONG: `${'播'.repeat(1362)}a` } }),
    /4097 bytes, at most 4096.*longest are LONG, SMALL/,
  ],
  [
    'a cron of five fields',
    { ...good, triggers: [timer('hourly', '0 * * * *')] },
    /timer hourly: .*seven fields/,
  ],
  ['an odd timer name', { ...good, triggers: [timer('1st', '0 * * * * * *')] }, /timer name 1st/],
  [
    'two timers of one name',
    { ...good, triggers: [timer('a', '0 * * * * * *'), timer('a', '1 * * * * * *')] },
    /two timers have one name/,
  ],
  ['an odd path', { ...good, paths: ['/a/*/b'] }, /path \/a\/\*\/b must have the form/],
])('%s is told with its function, and alone', (_, one, message) => {
  const faults = limitFaults([one]);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(message);
  expect(faults[0]).toMatch(/^function room: /);
});

test('a namespace takes 50 functions', () => {
  expect(limitFaults(Array.from({ length: 51 }, () => good))).toEqual([
    expect.stringMatching(/51 functions.* 50$/),
  ]);
});
