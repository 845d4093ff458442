import { toSqlite } from '../../../shared/store/dialect';

const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';
const create = (columns: string, after = options) => toSqlite(`CREATE TABLE t (${columns}) ${after}`).texts;

test('a table as schema/ writes it', () => {
  expect(
    toSqlite(`CREATE TABLE IF NOT EXISTS lives (
      id VARCHAR(64) NOT NULL COMMENT 'a, (b)',
      state TINYINT NOT NULL DEFAULT 0,
      started_at BIGINT NULL,
      body MEDIUMTEXT NOT NULL,
      PRIMARY KEY (id),
      UNIQUE KEY once (state, id(20)),
      KEY recent (state, started_at DESC)
    ) ${options} COMMENT='lives'`).texts,
  ).toEqual([
    'CREATE TABLE IF NOT EXISTS `lives` (' +
      '`id` TEXT COLLATE RTRIM NOT NULL CONSTRAINT `tooLong id` CHECK (LENGTH(`id`) <= 64), ' +
      '`state` INT NOT NULL DEFAULT 0 CONSTRAINT `tooLong state` CHECK (`state` BETWEEN -128 AND 127), ' +
      '`started_at` INT, ' +
      '`body` TEXT COLLATE RTRIM NOT NULL CONSTRAINT `tooLong body` CHECK (OCTET_LENGTH(`body`) <= 16777215), ' +
      'PRIMARY KEY (`id`)) STRICT',
    'CREATE UNIQUE INDEX IF NOT EXISTS `lives.once` ON `lives` (`state`, `id`)',
    'CREATE INDEX IF NOT EXISTS `lives.recent` ON `lives` (`state`, `started_at` DESC)',
  ]);
});

test.each([
  ['id BIGINT NOT NULL AUTO_INCREMENT, n INT, PRIMARY KEY (id)', '`id` INTEGER PRIMARY KEY AUTOINCREMENT'],
  ['id BIGINT AUTO_INCREMENT PRIMARY KEY, n INT', '`id` INTEGER PRIMARY KEY AUTOINCREMENT'],
  ['n INT UNSIGNED NOT NULL', '`n` INT NOT NULL CONSTRAINT `tooLong n` CHECK (`n` BETWEEN 0 AND 4294967295)'],
  ['n BIGINT UNSIGNED', '`n` INT CONSTRAINT `tooLong n` CHECK (`n` >= 0)'],
  ['n INT(11) DEFAULT -1', '`n` INT DEFAULT -1'],
  ['n BOOLEAN NOT NULL DEFAULT TRUE', '`n` INT NOT NULL DEFAULT 1'],
  ['n DOUBLE DEFAULT NULL', '`n` REAL DEFAULT NULL'],
  [
    "s VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'it''s'",
    "`s` TEXT COLLATE RTRIM DEFAULT 'it''s'",
  ],
  ['s LONGTEXT NULL', '`s` TEXT COLLATE RTRIM)'],
])('column %s', (mysql, sqlite) => {
  expect(create(mysql)[0]).toContain(sqlite);
});

test('changes of tables', () => {
  expect(
    toSqlite(
      `ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 0 AFTER a, ADD UNIQUE KEY once (n), DROP KEY old`,
    ).texts,
  ).toEqual([
    expect.stringMatching(/^ALTER TABLE `t` ADD COLUMN `n` INT NOT NULL DEFAULT 0 /),
    'CREATE UNIQUE INDEX `t.once` ON `t` (`n`)',
    'DROP INDEX `t.old`',
  ]);
  expect(toSqlite('CREATE INDEX recent ON t (a, b DESC)').texts).toEqual([
    'CREATE INDEX `t.recent` ON `t` (`a`, `b` DESC)',
  ]);
});

test.each([
  ['a time', 'at DATETIME NOT NULL', /DATETIME.*BIGINT milliseconds/],
  ['JSON', 'body JSON', /JSON is MEDIUMTEXT/],
  ['a decimal', 'price DECIMAL(10,2)', /DECIMAL/],
  ['an ENUM', "kind ENUM('a')", /ENUM|expected/],
  ['VARCHAR without length', 's VARCHAR', /needs a length/],
  ['a default for TEXT', "s TEXT DEFAULT ''", /no DEFAULT/],
  ['a default that is no literal', 'n INT DEFAULT (1 + 1)', /a number expected/],
  ['ON UPDATE', 'n INT ON UPDATE CURRENT_TIMESTAMP', /not supported at: ON/],
  ['a foreign key', 'n INT, FOREIGN KEY (n) REFERENCES u (n)', /./],
  ['a CHECK', 'n INT, CHECK (n > 0)', /./],
  ['a counter that is no key', 'id INT AUTO_INCREMENT, n INT, PRIMARY KEY (n)', /AUTO_INCREMENT needs/],
  ['a counter of text', 'id VARCHAR(3) AUTO_INCREMENT PRIMARY KEY', /not a whole number/],
  ['another collation of a column', 's VARCHAR(3) COLLATE utf8mb4_general_ci', /only utf8mb4_bin/],
  ['another character set of a column', 's VARCHAR(3) CHARACTER SET latin1', /only utf8mb4/],
])('refuses %s', (_, columns, reason) => {
  expect(() => create(columns)).toThrow(reason);
});

test.each([
  ['ENGINE=MyISAM', /InnoDB/],
  ['DEFAULT CHARSET=utf8', /only utf8mb4/],
  ['COLLATE=utf8mb4_unicode_ci', /only utf8mb4_bin/],
  ['AUTO_INCREMENT=5', /AUTO_INCREMENT/],
  // Without it the server's own collation would decide, which ignores case.
  ['ENGINE=InnoDB DEFAULT CHARSET=utf8mb4', /needs COLLATE=utf8mb4_bin/],
])('refuses a table with text and the options %s', (after, reason) => {
  expect(() => create('s VARCHAR(3)', after)).toThrow(reason);
});

test.each([
  'ALTER TABLE t MODIFY a INT',
  'ALTER TABLE t RENAME TO u',
  'CREATE VIEW v AS SELECT 1',
  'DROP DATABASE d',
  'CREATE TABLE t LIKE u',
])('refuses %s', (sql) => {
  expect(() => toSqlite(sql)).toThrow(/embedded database: /);
});
