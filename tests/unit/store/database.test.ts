import {
  DatabaseError,
  embeddedEngineKey,
  int,
  intOrNull,
  openDatabase,
  text,
  textOrNull,
  type Database,
} from '../../../shared/store/database';
import { parseMysqlUrl } from '../../../shared/store/mysql';

describe('reading a row', () => {
  const row = { name: 'a', size: 7, none: null, half: 0.5, big: '9007199254740993' };

  test('gives values of the kind asked for', () => {
    expect([text(row, 'name'), int(row, 'size')]).toEqual(['a', 7]);
    expect([
      textOrNull(row, 'none'),
      intOrNull(row, 'none'),
      textOrNull(row, 'name'),
      intOrNull(row, 'size'),
    ]).toEqual([null, null, 'a', 7]);
  });

  test.each([
    [() => text(row, 'size'), 'column size: expected text, found number'],
    [() => text(row, 'none'), 'column none: expected text, found NULL'],
    [() => text(row, 'nmae'), 'column nmae: expected text, found no such column'],
    [() => textOrNull(row, 'nmae'), 'column nmae: expected text, found no such column'],
    [() => int(row, 'name'), 'column name: expected an integer, found string'],
    [() => int(row, 'half'), 'column half: expected an integer, found number'],
    [() => int(row, 'big'), 'column big: expected an integer, found string'],
    [() => intOrNull(row, 'big'), 'column big: expected an integer, found string'],
  ])('refuses another kind: %#', (read, message) => {
    expect(read).toThrow(message);
  });
});

describe('DATABASE_URL', () => {
  test('is taken apart, percent-encoding undone', () => {
    expect(parseMysqlUrl('mysql://o%27b%40x:p%3A%2F%3F%23%25@db.example:3307/live?ssl=true')).toEqual({
      host: 'db.example',
      port: 3307,
      user: "o'b@x",
      password: 'p:/?#%',
      database: 'live',
      tls: true,
    });
    expect(parseMysqlUrl('mysql://u@[::1]/live?ssl=false')).toMatchObject({
      host: '::1',
      port: 3306,
      password: '',
      tls: false,
    });
  });

  test.each([
    ['mysql:', /DATABASE_URL/],
    ['mysql://', /DATABASE_URL/],
    ['mysql://user:hidden@/live', /host|read/],
    ['mysql://user:hidden@host', /names no database/],
    ['mysql://user:hidden@host/', /names no database/],
    ['mysql://:hidden@host/live', /names no user/],
    ['mysql://user:hidden@host:99999/live', /cannot be read/],
    ['mysql://user:hidden@host:0/live', /port 0/],
    ['mysql://user:hidden%zz@host/live', /cannot be read/],
    ['mysql://user:hid/den@host/live', /DATABASE_URL/],
    ['mysql://user:1/hidden@host/live', /names no user/],
    ['mysql://user@host:1/hidden@host/live', /not percent-encoded/],
    ['mysql://user:hidden@host/live#part', /not percent-encoded/],
    ['mysql://user:hidden@host/live?ssl=maybe', /ssl option/],
    ['mysql://user:hidden@host/live?multipleStatements=true', /unknown option/],
    ['postgres://user:hidden@host/live', /must have the form/],
    ['sqlite:', /must have the form/],
    ['', /must have the form/],
  ])('%j is refused, with the form and without the value', (url, reason) => {
    let error: unknown;
    try {
      openDatabase(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toMatch(reason);
    expect(String(error)).toMatch(/DATABASE_URL.*mysql:\/\/user:password@host:3306\/database/);
    expect(String(error)).not.toContain('hidden');
  });

  test('sqlite:PATH goes to the embedded engine where there is one', () => {
    const database: Pick<Database, 'engine'> = { engine: 'embedded' };
    expect(() => openDatabase('sqlite:a.db')).toThrow(/DATABASE_URL.*npm start/);
    Reflect.set(globalThis, embeddedEngineKey, { open: (path: string) => ({ ...database, path }) });
    try {
      expect(openDatabase('sqlite:folder/a.db')).toEqual({ engine: 'embedded', path: 'folder/a.db' });
    } finally {
      Reflect.deleteProperty(globalThis, embeddedEngineKey);
    }
  });
});
