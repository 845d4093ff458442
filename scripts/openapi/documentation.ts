import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import * as esbuild from 'esbuild';
import type { Documentation } from '../../functions/openapi/handler';
import { makeDocument } from './document';
import { makePage } from './page';

/**
 * The texts of functions/openapi.
 * @param root the folder of package.json
 */
export async function makeDocumentation(root: string): Promise<Documentation> {
  const document = makeDocument();
  const folder = join(root, 'functions', 'openapi', 'page');
  const source = (name: string) => readFileSync(join(folder, name), 'utf8');
  const options = { minify: true, target: 'es2020', charset: 'utf8' } as const;
  const [style, script] = await Promise.all([
    esbuild.transform(source('docs.css'), { ...options, loader: 'css' }),
    esbuild.transform(source('docs.ts'), { ...options, loader: 'ts', format: 'iife' }),
  ]);
  return {
    document: JSON.stringify(document),
    pages: { en: makePage(document, 'en'), zh: makePage(document, 'zh') },
    style: style.code,
    script: script.code,
  };
}

/** Gives a function that imports `documentation:packed` the texts, of the commands that are compiled with it. */
export function packedDocumentation(root: string): esbuild.Plugin {
  return {
    name: 'packed-documentation',
    setup(build) {
      const namespace = 'documentation';
      build.onResolve({ filter: /^documentation:packed$/ }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, async () => {
        const texts = Buffer.from(JSON.stringify(await makeDocumentation(root)));
        // Beyond this it takes ten times as long and gains a tenth.
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        return { contents: brotliCompressSync(texts, { params }).toString('base64'), loader: 'text' };
      });
    },
  };
}
