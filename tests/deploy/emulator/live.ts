import type * as live from 'tencentcloud-sdk-nodejs/tencentcloud/services/live/v20180801/live_models';
import { ApiRefusal } from './apiRefusal';
import { action, nothingElse, type ApiService } from './apiService';

/** What the console of the live service shows; a test changes it as an owner would. */
export interface LiveAccount {
  domains: { Name: string; Type: 0 | 1; Status: 0 | 1; BCName: 0 | 1; TargetDomain: string }[];
  /** Playback domains with a certificate. */
  withTls: string[];
  pushKeys: Map<string, { Enable: 0 | 1; MasterAuthKey: string; BackupAuthKey: string }>;
  playKeys: Map<string, { Enable: 0 | 1; AuthKey: string; AuthBackKey: string }>;
  callbackRules: { TemplateId: number; DomainName: string; AppName: string }[];
  callbackTemplates: live.CallBackTemplateInfo[];
  recordRules: { TemplateId: number; DomainName: string; AppName: string }[];
}

/** The live service (2018-08-01), as far as it is looked at. */
export function liveService(account: LiveAccount): ApiService {
  return {
    name: 'live',
    version: '2018-08-01',
    regional: false,
    actions: new Map([
      ['DescribeLiveDomains', action((asked: live.DescribeLiveDomainsRequest) => domains(account, asked))],
      [
        'DescribeLiveDomainCertBindings',
        action(({ DomainName, ...rest }: live.DescribeLiveDomainCertBindingsRequest) => {
          nothingElse(rest);
          const bound = account.withTls.filter((name) => DomainName === undefined || name === DomainName);
          return {
            LiveDomainCertBindings: bound.map((name) => ({ DomainName: name, Status: 1 })),
            TotalNum: bound.length,
          };
        }),
      ],
      [
        'DescribeLivePushAuthKey',
        action(({ DomainName, ...rest }: live.DescribeLivePushAuthKeyRequest) => {
          nothingElse(rest);
          return { PushAuthKeyInfo: { DomainName, AuthDelta: 60, ...keysOf(account.pushKeys, DomainName) } };
        }),
      ],
      [
        'DescribeLivePlayAuthKey',
        action(({ DomainName, ...rest }: live.DescribeLivePlayAuthKeyRequest) => {
          nothingElse(rest);
          return { PlayAuthKeyInfo: { DomainName, AuthDelta: 60, ...keysOf(account.playKeys, DomainName) } };
        }),
      ],
      ['DescribeLiveCallbackRules', action(() => ({ Rules: account.callbackRules }))],
      [
        'DescribeLiveCallbackTemplate',
        action(({ TemplateId, ...rest }: live.DescribeLiveCallbackTemplateRequest) => {
          nothingElse(rest);
          const Template = account.callbackTemplates.find((one) => one.TemplateId === TemplateId);
          if (Template === undefined) throw new ApiRefusal('ResourceNotFound', 'There is no such template.');
          return { Template };
        }),
      ],
      ['DescribeLiveRecordRules', action(() => ({ Rules: account.recordRules }))],
      [
        'DescribeLiveStreamOnlineList',
        action((asked: live.DescribeLiveStreamOnlineListRequest) => {
          const { DomainName: _domain, AppName: _app, PageNum = 1, PageSize = 10, ...rest } = asked;
          nothingElse(rest);
          return { TotalNum: 0, TotalPage: 0, PageNum, PageSize, OnlineInfo: [] };
        }),
      ],
    ]),
  };
}

function domains(account: LiveAccount, asked: live.DescribeLiveDomainsRequest): object {
  const { DomainPrefix = '', PageSize = 10, PageNum = 1, ...rest } = asked;
  nothingElse(rest);
  if (PageSize < 10 || PageSize > 100)
    throw new ApiRefusal('InvalidParameter', 'PageSize: expected 10 to 100.');
  const found = account.domains.filter(({ Name }) => Name.startsWith(DomainPrefix));
  return {
    AllCount: found.length,
    DomainList: found.slice((PageNum - 1) * PageSize, PageNum * PageSize),
    CreateLimitCount: 90,
  };
}

function keysOf<Keys>(keys: ReadonlyMap<string, Keys>, domain: string): Keys {
  const found = keys.get(domain);
  if (found === undefined)
    throw new ApiRefusal('ResourceNotFound.DomainNotExist', 'There is no such domain.');
  return found;
}
