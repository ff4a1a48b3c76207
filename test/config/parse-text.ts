import { ConfigError } from '../../src/config/config-error.ts';
import { type ParsedConfig, parseConfig } from '../../src/config/load-config.ts';

/** Parses the text of a file named saola.yaml. */
export function parseText(text: string, env: Record<string, string> = {}): ParsedConfig {
  return parseConfig(text, { env, file: 'saola.yaml' });
}

/** The lines that an operator reads when the text is refused; none when it holds. */
export function complaintsOf(text: string, env: Record<string, string> = {}): readonly string[] {
  try {
    parseText(text, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}
