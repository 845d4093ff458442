import * as v from 'valibot';
import { finding, type Finding } from '../findings';
import { callFinding, type CallCloud, type CloudKey } from './cloudCall';

const applications = v.object({
  SubAppIdInfoSet: v.nullish(
    v.array(v.object({ SubAppId: v.number(), Status: v.optional(v.string(), 'On') })),
    [],
  ),
});
const procedures = v.object({ TotalCount: v.number() });

/** The sub-application and the task flow, where they are set. */
export async function checkVod(
  call: CallCloud,
  key: CloudKey,
  { procedure, subAppId }: { procedure: string; subAppId: string | undefined },
): Promise<Finding[]> {
  const found: Finding[] = [];
  if (subAppId !== undefined) found.push(await checkApplication(call, key, Number(subAppId)));
  if (procedure !== '') found.push(await checkProcedure(call, key, procedure, subAppId));
  return found;
}

async function checkApplication(call: CallCloud, key: CloudKey, subAppId: number): Promise<Finding> {
  try {
    const { SubAppIdInfoSet } = await call('vod', 'DescribeSubAppIds', { Limit: 200 }, applications);
    const entry = SubAppIdInfoSet.find((one) => one.SubAppId === subAppId);
    if (entry?.Status === 'On')
      return finding('ok', 'VOD_SUB_APPID', {
        en: `application ${subAppId} is on`,
        zh: `应用 ${subAppId} 已启用`,
      });
    return finding('wrong', 'VOD_SUB_APPID', {
      en: `${entry === undefined ? 'there is no application' : `application is ${entry.Status}:`} ${subAppId}. Where to find it: VOD console, application list`,
      zh: `${entry === undefined ? '没有应用' : `应用状态为 ${entry.Status}：`} ${subAppId}。在哪里找：云点播控制台 → 应用管理`,
    });
  } catch (error) {
    return callFinding('VOD_SUB_APPID', error, key);
  }
}

async function checkProcedure(
  call: CallCloud,
  key: CloudKey,
  procedure: string,
  subAppId: string | undefined,
): Promise<Finding> {
  try {
    const asked = { Names: [procedure], ...(subAppId !== undefined && { SubAppId: Number(subAppId) }) };
    const { TotalCount } = await call('vod', 'DescribeProcedureTemplates', asked, procedures);
    if (TotalCount > 0)
      return finding('ok', 'VOD_PROCEDURE', {
        en: `task flow ${procedure} exists`,
        zh: `任务流 ${procedure} 存在`,
      });
    return finding('wrong', 'VOD_PROCEDURE', {
      en: `there is no task flow ${procedure}: uploads that name it fail. Where to find it: VOD console, task flow settings`,
      zh: `没有任务流 ${procedure}：上传会失败。在哪里找：云点播控制台 → 任务流设置`,
    });
  } catch (error) {
    return callFinding('VOD_PROCEDURE', error, key);
  }
}
