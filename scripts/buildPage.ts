import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import * as esbuild from 'esbuild';
import type { PackedFile, PageFiles } from '../functions/watch/pageFiles';

/** The browsers of phones from 2020 on, WeChat's among them. */
const target = ['es2019', 'chrome80', 'safari13'];

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The page with its files as text. */
export type BuiltPage = Omit<PageFiles, 'files'> & { files: { name: string; text: string }[] };

/**
 * Bundles the share page of `<root>/functions/watch/page`: what it begins with, and each library that it loads when it
 * needs it as a file of its own. Names have a hash of the content in them. Equal sources give equal bytes.
 * @throws esbuild's BuildFailure, whose message lists the faults
 */
export async function buildPage(root: string): Promise<BuiltPage> {
  const folder = join(resolve(root), 'functions', 'watch', 'page');
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: resolve(root),
    entryPoints: [
      { in: join(folder, 'watch.ts'), out: 'watch' },
      { in: join(folder, 'watch.css'), out: 'watch' },
      { in: join(folder, 'icon.svg'), out: 'icon' },
    ],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'browser',
    format: 'esm',
    target,
    // Safari 13 takes it, but for rare forms that nobody writes.
    supported: { destructuring: true },
    // Without what a page of one stream has no use for: captions, several sound tracks, encryption.
    alias: { 'hls.js': 'hls.js/light' },
    loader: { '.svg': 'copy' },
    entryNames: '[name].[hash]',
    chunkNames: '[name].[hash]',
    charset: 'utf8',
    minify: true,
    legalComments: 'eof',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const made = Object.entries(metafile.outputs);
  const find = (pattern: RegExp): string => {
    const name = made.map(([path]) => nameOf(path)).find((one) => pattern.test(one));
    if (name === undefined) throw new Error(`the page has no file ${pattern.source}`);
    return name;
  };
  const script = find(/^watch\..*\.js$/);
  const imports = made.find(([path]) => nameOf(path) === script)?.[1].imports ?? [];
  return {
    script,
    needed: imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => nameOf(path)),
    livePlayer: find(/^mpegts\..*\.js$/),
    style: find(/^watch\..*\.css$/),
    icon: find(/^icon\..*\.svg$/),
    files: outputFiles.map(({ path, text }) => ({ name: nameOf(path), text })),
  };
}

/** The page as functions carry it. */
export function packPage(page: BuiltPage): PageFiles {
  return { ...page, files: Object.fromEntries(page.files.map(({ name, text }) => [name, pack(name, text)])) };
}

/** Gives the functions that `import pageFiles from 'watch-page'` the page of `<root>`, built when one of them does. */
export function packedWatchPage(root: string): esbuild.Plugin {
  return {
    name: 'watch-page',
    setup(build) {
      build.onResolve({ filter: /^watch-page$/ }, ({ path }) => ({ path, namespace: 'watch-page' }));
      let built: Promise<string> | undefined;
      build.onLoad({ filter: /.*/, namespace: 'watch-page' }, async () => {
        built ??= buildPage(root).then((page) => JSON.stringify(packPage(page)));
        return { contents: await built, loader: 'json' };
      });
    },
  };
}

function pack(name: string, text: string): PackedFile {
  // The best quality would take ten times as long for a tenth less.
  const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return { type, packed: packed.toString('base64') };
}
