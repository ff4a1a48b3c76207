import { createAuthenticator } from './auth/authenticator.ts';
import { loadSecrets } from './auth/load-secrets.ts';
import { controlPath } from './cli/workspace.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { AccessLog } from './edge/access-log.ts';
import { serveControl } from './edge/control-socket.ts';
import { createMetrics } from './edge/metrics.ts';
import { openapiText } from './edge/openapi.ts';
import type { EdgePorts } from './edge/ports.ts';
import { sendCallError } from './edge/send-error.ts';
import { createEdge } from './edge/server.ts';
import { createEgress } from './egress/create-egress.ts';
import { createKeyParser } from './identity/key-format.ts';
import { randomUnit } from './lib/random-unit.ts';
import { type AppliedConfig, applyConfig } from './main/apply-config.ts';
import { LiveCatalogue } from './main/live-catalogue.ts';
import { handleInference } from './pipeline/handle-inference.ts';
import { KeepaliveClock } from './pipeline/keepalive-clock.ts';
import { listModels } from './pipeline/list-models.ts';
import type { Call, PipelineDeps } from './pipeline/ports.ts';
import { operationOf } from './protocols/registry.ts';
import { FAILURE_CLASSES } from './routing/failure-class.ts';
import { Health } from './routing/health.ts';
import { openStore } from './storage/open-store.ts';
import { createRequestLogWriter } from './storage/request-log-writer.ts';
import { createSendUpstream } from './upstream/send-upstream.ts';

/** How the process was started. */
export interface StartOptions {
  readonly config: LoadedConfig;
  /** Reads the configuration again, for a reload. */
  readonly reload: () => Promise<LoadedConfig>;
  readonly log: AccessLog;
  readonly version: string;
  readonly envProviders: boolean;
  readonly migrate: boolean;
}

/** A running server. */
export interface Running {
  readonly url: string;
  readonly applied: AppliedConfig;
  /** Whether any API key exists yet. */
  readonly keyCount: number;
  /** Applies a changed configuration; the old one stays in force when it does not hold. */
  reload(): Promise<void>;
  /** Drains, then lets go of everything. */
  stop(): Promise<void>;
}

const POLL_MS = 1_000;
const DRAIN_GRACE_MS = 0;

/** Builds every adapter and starts listening. The one place where the parts meet. */
export async function startSaola(options: StartOptions): Promise<Running> {
  const { config, log, version } = options;
  const { settings } = config;
  const store = await openStore(
    settings.databaseUrl === undefined ? { dataDir: settings.dataDir } : { databaseUrl: settings.databaseUrl },
  );
  await (options.migrate ? store.migrations.up() : store.migrations.requireCurrent());
  const { secrets, installation } = await loadSecrets({ store, settings });
  const applied = await applyConfig({ store, secrets, config, envProviders: options.envProviders });
  const live = new LiveCatalogue(store.catalogue, secrets.opener);
  await live.refresh();
  const { accountById, snapshot, openSecret } = live;
  const peppers = [secrets.pepper];
  const keys = createAuthenticator({
    keyStore: store.keys,
    accountById,
    peppers,
    keyPrefix: installation.keyPrefix,
    now: Date.now,
  });
  await keys.refresh();

  const health = new Health(randomUnit);
  const egress = createEgress();
  const send = createSendUpstream({ egress, openSecret });
  const requestLog = createRequestLogWriter({
    log: store.requestLog,
    ping: () => store.ping(),
    onError: (error) =>
      log.error('the request log could not be written', { component: 'request-log', error: String(error) }),
  });
  let storeUp = true;
  const metrics = createMetrics({
    version,
    knownModels: () => snapshot().models,
    knownProviders: () => snapshot().providers,
    failureClasses: Object.keys(FAILURE_CLASSES),
    breakers: () => healthView().map(([provider, view]) => ({ provider, state: view.state })),
    inflight: () => edge.openCount(),
    openStreams: () => KeepaliveClock.size(),
    storeUp: () => storeUp,
  });
  const healthView = () =>
    [...snapshot().providers.values()].map(
      ({ provider }) => [provider.id, health.view(provider, performance.now())] as const,
    );
  const deps: PipelineDeps = {
    snapshot,
    health,
    send,
    now: () => performance.now(),
    rng: randomUnit,
    settings: settings.routing,
    sendError: (call, error) => {
      if (error.internal !== undefined) log.warn(error.message, { request_id: call.request.id, error: error.internal });
      sendCallError(call, error);
    },
    record: (record, timing) => {
      requestLog.append(record);
      log.request(record, timing);
      metrics.observe(record, timing);
    },
  };
  const parseKey = createKeyParser(installation.keyPrefix);
  const ports: EdgePorts = {
    authenticate: (token, address) => keys.authenticate(token, address),
    isOwnKey: (token) => parseKey(token) !== undefined,
    handleInference: ({ route, param }, request, principal, sink) => {
      if (route.operation === undefined) throw new Error(`route without an operation: ${route.path}`);
      const call: Call = { operation: operationOf(route.operation), request, principal, pathModel: param, sink };
      void handleInference(call, deps);
    },
    handleModels: ({ param }, request, principal) =>
      listModels({ snapshot: snapshot(), principal, request, id: param }),
    metrics: () => metrics.scrape(),
    notReady: () => (storeUp ? undefined : 'the store does not answer'),
    openapi: () => openapiText(version),
    onRefused: (reason) => metrics.refused(reason),
    onFault: (error, requestId) =>
      log.error('a request failed inside', { request_id: requestId, error: String(error) }),
  };
  const { trustedProxies, publicUrl } = settings;
  const edge = createEdge({ ports, trustedProxies, publicUrl, limits: { bodyBytesMax: settings.bodyBytesMax } });

  const refresh = async () => {
    try {
      await live.refresh();
      await keys.refresh();
      await keys.flushLastUsed();
      storeUp = true;
    } catch (error) {
      if (storeUp) log.error('the store does not answer', { component: 'store', error: String(error) });
      storeUp = false;
    }
  };
  const reload = async () => {
    try {
      const { changed } = await applyConfig({ store, secrets, config: await options.reload(), envProviders: false });
      await refresh();
      metrics.configReload('ok');
      log.info(changed ? 'the configuration was reloaded' : 'the configuration has not changed');
    } catch (error) {
      metrics.configReload('failed');
      log.error('the configuration does not hold; the old one stays in force', {
        error: error instanceof Error ? error.message : String(error),
      });
      throw error;
    }
  };
  const { port, address } = await edge.listen({ host: settings.host, port: settings.port });
  const control = await serveControl(controlPath(settings.dataDir), {
    refresh,
    reload,
    health: () => Promise.resolve(Object.fromEntries(healthView())),
  });
  const poll = setInterval(() => void refresh(), POLL_MS);
  const host = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${host}:${port}`,
    applied,
    keyCount: keys.size(),
    reload,
    async stop() {
      clearInterval(poll);
      await edge.drain({ graceMs: DRAIN_GRACE_MS, limitMs: settings.drainMs });
      await control?.close();
      await requestLog.close();
      await egress.destroy();
      await store.close();
      log.flushSync();
    },
  };
}
