import type { z } from 'zod';
import { nearestName } from '../lib/nearest-name.ts';
import { type ConfigProblem, suggestion } from './config-error.ts';
import type { ConfigDocument, ConfigPath } from './parse-yaml.ts';
import { configSchema } from './schema.ts';

/** The schema's findings with their places, unknown keys with the nearest name. */
export function schemaProblems(document: ConfigDocument, issues: readonly z.core.$ZodIssue[]): ConfigProblem[] {
  return issues.flatMap((issue): ConfigProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(issue.path);
      return issue.keys.map((key) => ({
        ...document.keyAt([...issue.path, key]),
        message: `unknown key "${key}"${suggestion(nearestName(key, known))}`,
      }));
    }
    if (issue.code === 'invalid_value' && issue.values.length > 1) {
      const names = issue.values.map(String);
      const given = textAt(document, issue.path);
      const near = given === undefined ? undefined : nearestName(given, names);
      const list = names.length > 8 ? '' : ` (${names.join(', ')})`;
      return [
        {
          ...document.valueAt(issue.path),
          message: `${nameOf(issue.path)} has no such value${list}${suggestion(near)}`,
        },
      ];
    }
    if (issue.code === 'invalid_type' && !document.yaml.hasIn([...issue.path]))
      return [{ ...document.valueAt(issue.path), message: `${nameOf(issue.path)} is missing` }];
    const fault = issue.message.replace(/^Invalid input: /, '');
    return [{ ...document.valueAt(issue.path), message: `${nameOf(issue.path)}: ${fault}` }];
  });
}

/** `models[2].deployments[0].weight`. */
export function nameOf(path: ConfigPath): string {
  if (path.length === 0) return 'the configuration';
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

function textAt(document: ConfigDocument, path: ConfigPath): string | undefined {
  const value: unknown = document.yaml.getIn([...path]);
  return typeof value === 'string' && value.length <= 64 ? value : undefined;
}

/** The keys that the schema knows at a path; lists are stepped into. */
function knownKeys(path: ConfigPath): string[] {
  let schema: unknown = configSchema;
  for (const step of path) schema = childOf(unwrap(schema), step);
  const found = unwrap(schema) as Wrapped | undefined;
  return found?.shape === undefined ? (found?.def?.keyType?.options ?? []) : Object.keys(found.shape);
}

interface Wrapped {
  readonly def?: {
    readonly innerType?: unknown;
    readonly element?: unknown;
    readonly valueType?: unknown;
    readonly keyType?: { readonly options?: string[] };
  };
  readonly shape?: Record<string, unknown>;
}

function unwrap(schema: unknown): unknown {
  let current = schema as Wrapped | undefined;
  while (current?.def?.innerType !== undefined) current = current.def.innerType as Wrapped;
  return current;
}

function childOf(schema: unknown, step: PropertyKey): unknown {
  const { def, shape } = (schema ?? {}) as Wrapped;
  return shape?.[String(step)] ?? def?.element ?? def?.valueType;
}
