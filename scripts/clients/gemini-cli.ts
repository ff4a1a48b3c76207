import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Gateway, type Tool, toolOf } from './run-tool.ts';

const SETTINGS = {
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true },
  security: { auth: { selectedType: 'gemini-api-key' } },
};

/** Gemini CLI with an empty home; it speaks Gemini. */
export async function geminiCli({ url, key, dataDir }: Gateway): Promise<Tool> {
  const home = await mkdtemp(path.join(dataDir, 'gemini-'));
  await mkdir(path.join(home, '.gemini'));
  await writeFile(path.join(home, '.gemini', 'settings.json'), JSON.stringify(SETTINGS));
  const env = {
    HOME: home,
    GEMINI_API_KEY: key,
    GOOGLE_GEMINI_BASE_URL: url,
    // Without it the tool starts itself a second time.
    GEMINI_CLI_NO_RELAUNCH: 'true',
  };
  const flags = ['-m', 'google/gemini-2.5-pro', '--approval-mode', 'yolo', '--skip-trust'];
  return toolOf({ name: 'gemini', args: (prompt) => ['-p', prompt, ...flags], env }, dataDir);
}
