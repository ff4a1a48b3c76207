import ts from 'typescript';
import { expect, test } from 'vitest';
import { parse } from './code-of.ts';
import { isTestCode, sources, textOf } from './tree.ts';

const fileLinesMax = 400;
const medianLinesMax = 80;
const functionLinesMax = 70;
const nestingMax = 3;
const parametersMax = 3;

/** Files above the limit, each with the reason why cutting it would make it harder to read. */
const longFiles: Readonly<Record<string, string>> = {
  'test/blackbox/failover.test.ts': 'one table of failure classes over one set of upstreams, read from top to bottom',
};

const written = sources.filter((file) => !isTestCode(file) && !file.endsWith('.d.ts'));
const lineCount = (file: string): number => textOf(file).trimEnd().split('\n').length;

type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration;

function isFunction(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node)
  );
}

function functionsIn(file: ts.SourceFile): readonly FunctionNode[] {
  const found: FunctionNode[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isBranch(node: ts.Node): boolean {
  return (
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isSwitchStatement(node) ||
    ts.isTryStatement(node)
  );
}

/** How many branches and loops lie in each other; `else if` is not deeper than its `if`, an inner function starts anew. */
function nestingOf(node: ts.Node): number {
  let deepest = 0;
  ts.forEachChild(node, (child) => {
    if (isFunction(child)) return;
    const isElseIf = ts.isIfStatement(child) && ts.isIfStatement(node) && node.elseStatement === child;
    deepest = Math.max(deepest, nestingOf(child) + (isBranch(child) && !isElseIf ? 1 : 0));
  });
  return deepest;
}

function linesOf(node: ts.Node, file: ts.SourceFile): number {
  const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
  return file.getLineAndCharacterOfPosition(node.end).line - first + 1;
}

/** Every function of the written code that `problem` has something to say about. */
function complaints(problem: (node: FunctionNode, file: ts.SourceFile) => string | undefined): readonly string[] {
  return written.flatMap((name) => {
    const file = parse(name, textOf(name));
    return functionsIn(file).flatMap((node) => {
      const text = problem(node, file);
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
      return text === undefined ? [] : [`${name}:${line}: ${text}`];
    });
  });
}

test(`no file is longer than ${fileLinesMax} lines without a reason`, () => {
  const long = sources.filter((file) => lineCount(file) > fileLinesMax && longFiles[file] === undefined);
  expect(long.map((file) => `${file}: ${lineCount(file)} lines`)).toEqual([]);
});

test('the list of long files holds long files only', () => {
  expect(Object.keys(longFiles).filter((file) => !sources.includes(file) || lineCount(file) <= fileLinesMax)).toEqual(
    [],
  );
});

test(`half of the files have at most ${medianLinesMax} lines`, () => {
  const counts = written.map(lineCount).sort((a, b) => a - b);
  expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(medianLinesMax);
});

test(`no function is longer than ${functionLinesMax} lines`, () => {
  const found = complaints((node, file) => {
    const lines = linesOf(node, file);
    return lines > functionLinesMax ? `${lines} lines` : undefined;
  });
  expect(found).toEqual([]);
});

test(`no function nests deeper than ${nestingMax}`, () => {
  const found = complaints((node) => {
    const depth = node.body === undefined ? 0 : nestingOf(node.body);
    return depth > nestingMax ? `nesting ${depth}` : undefined;
  });
  expect(found).toEqual([]);
});

/** `(a, b, c, d) => ({ a, b, c, d })`: makes the rows of a table, whose columns are read from above. */
function makesRows(node: FunctionNode): boolean {
  if (node.body === undefined || node.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)) return false;
  if (!ts.isBlock(node.body)) return true;
  const [only, ...more] = node.body.statements;
  return more.length === 0 && only !== undefined && ts.isReturnStatement(only);
}

test(`no function takes more than ${parametersMax} parameters`, () => {
  const found = complaints((node) => {
    // The shape of a callback or of a method of an interface is decided by whoever calls it.
    const own = ts.isFunctionDeclaration(node) || (ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent));
    if (!own || makesRows(node)) return undefined;
    return node.parameters.length > parametersMax ? `${node.parameters.length} parameters` : undefined;
  });
  expect(found).toEqual([]);
});
