import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Gateway, type Tool, toolOf } from './run-tool.ts';

/** Codex with an empty home; it speaks Responses. */
export async function codex({ url, key, dataDir }: Gateway): Promise<Tool> {
  const home = await mkdtemp(path.join(dataDir, 'codex-'));
  await writeFile(
    path.join(home, 'config.toml'),
    `model = "openai/gpt-5.2-codex"
model_provider = "gw"
check_for_update_on_startup = false
[features]
plugins = false
[analytics]
enabled = false
[model_providers.gw]
name = "gw"
base_url = "${url}/v1"
env_key = "GW_KEY"
wire_api = "responses"
`,
  );
  const flags = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--ephemeral'];
  const args = (prompt: string, work: string) => ['exec', ...flags, '-C', work, prompt];
  return toolOf({ name: 'codex', args, env: { HOME: home, CODEX_HOME: home, GW_KEY: key } }, dataDir);
}
