import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const projectRoot = join(__dirname, '..', '..');

/** What a clone of the project has and a deployment reads. */
const parts = [
  'functions',
  'shared',
  'scripts',
  'schema',
  'serverless.yml',
  'package.json',
  'LICENSE',
  'tsconfig.json',
];

export interface ProjectCopy {
  readonly root: string;
  /** Replaces text in a file, given from the root. @throws Error when the text is not in it */
  edit(file: string, before: string, after: string): void;
  write(file: string, text: string): void;
  remove(): void;
}

/** The project in a folder of its own, where a test may change it: its sources are copies, its packages the same ones. */
export function copyProject(): ProjectCopy {
  const root = mkdtempSync(join(tmpdir(), 'xiaozhibo-project-'));
  for (const part of parts) cpSync(join(projectRoot, part), join(root, part), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'dir');
  return {
    root,
    edit(file, before, after) {
      const text = readFileSync(join(root, file), 'utf8');
      if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
      writeFileSync(join(root, file), text.replace(before, after));
    },
    write: (file, text) => writeFileSync(join(root, file), text),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
