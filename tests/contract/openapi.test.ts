import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Ajv2020 from 'ajv/dist/2020';
import * as esbuild from 'esbuild';
import * as v from 'valibot';
import { makeOpenapi, type Documentation } from '../../functions/openapi/handler';
import { byGet, commandNames, commands } from '../../scripts/openapi/commands';
import { makeDocument, type OpenapiDocument } from '../../scripts/openapi/document';
import { makeDocumentation } from '../../scripts/openapi/documentation';
import { nativeFailures } from '../../scripts/openapi/failures';
import { fields } from '../../scripts/openapi/fields';
import { words } from '../../scripts/openapi/words';
import { findFunction, readFunctions } from '../../scripts/local/routes';
import { localSettings } from '../../scripts/local/settings';
import { failures } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/request';
import { parseInput } from '../../shared/input';
import { makeLog } from '../../shared/log';
import { makeBackend } from '../backend';
import { engines } from '../servers/engines';

const root = join(__dirname, '..', '..');
const functions = readFunctions(join(root, 'serverless.yml'), localSettings({}));
const document = makeDocument();

/** Every place of a value and what is below it, as JSON pointers. */
function* places(value: unknown, pointer = ''): Generator<{ pointer: string; at: Record<string, unknown> }> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* places(one, `${pointer}/${index}`);
  } else if (isRecord(value)) {
    yield { pointer, at: value };
    for (const [key, one] of Object.entries(value))
      yield* places(one, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      writeFileSync(file, JSON.stringify(document));
      const validator = join(
        root,
        'node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js',
      );
      const { stdout } = await promisify(execFile)(process.execPath, [validator, file]);
      expect(JSON.parse(stdout)).toEqual({ valid: true });
      expect(document.openapi).toMatch(/^3\.1\./);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is the same whenever it is made', () => {
    expect(JSON.stringify(makeDocument())).toBe(JSON.stringify(document));
  });

  test('has every command there is, under its name and at a path that is served', async () => {
    const names: string[] = [];
    const folder = join(root, 'functions');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/(index|\.d)\.ts$|page\//.test(file),
    );
    for (const file of files) {
      const exported: unknown = await import(join(folder, file));
      for (const value of isRecord(exported) ? Object.values(exported) : [])
        if (isRecord(value) && typeof value['name'] === 'string' && 'access' in value && 'input' in value)
          names.push(value['name']);
    }
    expect(commandNames().sort()).toEqual(names.sort());
    for (const name of commandNames()) {
      expect(commands[name].name).toBe(name);
      expect(Object.keys(document.paths)).toContain(`/${name}`);
    }
    for (const path of Object.keys(document.paths))
      expect([path, path === '/healthz' || findFunction(functions, path) !== undefined]).toEqual([
        path,
        true,
      ]);
  });

  test('has examples that are true, for every input and answer', () => {
    for (const name of commandNames()) {
      const { input, output } = words[name];
      expect([name, parseInput(commands[name].input, input)]).toEqual([
        name,
        expect.objectContaining(plainMembers(input)),
      ]);
      expect([name, v.parse(commands[name].output, output)]).toEqual([name, output]);
    }
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema(document, 'document');
    let checked = 0;
    for (const { pointer, at } of places(document.paths)) {
      if (!('schema' in at)) continue;
      const examples = isRecord(at['examples']) ? Object.values(at['examples']) : [];
      for (const { value } of [...examples, { value: at['example'] }].filter(isRecord)) {
        if (value === undefined) continue;
        const validate = ajv.compile({ $ref: `document#/paths${encodeURI(pointer)}/schema` });
        expect([pointer, validate(value), validate.errors]).toEqual([pointer, true, null]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(60);
  });

  test('says what every member means in both languages, and nothing of members there are not', () => {
    const used = new Set<string>();
    for (const { pointer, at } of places(document.components.schemas)) {
      if (pointer.startsWith('/Failure') || !isRecord(at['properties'])) continue;
      for (const [member, schema] of Object.entries(at['properties'])) {
        expect([pointer, member, schema]).toEqual([
          pointer,
          member,
          expect.objectContaining({
            description: expect.any(String),
            'x-description-zh': expect.any(String),
          }),
        ]);
        const text = isRecord(schema) ? schema['description'] : undefined;
        for (const [key, { en }] of Object.entries(fields))
          if (en === text && key.split('.').at(-1) === member) used.add(key);
      }
    }
    expect(Object.keys(fields).filter((key) => !used.has(key))).toEqual([]);
  });

  test('lists every failure with its status and number', () => {
    const { responses } = document.components;
    const text = JSON.stringify(responses);
    for (const code of nativeFailures())
      expect(text).toContain(`"returnValue":${failures[code].returnValue}`);
    expect(isRecord(responses) ? Object.keys(responses).sort() : []).toEqual(
      [...new Set(nativeFailures().map((code) => `Status${failures[code].status}`))].sort(),
    );
  });
});

function plainMembers(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => typeof value !== 'object'));
}

describe.each(engines().slice(0, 1))('what the document says of a command, on $name', ({ open }) => {
  test('is how it is served: who may call it, and whether GET does', async () => {
    const backend = makeBackend(await open());
    for (const name of commandNames()) {
      const described = findFunction(functions, `/${name}`)?.name ?? '';
      if (!backend.isFunction(described)) throw new Error(`nobody serves /${name}`);
      const byPost = await backend.ask(described, { path: `/${name}` });
      const operation = document.paths[`/${name}`]?.['post'];
      const needsToken = JSON.stringify(operation?.['security']) !== '[]';
      expect([name, byPost.status === 401]).toEqual([name, needsToken]);
      const get = await backend.ask(described, { path: `/${name}`, method: 'GET', body: '' });
      const refused = String(get.body['returnMsg']).startsWith('method: expected POST');
      expect([name, refused]).toEqual([name, !byGet.has(name)]);
      expect([name, document.paths[`/${name}`]?.['get'] !== undefined]).toEqual([name, byGet.has(name)]);
    }
  });
});

describe('functions/openapi', () => {
  let documentation: Documentation;
  beforeAll(async () => {
    documentation = await makeDocumentation(root);
  });
  afterAll(() => esbuild.stop());

  async function get(path: string, { language = '', query = {}, method = 'GET' } = {}) {
    const handler = makeOpenapi(makeLog('error'), { documentation: () => documentation });
    const headers = { 'accept-language': language };
    return handler({ httpMethod: method, path, headers, queryString: query, body: '' });
  }

  test('serves the document as it is, to a tool of any origin', async () => {
    const { statusCode, headers, body } = await get('/openapi.json');
    expect([statusCode, headers['Content-Type'], headers['Access-Control-Allow-Origin']]).toEqual([
      200,
      'application/json; charset=utf-8',
      '*',
    ]);
    const served: OpenapiDocument = JSON.parse(body);
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
  });

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', {}, 'zh-CN'],
    ['en-GB,en;q=0.9,zh;q=0.8', {}, 'en'],
    ['fr', {}, 'en'],
    ['', {}, 'en'],
    ['en', { lang: 'zh' }, 'zh-CN'],
    ['zh', { lang: 'en' }, 'en'],
  ])('speaks to %j with %j in %s', async (language, query, expected) => {
    const { headers, body } = await get('/docs', { language, query });
    expect(/<html lang="([^"]+)"/.exec(body)?.[1]).toBe(expected);
    expect(headers['Vary']).toBe('Accept-Language');
  });

  test('the page has every endpoint, and nothing inline or from elsewhere', async () => {
    for (const language of ['en', 'zh']) {
      const { headers, body } = await get('/docs', { language });
      for (const path of Object.keys(document.paths)) expect(body).toContain(`id="${path}"`);
      const policy = headers['Content-Security-Policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
      const loaded = [...body.matchAll(/(?:src|rel="stylesheet" href)="([^"]+)"/g)].map((match) => match[1]);
      expect(loaded).toEqual(['docs/docs.css', 'docs/docs.js']);
      for (const path of loaded) expect((await get(`/${path}`)).statusCode).toBe(200);
    }
  });

  test('gives the files their types, and refuses what is no request for a page', async () => {
    expect((await get('/docs/docs.css')).headers['Content-Type']).toBe('text/css; charset=utf-8');
    expect((await get('/docs/docs.js')).headers['Content-Type']).toBe('text/javascript; charset=utf-8');
    expect((await get('/docs', { method: 'POST' })).statusCode).toBe(400);
    expect((await get('/docs/../../package.json')).statusCode).toBe(404);
  });
});
