import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The JSON Schema of the configuration file, which editors read. Shipped as `schema.json`. */
export function configJsonSchema(): unknown {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'Saola configuration' };
}
