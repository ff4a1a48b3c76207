import type { Secrets } from '../auth/load-secrets.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Settings } from '../config/settings.ts';
import type { AccessLog } from '../edge/access-log.ts';
import type { Metrics } from '../edge/metrics.ts';
import type { Store } from '../storage/ports/store.ts';
import { applyConfig } from './apply-config.ts';

/** What a reload works on. */
export interface ReloadParts {
  /** The settings of the start: what they say beside the routing stays in force until the next one. */
  readonly settings: Settings;
  readonly load: () => Promise<LoadedConfig>;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly metrics: Metrics;
  readonly log: AccessLog;
  /** Takes over what is in the store. */
  readonly refresh: () => Promise<void>;
  /** Takes over the routing settings; `false` if they are those in force. */
  readonly useRouting: (routing: Settings['routing']) => boolean;
}

const AT_THE_START: readonly (keyof Settings)[] = [
  'port',
  'host',
  'publicUrl',
  'trustedProxies',
  'logLevel',
  'drainGraceMs',
  'drainMs',
  'bodyBytesMax',
];

/** Takes over a changed configuration as a whole; the old one stays in force when it does not hold, and the reason is thrown. */
export function createReload(parts: ReloadParts): () => Promise<void> {
  const { settings, load, store, secrets, metrics, log, refresh, useRouting } = parts;
  return async () => {
    try {
      const next = await load();
      const { changed } = await applyConfig({ store, secrets, config: next, envProviders: false });
      const rerouted = useRouting(next.settings.routing);
      await refresh();
      metrics.configReload('ok');
      log.info(changed || rerouted ? 'the configuration was reloaded' : 'the configuration has not changed');
      const waiting = AT_THE_START.filter((name) => text(next.settings[name]) !== text(settings[name]));
      if (waiting.length > 0)
        log.warn('changed settings of the server count from the next start on', { change: waiting.join(', ') });
    } catch (error) {
      metrics.configReload('failed');
      const reason = error instanceof Error ? error.message : String(error);
      log.error('the configuration does not hold; the old one stays in force', { error: reason });
      throw error;
    }
  };
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
