import { unzipSync } from 'fflate';
import type {
  Environment,
  PublicNetConfigIn,
  VpcConfig,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models';
import { ApiRefusal } from './apiRefusal';
import { nothingElse, requireOneOf } from './apiService';
import type { Configuration, ScfState } from './scfState';

/** The list of the SDK's CreateFunction text, and Nodejs20.19 of document 583/11060. */
const runtimes = new Set(
  (
    'Python2.7 Python3.6 Python3.7 Python3.9 Python3.10 Nodejs6.10 Nodejs8.9 Nodejs10.15 Nodejs12.16 Nodejs14.18 ' +
    'Nodejs16.13 Nodejs18.15 Nodejs20.19 Php5.6 Php7 Php7.4 Php8.0 Go1 Java8 CustomRuntime'
  ).split(' '),
);

const maxEnvironmentBytes = 4096;
/** Document 583/32748, and the spelling it meant. */
const reservedPrefix = /^(SCF_|QCLOUD_|TECENTCLOUD_|TENCENTCLOUD_)/i;

/** What a call may say of a configuration. */
export interface GivenConfiguration {
  Handler?: string;
  Description?: string;
  MemorySize?: number;
  Timeout?: number;
  InitTimeout?: number;
  Runtime?: string;
  Environment?: Environment;
  VpcConfig?: VpcConfig;
  PublicNetConfig?: PublicNetConfigIn;
  Role?: string;
}

/**
 * A configuration with what a call changes in it; what the call leaves out stays.
 * @throws ApiRefusal for each thing that SCF refuses: document 583/11637 (limits), 583/32748 (environment), the SDK's texts
 */
export function changed(state: ScfState, before: Configuration, given: GivenConfiguration): Configuration {
  const after = {
    Handler: given.Handler ?? before.Handler,
    Description: given.Description ?? before.Description,
    MemorySize: given.MemorySize ?? before.MemorySize,
    Timeout: given.Timeout ?? before.Timeout,
    InitTimeout: given.InitTimeout ?? before.InitTimeout,
    Runtime: given.Runtime ?? before.Runtime,
    environment: given.Environment === undefined ? before.environment : readEnvironment(given.Environment),
    VpcConfig:
      given.VpcConfig === undefined
        ? before.VpcConfig
        : { VpcId: given.VpcConfig.VpcId ?? '', SubnetId: given.VpcConfig.SubnetId ?? '' },
    PublicNetStatus: readPublicNet(given.PublicNetConfig) ?? before.PublicNetStatus,
    Role: given.Role ?? before.Role,
  };
  checkSizes(after);
  checkDescription(after.Description);
  checkSurroundings(state, after);
  return after;
}

function readPublicNet(given: PublicNetConfigIn | undefined): string | undefined {
  if (given === undefined) return undefined;
  const { PublicNetStatus, EipConfig, ...rest } = given;
  nothingElse(rest);
  requireOneOf('EipConfig', EipConfig?.EipStatus, [undefined, 'DISABLE']);
  return PublicNetStatus;
}

function checkSizes({ Handler, MemorySize, Timeout, InitTimeout, Runtime }: Configuration): void {
  if (!/^[A-Za-z][\w-]{0,58}[A-Za-z]\.[A-Za-z][\w-]{0,58}[A-Za-z]$/.test(Handler))
    throw new ApiRefusal(
      'InvalidParameterValue.Handler',
      `Handler ${Handler} is not of the form file.function.`,
    );
  if (!runtimes.has(Runtime))
    throw new ApiRefusal('InvalidParameterValue.Runtime', `Runtime ${Runtime} is not supported.`);
  const step = MemorySize === 64 || (MemorySize % 128 === 0 && MemorySize >= 128 && MemorySize <= 3072);
  if (!step)
    throw new ApiRefusal(
      'InvalidParameterValue.MemorySize',
      `MemorySize ${MemorySize} is not 64 or a step of 128 up to 3072.`,
    );
  if (!Number.isInteger(Timeout) || Timeout < 1 || Timeout > 900)
    throw new ApiRefusal('LimitExceeded.Timeout', `Timeout ${Timeout} is not between 1 and 900.`);
  if (!Number.isInteger(InitTimeout) || InitTimeout < 3 || InitTimeout > 300)
    throw new ApiRefusal('LimitExceeded.InitTimeout', `InitTimeout ${InitTimeout} is not between 3 and 300.`);
}

/** "Letters, digits, spaces, commas, line ends and full stops, Chinese": the SDK's text of Description. */
export function checkDescription(description: string): void {
  if (!/^[A-Za-z0-9 ,.\n\u4e00-\u9fff]{0,1000}$/.test(description))
    throw new ApiRefusal(
      'InvalidParameterValue.Description',
      'Description has a character that is not allowed, or more than 1000.',
    );
}

function readEnvironment({ Variables = [] }: Environment): Record<string, string> {
  let bytes = 0;
  const pairs = Variables.map(({ Key = '', Value = '' }): [string, string] => {
    if (reservedPrefix.test(Key))
      throw new ApiRefusal(
        'InvalidParameterValue.EnvironmentSystemProtect',
        `The environment variable ${Key} is the system's.`,
      );
    if (!/^[A-Za-z]\w{1,63}$/.test(Key))
      throw new ApiRefusal(
        'InvalidParameterValue.Environment',
        `The environment variable ${Key} has a name that is not allowed.`,
      );
    // "Not an empty text": the SDK's text of Variable.
    if (Value === '')
      throw new ApiRefusal('InvalidParameterValue.Environment', `The environment variable ${Key} is empty.`);
    bytes += Buffer.byteLength(Key) + Buffer.byteLength(Value);
    return [Key, Value];
  });
  if (new Set(pairs.map(([key]) => key)).size < pairs.length)
    throw new ApiRefusal('InvalidParameterValue.Environment', 'An environment variable is given twice.');
  if (bytes > maxEnvironmentBytes)
    throw new ApiRefusal(
      'InvalidParameterValue.EnvironmentExceededLimit',
      `The environment has ${bytes} bytes, at most 4 KB are possible.`,
    );
  return Object.fromEntries(pairs);
}

function checkSurroundings(state: ScfState, { VpcConfig: vpc, PublicNetStatus, Role }: Configuration): void {
  const known = state.vpcs.some(({ VpcId, SubnetId }) => VpcId === vpc.VpcId && SubnetId === vpc.SubnetId);
  if (!known && (vpc.VpcId !== '' || vpc.SubnetId !== ''))
    throw new ApiRefusal(
      'ResourceNotFound.Vpc',
      `The VPC ${vpc.VpcId} with the subnet ${vpc.SubnetId} does not exist.`,
    );
  if (PublicNetStatus !== 'ENABLE' && PublicNetStatus !== 'DISABLE')
    throw new ApiRefusal('InvalidParameterValue.PublicNetConfig', 'PublicNetStatus is ENABLE or DISABLE.');
  if (Role !== '' && !state.roles.has(Role))
    throw new ApiRefusal('ResourceNotFound.Role', `The role ${Role} does not exist.`);
}

/** The name of a function: letter first, letter or digit last, 2 to 60 characters. */
export function checkFunctionName(name: string): void {
  if (!/^[A-Za-z][\w-]{0,58}[A-Za-z0-9]$/.test(name))
    throw new ApiRefusal('InvalidParameterValue.FunctionName', `The function name ${name} is not allowed.`);
}

/** The bytes of a zip as a call carries them. @throws ApiRefusal when it is none that SCF takes */
export function readZip(base64: string | undefined): Buffer {
  if (base64 === undefined || base64 === '')
    throw new ApiRefusal('MissingParameter.Code', 'There is no code.');
  const zip = Buffer.from(base64, 'base64');
  if (zip.toString('base64') !== base64)
    throw new ApiRefusal('InvalidParameterValue.ZipFileBase64BinasciiError', 'The zip is not base64.');
  try {
    unzipSync(zip);
  } catch {
    throw new ApiRefusal('InvalidParameterValue.ZipFile', 'This is not a standard zip file.');
  }
  return zip;
}

/** Whether the file that the handler names is in the zip: if not, the platform finds out later, and the change fails. */
export function holdsHandler(zip: Buffer, handler: string): boolean {
  return Object.keys(unzipSync(zip)).includes(`${handler.split('.')[0]}.js`);
}
