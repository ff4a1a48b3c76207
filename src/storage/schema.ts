import type { UsageUnit } from '../canonical/usage.ts';

/** Integers are bigint in both engines; booleans are 0n and 1n; JSON is text that SQL never looks into. */
type Int = bigint;
type Bool = bigint;
type Json = string;

/** One row, decided once. */
type InstallationTable = {
  one: Int;
  id: string;
  created: Int;
  key_prefix: string;
  secret_key_check: string;
  pepper_check: string;
};

/** Change versions: raised in the transaction of the change, so they are visible in commit order. */
type CounterTable = {
  name: string;
  value: Int;
};

type AccountTable = {
  id: string;
  name: string;
  billing: string;
  opening_credits: Int | null;
  groups: Json;
  state: string;
  managed_by: string;
  position: Int;
  created: Int;
};

type ApiKeyTable = {
  id: string;
  account_id: string;
  name: string;
  mode: string;
  secret_hmac: Uint8Array;
  pepper_id: string;
  last4: string;
  state: string;
  created: Int;
  expires: Int | null;
  allowed_models: Json | null;
  allowed_ips: Json | null;
  last_used: Int | null;
  version: Int;
};

type CatalogueDigestTable = {
  one: Int;
  digest: string;
  applied: Int;
};

type ProviderTable = {
  id: string;
  position: Int;
  managed_by: string;
  preset: string | null;
  endpoints: Json;
  auth: Json;
  extra_headers: Json;
  quirks: Json;
  timeouts: Json;
  allow_private_network: Bool;
  vendor: Bool;
};

type ProviderKeyTable = {
  id: string;
  provider_id: string;
  position: Int;
  weight: Int;
  hint: string;
  requests_per_min: Int | null;
  concurrency: Int | null;
  origin: string;
  secret_version: Int;
  data_key_id: string;
  sealed: Uint8Array;
};

type ModelTable = {
  id: string;
  position: Int;
  managed_by: string;
  display_name: string | null;
  aliases: Json;
  /** `none`: no price, so not for sale; `free`; `rates`: those of `model_price`. */
  pricing: string;
  context_length: Int | null;
  output_tokens_max: Int | null;
  created: Int;
  simulated: Bool;
};

type ModelPriceTable = {
  model_id: string;
  unit: string;
  rate: Int;
};

type DeploymentTable = {
  id: string;
  model_id: string;
  provider_id: string;
  position: Int;
  upstream_model: string;
  group_name: string;
  tier: Int;
  weight: Int;
  echo_model: Bool;
  protocols: Json | null;
};

type DataKeyTable = {
  id: string;
  tenant: string;
  generation: Int;
  kek_id: string;
  wrapped: Uint8Array;
  created: Int;
};

/** A column of quantities per unit; NULL: not reported. */
type QuantityColumns = { [Unit in UsageUnit as `q_${Unit}`]: Int | null };

type RequestLogTable = QuantityColumns & {
  id: string;
  account_id: string;
  key_id: string;
  protocol: string;
  endpoint: string;
  model: string;
  response_model: string | null;
  provider: string | null;
  group_name: string | null;
  stream: Bool;
  http_status: Int;
  outcome: string;
  error_code: string | null;
  finish_reason: string | null;
  usage_source: string;
  started: Int;
  /** Days since 1970 (UTC), worked out when written. */
  day: Int;
  ttft_ms: Int | null;
  duration_ms: Int;
  route: string;
  session_id: string | null;
  agent_id: string | null;
  tool: string | null;
  tags: Json | null;
  client_ip: string | null;
  upstream_id: string | null;
  attempts: Json;
};

/** Tables of the ledger part: everything but the request log. */
export type LedgerSchema = {
  installation: InstallationTable;
  counter: CounterTable;
  account: AccountTable;
  api_key: ApiKeyTable;
  catalogue_digest: CatalogueDigestTable;
  provider: ProviderTable;
  provider_key: ProviderKeyTable;
  model: ModelTable;
  model_price: ModelPriceTable;
  deployment: DeploymentTable;
  data_key: DataKeyTable;
};

/** Tables of the requests part. */
export type RequestsSchema = {
  request_log: RequestLogTable;
};
