import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiRefusal } from './apiRefusal';

/** A structure of a service's API as the SDK declares it: its fields, with the TypeScript text of each type. */
type Structure = ReadonlyMap<string, { required: boolean; type: string }>;

export interface SdkModel {
  /**
   * Holds the parameters of a call against the request structure of its action.
   * @throws ApiRefusal UnknownParameter, MissingParameter or InvalidParameter, as the API's front does before any service sees the call
   */
  checkParameters(action: string, parameters: unknown): void;
}

const sdkFolder = join(
  __dirname,
  '..',
  '..',
  '..',
  'node_modules',
  'tencentcloud-sdk-nodejs',
  'tencentcloud',
);

/**
 * The declarations of a service in the SDK, read as text: they are written by a generator, one field a line.
 * @param service e.g. 'scf'
 * @param version e.g. '2018-04-16'
 */
export function readSdkModel(service: string, version: string): SdkModel {
  const folder = join(sdkFolder, 'services', service, `v${version.replaceAll('-', '')}`);
  const text = readFileSync(join(folder, `${service}_models.d.ts`), 'utf8');
  const structures = new Map<string, Structure>();
  for (const [, name = '', body = ''] of text.matchAll(/^export interface (\w+) \{$([^]*?)^\}$/gm))
    structures.set(name, fieldsOf(body));
  // A request without parameters.
  for (const [, name = ''] of text.matchAll(/^export type (\w+) = null;$/gm)) structures.set(name, new Map());
  return {
    checkParameters(action, parameters) {
      const structure = structures.get(`${action}Request`);
      if (structure === undefined) throw new ApiRefusal('InvalidAction', `The action ${action} is invalid.`);
      checkStructure(structures, structure, parameters, '');
    },
  };
}

function fieldsOf(body: string): Structure {
  return new Map(
    [...body.matchAll(/^ {4}(\w+)(\?)?: (.+);$/gm)].map(([, name = '', optional, type = '']) => [
      name,
      { required: optional === undefined, type },
    ]),
  );
}

function checkStructure(
  structures: ReadonlyMap<string, Structure>,
  structure: Structure,
  value: unknown,
  path: string,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(path);
  for (const name of Object.keys(value))
    if (!structure.has(name))
      throw new ApiRefusal('UnknownParameter', `The parameter \`${path}${name}\` is not recognized.`);
  for (const [name, { required, type }] of structure) {
    const given: unknown = Reflect.get(value, name);
    if (given !== undefined) checkType(structures, type, given, `${path}${name}`);
    else if (required)
      throw new ApiRefusal(
        'MissingParameter',
        `The request is missing a required parameter \`${path}${name}\`.`,
      );
  }
}

function checkType(
  structures: ReadonlyMap<string, Structure>,
  type: string,
  value: unknown,
  path: string,
): void {
  const [, member] = /^Array<(.+)>$/.exec(type) ?? [];
  const structure = structures.get(type);
  if (member !== undefined) {
    if (!Array.isArray(value)) throw wrongType(path);
    value.forEach((one, index) => checkType(structures, member, one, `${path}.${index}`));
  } else if (structure !== undefined) checkStructure(structures, structure, value, `${path}.`);
  // bigint: how the generator writes some 64-bit integers.
  else if (typeof value !== (type === 'bigint' ? 'number' : type)) throw wrongType(path);
}

function wrongType(path: string): ApiRefusal {
  return new ApiRefusal('InvalidParameter', `The value type of parameter \`${path}\` is not valid.`);
}
