/** One line of the report: numbers of one thing, each with its unit in its name (`p50 ms`, `KB`). */
export interface Line {
  what: string;
  values: Record<string, number>;
  note?: string;
}

/** A bound of the product and what was measured against it, in the same unit. */
export interface Bound {
  what: string;
  measured: number;
  most: number;
  unit: string;
}

export interface Section {
  name: string;
  /** How it was measured, in one line. */
  how: string;
  lines: Line[];
  bounds: Bound[];
  /** Why there is nothing, or not everything. */
  missing?: string;
}

export function holds(bound: Bound): boolean {
  return bound.measured <= bound.most;
}

/** The lines of a section for a person to read, in columns. */
export function sectionText(section: Section): string[] {
  const columns = [...new Set(section.lines.flatMap((line) => Object.keys(line.values)))];
  const cell = (line: Line, column: string): string => {
    const value = line.values[column];
    return value === undefined ? '' : shown(value);
  };
  const rows = section.lines.map((line) => [
    line.what,
    ...columns.map((column) => cell(line, column)),
    line.note ?? '',
  ]);
  return [
    '',
    `${section.name}: ${section.how}`,
    ...table([['', ...columns, ''], ...rows]),
    ...(section.missing === undefined ? [] : [`  not measured: ${section.missing}`]),
  ];
}

/** Every bound beside what was measured. */
export function boundsText(bounds: readonly Bound[]): string[] {
  const rows = bounds.map((bound) => [
    bound.what,
    `${shown(bound.measured)} ${bound.unit}`,
    `<= ${bound.most} ${bound.unit}`,
    holds(bound) ? 'ok' : 'OVER',
  ]);
  return ['', 'bounds', ...table([['', 'measured', 'bound', ''], ...rows])];
}

/** Columns as wide as their widest cell; the first and the last to the left, numbers to the right. */
function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const padded = (cell: string, column: number): string => {
    const left = column === 0 || column === widths.length - 1;
    return left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  };
  return rows.map((row) => `  ${row.map(padded).join('  ')}`.trimEnd());
}

/** Three digits that say something. */
function shown(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
