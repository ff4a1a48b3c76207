import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isScalar, type Scalar, visit } from 'yaml';
import type { ConfigProblem } from './config-error.ts';
import type { Environment } from './env.ts';
import type { ConfigDocument } from './parse-yaml.ts';

/** From where `${...}` is filled. */
export interface InterpolationSource {
  readonly env: Environment;
  /** Relative paths in `${file:...}` start here. */
  readonly folder: string;
}

const PLACEHOLDER = /\$(\$\{)|\$\{([^}]*)\}|\$\{/g;
const LITERAL = 'write two dollar signs for a literal one before a brace';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Fills `${NAME}` and `${file:/path}` in all values of the document, in place; `$${` stands for a literal `${`. What is
 * filled in is text and is not read again. Returns what could not be filled, with its position; never a value.
 */
export function interpolate(document: ConfigDocument, source: InterpolationSource): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document.yaml, {
    Scalar(key, node) {
      if (key === 'key' || !isText(node) || !node.value.includes('${')) return;
      const fill = (problem: string): string => {
        problems.push({ ...document.at(node), message: problem });
        return '';
      };
      node.value = node.value.replace(PLACEHOLDER, (_all, escaped?: string, inner?: string) => {
        if (escaped !== undefined) return escaped;
        const found = lookUp(inner, source);
        return found.ok ? found.text : fill(found.problem);
      });
    },
  });
  return problems;
}

type Found = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string };

function isText(node: Scalar): node is Scalar<string> {
  return isScalar(node) && typeof node.value === 'string';
}

function lookUp(inner: string | undefined, { env, folder }: InterpolationSource): Found {
  if (inner === undefined) return failed(`a placeholder has no closing brace; ${LITERAL}`);
  if (inner.startsWith('file:')) return readText(path.resolve(folder, inner.slice('file:'.length)));
  if (!NAME.test(inner)) return failed(`a placeholder holds the name of a variable or "file:" and a path; ${LITERAL}`);
  const text = env[inner];
  if (text === undefined) return failed(`environment variable ${inner} is not set`);
  return text === '' ? failed(`environment variable ${inner} is empty`) : { ok: true, text };
}

function readText(file: string): Found {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? failed(`file ${file} is empty`) : { ok: true, text };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return failed(`cannot read file ${file} (${code})`);
  }
}

function failed(problem: string): Found {
  return { ok: false, problem };
}
