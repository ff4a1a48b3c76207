import { createAuthenticator } from './auth/authenticator.ts';
import { loadSecrets } from './auth/load-secrets.ts';
import { controlPath } from './cli/workspace.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Settings } from './config/settings.ts';
import type { AccessLog } from './edge/access-log.ts';
import { serveControl } from './edge/control-socket.ts';
import { createMetrics, type Metrics } from './edge/metrics.ts';
import { createEdge } from './edge/server.ts';
import { createEgress } from './egress/create-egress.ts';
import { randomUnit } from './lib/random-unit.ts';
import { type AppliedConfig, applyConfig } from './main/apply-config.ts';
import { createPipelineDeps } from './main/create-pipeline-deps.ts';
import { createPorts } from './main/create-ports.ts';
import { createReload } from './main/create-reload.ts';
import { LiveCatalogue } from './main/live-catalogue.ts';
import { StoreLink } from './main/store-link.ts';
import { KeepaliveClock } from './pipeline/keepalive-clock.ts';
import { FAILURE_CLASSES } from './routing/failure-class.ts';
import { Health } from './routing/health.ts';
import { openStore } from './storage/open-store.ts';
import type { Store } from './storage/ports/store.ts';
import { createRequestLogWriter } from './storage/request-log-writer.ts';
import { createSendUpstream } from './upstream/send-upstream.ts';

/** How the process was started. */
export interface StartOptions {
  readonly config: LoadedConfig;
  /** Reads the configuration again, for a reload. */
  readonly load: () => Promise<LoadedConfig>;
  readonly log: AccessLog;
  readonly version: string;
  readonly envProviders: boolean;
  readonly migrate: boolean;
}

/** A running server. */
export interface Running {
  readonly url: string;
  readonly applied: AppliedConfig;
  /** How many API keys there are. */
  readonly keyCount: number;
  /** An account that a first key can be made for. */
  readonly accountName: string | undefined;
  /** Applies a changed configuration; the old one stays in force when it does not hold, and the reason is thrown. */
  reload(): Promise<void>;
  /** Says that it is not ready, goes on for `graceMs`, drains, then lets go of everything. */
  stop(options: { readonly graceMs: number }): Promise<void>;
}

const POLL_MS = 1_000;

/** Opens the store and starts on it; a start that fails lets go of it, since its threads would keep the process alive. */
export async function startSaola(options: StartOptions): Promise<Running> {
  const { dataDir, databaseUrl } = options.config.settings;
  const store = await openStore(databaseUrl === undefined ? { dataDir } : { databaseUrl });
  try {
    return await startOn(store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Builds every adapter and starts listening. The one place where the parts meet. */
async function startOn(store: Store, options: StartOptions): Promise<Running> {
  const { config, log, version, envProviders } = options;
  const { settings } = config;
  const { dataDir, trustedProxies, publicUrl, bodyBytesMax } = settings;
  await (options.migrate ? store.migrations.up() : store.migrations.requireCurrent());
  const { secrets, installation } = await loadSecrets({ store, settings });
  const applied = await applyConfig({ store, secrets, config, envProviders });
  const live = new LiveCatalogue(store.catalogue, secrets.opener);
  const keys = createAuthenticator({
    keyStore: store.keys,
    accountById: live.accountById,
    peppers: [secrets.pepper],
    keyPrefix: installation.keyPrefix,
    now: Date.now,
  });
  await live.refresh();
  await keys.refresh();
  const link = new StoreLink({ live, keys, log });
  const health = new Health(randomUnit);
  const egress = createEgress();
  const onError = (error: unknown) => log.error('the request log could not be written', { error: String(error) });
  const requestLog = createRequestLogWriter({ log: store.requestLog, ping: () => store.ping(), onError });
  const metrics = metricsOf({ live, health, version, inflight: () => edge.openCount(), storeUp: () => link.up });
  const send = createSendUpstream({ egress, openSecret: live.openSecret });
  let { routing } = settings;
  const pipeline = createPipelineDeps({ settings: () => routing, live, health, send, requestLog, metrics, log });
  const { keyPrefix } = installation;
  const ports = createPorts({ keys, keyPrefix, pipeline, metrics, log, version, storeUp: () => link.up });
  const edge = createEdge({ ports, trustedProxies, publicUrl, limits: { bodyBytesMax } });

  const useRouting = (next: Settings['routing']) => {
    const differs = JSON.stringify(next) !== JSON.stringify(routing);
    routing = next;
    return differs;
  };
  const { refresh } = link;
  const reload = createReload({ settings, load: options.load, store, secrets, metrics, log, refresh, useRouting });
  const { port, address } = await edge.listen({ host: settings.host, port: settings.port });
  const control = await serveControl(controlPath(dataDir), {
    refresh,
    reload,
    health: () => Promise.resolve(Object.fromEntries(healthView(live, health))),
  });
  link.follow(POLL_MS);
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    applied,
    keyCount: keys.size(),
    accountName: [...live.snapshot().accounts.values()].find(({ state }) => state === 'active')?.name,
    reload,
    async stop({ graceMs }) {
      await edge.drain({ graceMs, limitMs: settings.drainMs });
      // Behind the drain: a key that is revoked meanwhile must not be taken.
      link.stop();
      await control?.close();
      await requestLog.close();
      await egress.destroy();
      await store.close();
      log.flushSync();
    },
  };
}

function healthView(live: LiveCatalogue, health: Health) {
  const providers = [...live.snapshot().providers.values()];
  return providers.map(({ provider }) => [provider.id, health.view(provider, performance.now())] as const);
}

interface MetricsParts {
  readonly live: LiveCatalogue;
  readonly health: Health;
  readonly version: string;
  readonly inflight: () => number;
  readonly storeUp: () => boolean;
}

function metricsOf({ live, health, ...rest }: MetricsParts): Metrics {
  return createMetrics({
    ...rest,
    knownModels: () => live.snapshot().models,
    knownProviders: () => live.snapshot().providers,
    failureClasses: Object.keys(FAILURE_CLASSES),
    breakers: () => healthView(live, health).map(([provider, { state }]) => ({ provider, state })),
    openStreams: () => KeepaliveClock.size(),
  });
}
