import type { ApiService } from './apiService';
import type { Instances } from './instances';
import { domainActions } from './scfDomains';
import { functionActions } from './scfFunctions';
import { invokeActions } from './scfInvoke';
import type { ScfState } from './scfState';
import { triggerActions } from './scfTriggers';
import { versionActions } from './scfVersions';

/** The cloud functions themselves (2018-04-16). */
export function scfService(state: ScfState, instances: Instances): ApiService {
  return {
    name: 'scf',
    version: '2018-04-16',
    regional: true,
    actions: new Map([
      ...functionActions(state),
      ...versionActions(state),
      ...triggerActions(state),
      ...domainActions(state),
      ...invokeActions(state, instances),
    ]),
  };
}
