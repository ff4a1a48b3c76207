import { describe, expect, test } from 'vitest';
import { type Ban, bans } from './banned-tokens.ts';
import { codeOf, parse } from './code-of.ts';
import { sources, textOf } from './tree.ts';

interface Reading {
  readonly file: string;
  readonly code: readonly string[];
  readonly text: readonly string[];
}

function read(file: string, text: string): Reading {
  return { file, code: codeOf(parse(file, text)).split('\n'), text: text.split('\n') };
}

/** `// tidy-allow NAME: reason` on the line, or on the one above it. */
function isAllowed(ban: Ban, text: readonly string[], line: number): boolean {
  const mark = new RegExp(`// tidy-allow ${ban.name}: \\S`);
  return mark.test(text[line] ?? '') || mark.test(text[line - 1] ?? '');
}

function findIn(ban: Ban, { file, code, text }: Reading): readonly string[] {
  if (!ban.applies(file)) return [];
  const lines = code.flatMap((line, index) => (ban.token.test(line) && !isAllowed(ban, text, index) ? [index] : []));
  return lines.map((line) => `${file}:${line + 1}: ${text[line]?.trim()} - use ${ban.instead}`);
}

const readings = sources.map((file) => read(file, textOf(file)));

describe('tokens that do not belong where they stand', () => {
  test.each(bans.map((ban) => [ban.name, ban] as const))('%s', (_name, ban) => {
    expect(readings.flatMap((reading) => findIn(ban, reading))).toEqual([]);
  });
});

describe('the search', () => {
  const clock = bans.find((ban) => ban.name === 'clock');

  test.each([
    ['code', 'const a = Date.now();', 1],
    ['inside a template', `const a = \`at \${Date.now()}\`;`, 1],
    ['a comment', '// Date.now() is banned here', 0],
    ['a string', "const a = 'Date.now()';", 0],
    ['allowed with a reason', '// tidy-allow clock: shown to people only\nconst a = Date.now();', 0],
    ['allowed without a reason', '// tidy-allow clock:\nconst a = Date.now();', 1],
  ])('%s', (_name, text, found) => {
    if (clock === undefined) throw new Error('the ban on clocks is gone');
    expect(findIn(clock, read('src/routing/planted.ts', text))).toHaveLength(found);
    expect(findIn(clock, read('src/edge/planted.ts', text))).toEqual([]);
  });
});
