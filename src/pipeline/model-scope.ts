import type { Principal } from '../identity/api-key.ts';
import { modelAllowed } from '../identity/model-allowed.ts';
import type { ModelScope } from '../routing/resolve-model.ts';

/** What a principal may use: its account's groups, its key's list, and for test keys simulated models only. */
export function scopeOf(principal: Principal): ModelScope {
  return {
    groups: principal.groups,
    allows: (modelId) => modelAllowed(principal.allowedModels, modelId),
    simulatedOnly: principal.mode === 'test',
  };
}
