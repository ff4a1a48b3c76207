import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { type Gateway, type Tool, toolOf } from './run-tool.ts';

/** Claude Code with an empty home; it speaks Anthropic messages. */
export async function claudeCode({ url, key, dataDir }: Gateway): Promise<Tool> {
  const env = {
    HOME: await mkdtemp(path.join(dataDir, 'claude-')),
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: key,
    ANTHROPIC_MODEL: 'anthropic/claude-sonnet-4-6',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'anthropic/claude-sonnet-4-6',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
  const args = (prompt: string) => ['-p', prompt, '--allowedTools', 'Write,Read,Bash'];
  return toolOf({ name: 'claude', args, env }, dataDir);
}
