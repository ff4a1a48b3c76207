import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigProblem } from './config-error.ts';

/** A way into a configuration: keys of maps and indexes of lists. */
export type ConfigPath = readonly PropertyKey[];

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed configuration file that knows where everything stands. */
export interface ConfigDocument {
  readonly yaml: Document.Parsed;
  /** Of the value at the path, or of the nearest thing above it. */
  readonly valueAt: (path: ConfigPath) => Position;
  /** Of the key at the end of the path. */
  readonly keyAt: (path: ConfigPath) => Position;
  readonly at: (node: Node) => Position;
  readonly problems: readonly ConfigProblem[];
}

/** Parses YAML 1.2, and JSON, which is part of it; what is wrong with the text is in `problems`. */
export function parseYaml(text: string): ConfigDocument {
  const lineCounter = new LineCounter();
  const yaml = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, logLevel: 'silent' });
  const position = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const at = (node: Node): Position => position(node.range?.[0] ?? 0);
  const faults = [...yaml.errors, ...yaml.warnings];
  return {
    yaml,
    at,
    valueAt: (path) => at(walk(yaml, path).node ?? emptyNode(yaml)),
    keyAt: (path) => {
      const { key, node } = walk(yaml, path);
      return at(key ?? node ?? emptyNode(yaml));
    },
    problems: faults.map((fault) => ({ ...position(fault.pos[0]), message: fault.message })),
  };
}

interface Place {
  readonly node: Node | undefined;
  readonly key: Node | undefined;
}

/** Goes down as far as the path leads; a missing key has the place of the map that lacks it. */
function walk(yaml: Document.Parsed, path: ConfigPath): Place {
  let place: Place = { node: resolve(yaml, yaml.contents), key: undefined };
  for (const step of path) {
    const next = child(yaml, place.node, step);
    if (next === undefined) return { node: place.node, key: undefined };
    place = next;
  }
  return place;
}

function child(yaml: Document.Parsed, node: Node | undefined, step: PropertyKey): Place | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? { node: resolve(yaml, item), key: undefined } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  if (pair === undefined || !isNode(pair.key)) return undefined;
  return { node: isNode(pair.value) ? resolve(yaml, pair.value) : pair.key, key: pair.key };
}

function resolve(yaml: Document.Parsed, node: Node | null): Node | undefined {
  if (isAlias(node)) return node.resolve(yaml) ?? node;
  return node ?? undefined;
}

function emptyNode(yaml: Document.Parsed): Node {
  return yaml.contents ?? yaml.createNode('');
}
