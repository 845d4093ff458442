import { readCommandLine } from '../../../scripts/importLegacy/commandLine';

const url = 'mysql://somebody:hidden@127.0.0.1/old';

test("what is not given is left to the environment, and the clock is China's", () => {
  expect(readCommandLine([])).toEqual({
    from: undefined,
    to: undefined,
    dryRun: false,
    offsetMinutes: 480,
    problems: undefined,
    help: false,
  });
});

test('every option', () => {
  const args = ['--from', url, '--to', 'sqlite:new', '--dry-run', '--time-zone=-03:30', '--problems', 'file'];
  expect(readCommandLine(args)).toMatchObject({
    from: url,
    to: 'sqlite:new',
    dryRun: true,
    offsetMinutes: -210,
    problems: 'file',
  });
});

test.each<[string, string[], RegExp]>([
  ['a URL without its option', [url], /^a value without its option\n\nusage: /],
  ['an option that is none', [`--form=${url}`], /^Unknown option '--form'/],
  ['a switch with a value', [`--dry-run=${url}`], /^Option '--dry-run' does not take an argument/],
  ['an option without its value', ['--from', '--to', url], /^Option '--from' argument is ambiguous/],
  [
    'a zone that is none',
    ['--time-zone', 'China'],
    /^--time-zone: expected an offset from UTC such as \+08:00/,
  ],
])('%s is refused by name, without the value', (_, args, message) => {
  expect(() => readCommandLine(args)).toThrow(message);
  expect(() => readCommandLine(args)).not.toThrow(/hidden/);
});
