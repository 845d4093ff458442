import type { DeployAccess } from './settings';

/** An action of CAM's, and on what the deployer needs it. */
export interface PolicyEntry {
  actions: readonly string[];
  on: 'functions' | 'everything' | 'role';
  /** For what. */
  why: string;
}

/** Everything that the deployment calls, and nothing else: a test holds it against the calls that are made. */
export const deployPolicy: readonly PolicyEntry[] = [
  {
    on: 'functions',
    why: 'sls deploy',
    actions: [
      'scf:GetFunction',
      'scf:CreateFunction',
      'scf:UpdateFunctionCode',
      'scf:UpdateFunctionConfiguration',
      'scf:PublishVersion',
      'scf:ListVersionByFunction',
      'scf:DeleteFunctionVersion',
      'scf:GetAlias',
      'scf:CreateAlias',
      'scf:UpdateAlias',
      'scf:ListTriggers',
      'scf:CreateTrigger',
      'scf:UpdateTrigger',
      'scf:DeleteTrigger',
    ],
  },
  { on: 'functions', why: 'the migration, sls invoke', actions: ['scf:Invoke', 'scf:InvokeFunction'] },
  { on: 'functions', why: 'sls logs', actions: ['scf:GetFunctionLogs'] },
  { on: 'functions', why: 'sls remove, sls deploy --prune', actions: ['scf:DeleteFunction'] },
  { on: 'everything', why: 'functions that are no longer in serverless.yml', actions: ['scf:ListFunctions'] },
  {
    on: 'everything',
    why: 'the custom domain',
    actions: [
      'scf:GetCustomDomain',
      'scf:CreateCustomDomain',
      'scf:UpdateCustomDomain',
      'scf:ListCustomDomains',
      'scf:DeleteCustomDomain',
    ],
  },
  { on: 'role', why: 'EXECUTION_ROLE', actions: ['cam:PassRole'] },
];

/** A statement of a CAM policy (document 598/10603). */
export interface Statement {
  effect: 'allow';
  action: string[];
  resource: string[];
}

/**
 * What the deployer's sub-user has to be allowed, and no more: the functions are those of one stage.
 * @param prefix with which the names of the functions begin
 * @param role EXECUTION_ROLE, when there is one
 */
export function deployStatements(
  { region, namespace }: Pick<DeployAccess, 'region' | 'namespace'>,
  prefix: string,
  role?: string,
): Statement[] {
  const resources = {
    functions: `qcs::scf:${region}::namespace/${namespace}/function/${prefix}*`,
    everything: '*',
    role: `qcs::cam:::roleName/${role ?? ''}`,
  };
  return (['functions', 'everything', 'role'] as const)
    .filter((on) => on !== 'role' || role !== undefined)
    .map((on) => ({
      effect: 'allow',
      action: deployPolicy.flatMap((entry) => (entry.on === on ? entry.actions : [])),
      resource: [resources[on]],
    }));
}
