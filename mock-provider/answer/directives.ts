import { BadRequest } from '../bad-request.ts';
import type { JsonObject } from '../json-value.ts';

/** What a prompt may tell the mock to do. */
export type Directive =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'words'; readonly count: number }
  | { readonly type: 'tool'; readonly name: string; readonly input: JsonObject | string }
  | { readonly type: 'write'; readonly path: string; readonly text: string }
  | { readonly type: 'read'; readonly path: string }
  | { readonly type: 'shell'; readonly command: string }
  | { readonly type: 'fault'; readonly spec: string }
  | { readonly type: 'then' };

/** A directive that calls a tool. */
export type ToolDirective = Extract<Directive, { type: 'tool' | 'write' | 'read' | 'shell' }>;

/** How each directive begins. */
export const DIRECTIVE_START = '[[mock:';

/** All directives of a text, in order; throws {@link BadRequest} at one that cannot be read. */
export function parseDirectives(text: string): readonly Directive[] {
  const directives: Directive[] = [];
  let at = text.indexOf(DIRECTIVE_START);
  while (at !== -1) {
    const start = at + DIRECTIVE_START.length;
    const end = endOfDirective(text, start);
    if (end === -1) {
      throw new BadRequest(`mock: unfinished directive: ${text.slice(at, at + 60)}`);
    }
    const directive = parseDirective(text.slice(start, end).trim());
    if (directive === undefined) {
      throw new BadRequest(`mock: unknown directive: ${text.slice(at, end + 2)}`);
    }
    directives.push(directive);
    at = text.indexOf(DIRECTIVE_START, end);
  }
  return directives;
}

/** The JSON of a tool directive may hold `]]` itself, so brackets inside it are skipped. */
function endOfDirective(text: string, start: number): number {
  const close = text.indexOf(']]', start);
  const brace = text.indexOf('{', start);
  if (!/^\s*tool\s/.test(text.slice(start, start + 8)) || brace === -1 || brace > close) {
    return close;
  }
  return text.indexOf(']]', endOfObject(text, brace));
}

function endOfObject(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') {
        at += 1;
      } else if (char === '"') {
        quoted = false;
      }
    } else if (char === '"') {
      quoted = true;
    } else if (char === '{') {
      depth += 1;
    } else if (char === '}') {
      depth -= 1;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return text.length;
}

function parseDirective(inner: string): Directive | undefined {
  const [verb, rest] = cutWord(inner);
  switch (verb) {
    case 'text':
      return { type: 'text', text: rest };
    case 'words':
      return /^\d{1,6}$/.test(rest) ? { type: 'words', count: Number(rest) } : undefined;
    case 'tool':
      return parseTool(rest);
    case 'write': {
      const [path, text] = cutWord(rest);
      return path === '' ? undefined : { type: 'write', path, text };
    }
    case 'read':
      return rest === '' ? undefined : { type: 'read', path: rest };
    case 'shell':
      return rest === '' ? undefined : { type: 'shell', command: rest };
    case 'fault':
      return { type: 'fault', spec: rest };
    case 'then':
      return { type: 'then' };
    default:
      return undefined;
  }
}

/** Arguments that are not a JSON object are the raw input of a custom tool. */
function parseTool(rest: string): Directive | undefined {
  const [name, input] = cutWord(rest);
  if (name === '') {
    return undefined;
  }
  if (input === '') {
    return { type: 'tool', name, input: {} };
  }
  if (!input.startsWith('{')) {
    return { type: 'tool', name, input };
  }
  try {
    return { type: 'tool', name, input: JSON.parse(input) as JsonObject };
  } catch {
    return undefined;
  }
}

function cutWord(text: string): [word: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}
