import * as v from 'valibot';
import { finding, type Finding } from '../findings';
import { callFinding, keyRefused, type CallCloud, type CloudKey } from './cloudCall';

/** Whose key it is. */
export interface Account {
  /** Uin of the main account. */
  uin: string;
  /** Its APPID; undefined when the key may not ask for it. */
  appId: string | undefined;
}

const identity = v.object({
  AccountId: v.string(),
  UserId: v.optional(v.string(), ''),
  Arn: v.optional(v.string(), ''),
  Type: v.optional(v.string(), ''),
});
const appIds = v.object({ AppId: v.number() });

/**
 * Who the deployer's key belongs to.
 * @returns `account` undefined when the key is not accepted or could not be asked for
 */
export async function checkAccount(
  call: CallCloud,
  key: CloudKey,
  expectedAppIds: readonly (readonly [name: string, appId: string])[],
): Promise<{ findings: Finding[]; account: Account | undefined; refused: boolean }> {
  try {
    const { AccountId, Arn, Type, UserId } = await call('sts', 'GetCallerIdentity', {}, identity);
    const appId = await call('cam', 'GetUserAppId', {}, appIds).then(
      ({ AppId }) => String(AppId),
      () => undefined,
    );
    const isRoot = UserId === AccountId || /:uin\/(\d+):uin\/\1$/.test(Arn);
    const findings = [
      isRoot
        ? finding('warning', key.idName, {
            en: `belongs to the main account ${AccountId} itself, which may do everything: deploy with a sub-user (npm run doctor -- --policies)`,
            zh: `属于主账号 ${AccountId} 本身，权限无限：请改用子用户部署（npm run doctor -- --policies）`,
          })
        : finding('ok', key.idName, {
            en: `accepted: ${Type || 'a user'} ${UserId} of account ${AccountId}`,
            zh: `有效：账号 ${AccountId} 的 ${Type || '用户'} ${UserId}`,
          }),
      ...expectedAppIds.flatMap(([name, expected]) =>
        appId === undefined || expected === '' || expected === appId ? [] : [otherAccount(name, appId)],
      ),
    ];
    return { findings, account: { uin: AccountId, appId }, refused: false };
  } catch (error) {
    return {
      findings: [callFinding(key.idName, error, key)],
      account: undefined,
      refused: keyRefused(error),
    };
  }
}

function otherAccount(name: string, appId: string): Finding {
  return finding('warning', name, {
    en: `the deployer's account has APPID ${appId}, this is another`,
    zh: `部署账号的 APPID 是 ${appId}，与此处不同`,
  });
}

/** Whether a further key is accepted, and is one of the same account. */
export async function checkOtherKey(
  call: CallCloud,
  key: CloudKey,
  account: Account | undefined,
): Promise<Finding> {
  try {
    const { AccountId, UserId } = await call('sts', 'GetCallerIdentity', {}, identity);
    if (account !== undefined && account.uin !== AccountId)
      return finding('warning', key.idName, {
        en: `belongs to account ${AccountId}, the deployer's key to ${account.uin}`,
        zh: `属于账号 ${AccountId}，而部署密钥属于 ${account.uin}`,
      });
    if (UserId === AccountId)
      return finding('warning', key.idName, {
        en: 'belongs to the main account itself, which may do everything: use a sub-user (npm run doctor -- --policies)',
        zh: '属于主账号本身，权限无限：请改用子用户（npm run doctor -- --policies）',
      });
    return finding('ok', key.idName, { en: `accepted: user ${UserId}`, zh: `有效：用户 ${UserId}` });
  } catch (error) {
    return callFinding(key.idName, error, key);
  }
}

const role = v.object({
  RoleInfo: v.object({ RoleName: v.string(), PolicyDocument: v.optional(v.string(), '') }),
});
const policies = v.object({ List: v.array(v.object({ PolicyName: v.string() })) });

/** Whether the role that functions run with exists, SCF may take it on, and it is not almighty. */
export async function checkRole(call: CallCloud, key: CloudKey, name: string): Promise<Finding[]> {
  try {
    const { RoleInfo } = await call('cam', 'GetRole', { RoleName: name }, role);
    if (!decoded(RoleInfo.PolicyDocument).includes('scf.qcloud.com'))
      return [
        finding('wrong', 'EXECUTION_ROLE', {
          en: `${name} may not be taken on by SCF: make scf.qcloud.com its carrier. Where: CAM console, roles, role carrier`,
          zh: `云函数不能扮演 ${name}：请把角色载体设为 scf.qcloud.com。在哪里：访问管理控制台 → 角色 → 角色载体`,
        }),
      ];
    const attached = await call(
      'cam',
      'ListAttachedRolePolicies',
      { Page: 1, Rp: 200, RoleName: name },
      policies,
    );
    const names = attached.List.map(({ PolicyName }) => PolicyName);
    const almighty = names.find((policy) => /^(AdministratorAccess|QCloudResourceFullAccess)$/i.test(policy));
    if (almighty !== undefined)
      return [
        finding('warning', 'EXECUTION_ROLE', {
          en: `${name} has ${almighty}: give it only what the functions need (npm run doctor -- --policies)`,
          zh: `${name} 绑定了 ${almighty}：请只授予函数需要的权限（npm run doctor -- --policies）`,
        }),
      ];
    return [
      finding('ok', 'EXECUTION_ROLE', {
        en: `${name} exists and SCF may take it on; its policies: ${names.join(', ') || 'none'}`,
        zh: `${name} 存在，云函数可以扮演；已绑定策略：${names.join('、') || '无'}`,
      }),
    ];
  } catch (error) {
    if (isMissing(error))
      return [
        finding('wrong', 'EXECUTION_ROLE', {
          en: `there is no role ${name}. Where to make one: CAM console, roles, carrier SCF`,
          zh: `没有名为 ${name} 的角色。在哪里创建：访问管理控制台 → 角色，载体选云函数 SCF`,
        }),
      ];
    return [callFinding('EXECUTION_ROLE', error, key)];
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && /RoleNotExist|ResourceNotFound/.test(error.message);
}

/** CAM gives the document as JSON or percent-encoded JSON, by edition. */
function decoded(document: string): string {
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}
