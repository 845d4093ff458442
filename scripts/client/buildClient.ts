import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { failures } from '../../shared/http/errors';
import { commandNames, commands } from '../openapi/commands';
import { makeDocument } from '../openapi/document';
import { nativeFailures } from '../openapi/failures';
import { makeDeclaration } from './declaration';

/**
 * Builds the package of the typed client: `npm pack` of the folder is what an app installs.
 * @param root the folder of package.json
 * @returns the size of its code in bytes
 */
export async function buildClient(root: string, outDir = join(root, 'dist', 'client')): Promise<number> {
  const document = makeDocument();
  const declaration = makeDeclaration(root, document);
  const [esm, cjs] = await Promise.all([code(root, 'esm'), code(root, 'cjs')]);
  const files = {
    'index.js': esm,
    'index.cjs': cjs,
    'index.d.ts': declaration,
    'index.d.cts': declaration,
    'package.json': `${JSON.stringify(manifest(String(document.info['version'])), null, 2)}\n`,
    'README.md': readFileSync(join(root, 'docs', 'client.md'), 'utf8'),
    'README.zh-CN.md': readFileSync(join(root, 'docs', 'client.zh-CN.md'), 'utf8'),
    LICENSE: readFileSync(join(root, 'LICENSE'), 'utf8'),
  };
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(outDir, name), text);
  cpSync(join(root, 'scripts', 'client', 'examples'), join(outDir, 'examples'), { recursive: true });
  return Buffer.byteLength(esm);
}

/** What the client knows of the document when it runs, in front of its code. */
async function code(root: string, format: 'esm' | 'cjs'): Promise<string> {
  const access = Object.fromEntries(commandNames().map((name) => [name, commands[name].access]));
  const names = Object.fromEntries(nativeFailures().map((code) => [failures[code].returnValue, code]));
  const entry = `
    import { makeClient } from './makeClient';
    export { ApiError, isApiError } from './apiError';
    export const createClient = (options) => makeClient(${JSON.stringify({ access, names })}, options);`;
  const { outputFiles } = await esbuild.build({
    stdin: { contents: entry, resolveDir: join(root, 'scripts', 'client'), loader: 'ts' },
    bundle: true,
    platform: 'neutral',
    target: 'es2018',
    format,
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function manifest(version: string) {
  return {
    name: 'xiaozhibo-client',
    version,
    description: 'Typed client of the Xiaozhibo serverless live-broadcast backend',
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    main: './index.cjs',
    module: './index.js',
    types: './index.d.ts',
    exports: {
      '.': {
        import: { types: './index.d.ts', default: './index.js' },
        require: { types: './index.d.cts', default: './index.cjs' },
      },
    },
    engines: { node: '>=18' },
  };
}
