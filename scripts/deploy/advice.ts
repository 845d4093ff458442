const console = 'the SCF console';

/** What a deployer can do about a refusal, by the beginning of Tencent's code; the first that fits counts. */
const advice: readonly (readonly [code: RegExp, what: string | ((action: string) => string)])[] = [
  [
    /^AuthFailure\.(SecretIdNotFound|InvalidSecretId)/,
    'TENCENTCLOUD_SECRET_ID names no living key: copy it again from the CAM console, access keys',
  ],
  [
    /^AuthFailure\.SignatureFailure/,
    'TENCENTCLOUD_SECRET_KEY does not belong to TENCENTCLOUD_SECRET_ID: copy both again from the CAM console',
  ],
  [/^AuthFailure\.SignatureExpire/, 'set the clock of this machine: it is more than five minutes off'],
  [
    /^AuthFailure\.TokenFailure/,
    'the temporary key has run out: get a new one together with its TENCENTCLOUD_SECURITY_TOKEN',
  ],
  [
    /^(AuthFailure|UnauthorizedOperation)/,
    (action) =>
      `allow the deployer's sub-user scf:${action} (and cam:PassRole when EXECUTION_ROLE is set): npm run doctor -- --policies prints the policy`,
  ],
  [/^RequestLimitExceeded/, 'wait a minute and run the same command again: it goes on where it stopped'],
  [/^ResourceUnavailable\.InsufficientBalance/, 'top up the account in the billing centre'],
  [
    /^(OperationDenied|ResourceUnavailable)/,
    `see in ${console} whether SCF is open for the account and paid up`,
  ],
  [/^ResourceNotFound\.Namespace/, `create the namespace in ${console}, or leave SCF_NAMESPACE out`],
  [
    /^ResourceNotFound\.Role|^InvalidParameterValue\.Role/,
    'EXECUTION_ROLE names no role that SCF may take on: see the CAM console, roles',
  ],
  [
    /^(ResourceNotFound|InvalidParameterValue)\.(Vpc|VPC|Subnet)/,
    'VPC_ID and SUBNET_ID must be of the same region as the functions, and the subnet one of that VPC: see the VPC console',
  ],
  [/^ResourceNotFound/, 'somebody removed it meanwhile: run `npx sls deploy` to put it back'],
  [/^ResourceInUse/, 'it exists already: run the same command again, which goes on from what exists'],
  [
    /^LimitExceeded\.Function/,
    'remove functions that nobody needs, or use a namespace of its own (SCF_NAMESPACE)',
  ],
  [/^LimitExceeded/, `raise the quota in ${console}, or remove what nobody needs`],
  [
    /^InvalidParameterValue\.Environment/,
    'shorten the environment of this function in serverless.yml, or see its names',
  ],
  [/^InvalidParameter/, 'see the entry of this function in serverless.yml'],
  [/^FailedOperation/, `see the status of the function in ${console}, then run the same command again`],
  [/^InternalError/, 'Tencent failed: run the same command again, and give them the RequestId when it stays'],
];

/** One sentence of what to do, for a code of Tencent's such as `AuthFailure.SignatureFailure`. */
export function adviceOf(code: string, action: string): string {
  const found = advice.find(([form]) => form.test(code))?.[1];
  if (found === undefined)
    return `look the code up in the document of ${action} (SCF API), then run the same command again`;
  return typeof found === 'string' ? found : found(action);
}
