import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { writeIfChanged } from './writeIfChanged';

/**
 * Bundles the studio's page (scripts/local/studio): `main.js`, `style.css`, what is loaded on demand in `chunks/`, and
 * `index.html` and `icon.svg` as they are.
 * @param projectRoot the folder that holds package.json
 * @returns the files, sizes in bytes
 * @throws esbuild's BuildFailure, whose message lists the faults
 */
export async function buildStudio(
  projectRoot: string,
  outDir = studioFolder(projectRoot),
): Promise<{ name: string; bytes: number }[]> {
  const sources = join(resolve(projectRoot), 'scripts', 'local', 'studio');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: resolve(projectRoot),
    entryPoints: [join(sources, 'main.tsx'), join(sources, 'style.css')],
    outdir: resolve(outDir),
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  const files = [
    ...outputFiles.map(({ path, contents }) => ({ name: relative(resolve(outDir), path), contents })),
    ...['index.html', 'icon.svg'].map((name) => ({ name, contents: readFileSync(join(sources, name)) })),
  ];
  for (const { name, contents } of files) writeIfChanged(join(resolve(outDir), name), contents);
  return files.map(({ name, contents }) => ({ name, bytes: contents.length }));
}

/** Where the built page lies. */
export function studioFolder(projectRoot: string): string {
  return join(projectRoot, 'dist', 'studio');
}
