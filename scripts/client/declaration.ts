import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failures } from '../../shared/http/errors';
import { isRecord } from '../../shared/http/request';
import { commandNames, type CommandName } from '../openapi/commands';
import { typeName, type OpenapiDocument } from '../openapi/document';
import { nativeFailures } from '../openapi/failures';
import { words } from '../openapi/words';
import { typeOf } from './typeScript';

/**
 * The declarations of the package, of the document.
 * @param root the folder of package.json
 */
export function makeDeclaration(root: string, document: OpenapiDocument): string {
  const { schemas } = document.components;
  const publicTypes = readFileSync(join(root, 'scripts', 'client', 'publicTypes.ts'), 'utf8');
  const codes = nativeFailures().map(
    (code) => `/** ${failures[code].returnValue}, HTTP ${failures[code].status} */\n| '${code}'`,
  );
  const named = Object.entries(schemas)
    .filter(([name]) => name !== 'Failure')
    .map(
      ([name, schema]) =>
        `export type ${name} = ${typeOf(schema, name.endsWith('Input') ? 'input' : 'output')};`,
    );
  const pages = commandNames()
    .filter((name) => isPage(schemas[`${typeName(name)}Output`]))
    .map((name) => `export type ${typeName(name)}Item = ${typeName(name)}Output['items'][number];`);
  const generated = [
    `/** Every way a call can fail. */\nexport type ErrorCode =\n${codes.join('\n')}\n| TransportCode;`,
    ...named,
    ...pages,
    clientType(schemas),
  ];
  return [publicTypes.slice(publicTypes.indexOf('/**')), ...generated.map(indented), fixed].join('\n\n');
}

/** Two spaces for every brace that is open. */
function indented(text: string): string {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => line.trimStart())
    .map((line) => {
      if (/^\}/.test(line)) depth -= 1;
      const inside = `${'  '.repeat(Math.max(depth, 0))}${line}`;
      if (/\{$/.test(line)) depth += 1;
      return inside.trimEnd();
    })
    .join('\n');
}

const fixed = `/** Why a call failed. The message is the backend's, for developers; what users read goes by \`code\`. */
export interface ApiError extends FailureDetails<ErrorCode> {}
export declare class ApiError extends Error {}

/** Also for an error of another copy of this package. */
export declare function isApiError(error: unknown): error is ApiError;

export declare function createClient(options: ClientOptions): Client;
`;

/** Whether an answer is one page of a list. */
function isPage(schema: unknown): boolean {
  return isRecord(schema) && isRecord(schema['properties']) && 'items' in schema['properties'];
}

function clientType(schemas: OpenapiDocument['components']['schemas']): string {
  const groups = new Map<string, string[]>();
  for (const name of commandNames()) {
    const [group = '', member] = name.split('/');
    const signature = method(name, member ?? group, schemas[`${typeName(name)}Input`] ?? {});
    groups.set(group, [...(groups.get(group) ?? []), signature]);
  }
  const members = [...groups].map(([group, methods]) =>
    isAlone(group) ? methods.join('\n') : `readonly ${group}: {\n${methods.join('\n')}\n};`,
  );
  return `/** A function for every command, at its path. Each fails with an {@link ApiError}. */
export interface Client {
${members.join('\n')}
/** The tokens of the login, undefined without one. */
tokens(): Tokens | undefined;
/** Takes the tokens of an earlier login, or forgets those there are. */
useTokens(tokens: Tokens | undefined): void;
}`;
}

/** Whether a command has no group: its name is its whole path. */
function isAlone(name: string): boolean {
  return commandNames().some((command) => command === name);
}

function method(name: CommandName, member: string, input: Record<string, unknown>): string {
  const { summary, more } = words[name];
  const needed = Array.isArray(input['required']) || Array.isArray(input['oneOf']);
  const hasMembers = needed || (isRecord(input['properties']) && Object.keys(input['properties']).length > 0);
  const parameter = hasMembers ? `input${needed ? '' : '?'}: ${typeName(name)}Input` : 'input?: {}';
  const text = more === undefined ? summary.en : `${summary.en}. ${more.en}`;
  return `/** ${text} */\n${member}(${parameter}, options?: CallOptions): Promise<${typeName(name)}Output>;`;
}
