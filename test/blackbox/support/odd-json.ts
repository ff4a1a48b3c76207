import fc from 'fast-check';

/** JSON as text that a parser and a printer would not give back: odd numbers, escapes, white space, any order of keys. */

const space = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n  ');
const number = fc.constantFrom(
  ...['0', '-0', '1.0', '1e400', '-1E+2', '0.10', '12345678901234567890123', '9007199254740993', '1e-7', '7'],
);
const character = fc.oneof(
  fc.constantFrom(
    '\\u0041',
    '\\/',
    '\\n',
    '\\"',
    '\\\\',
    '\\ud83d\\ude00',
    '\\ud800',
    '😀',
    'ế',
    '\u2028',
    '"usage\\":{'.slice(1),
  ),
  fc.constantFrom('a', ' ', '[DONE]', 'data: x', '}', ']', '{', '[', ',', ':', 'id: 7', "'"),
);

/** A string literal with its quotes. */
export const oddString = fc.array(character, { maxLength: 8 }).map((parts) => `"${parts.join('')}"`);

const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    number,
    oddString,
    fc.constantFrom('true', 'false', 'null', '[]', '{}', '[ ]', '{\n}'),
    fc.array(fc.tuple(space, tie('tree'), space), { minLength: 1, maxLength: 4 }).map((items) => `[${joined(items)}]`),
    fc
      .array(fc.tuple(space, oddString, space, tie('tree'), space), { minLength: 1, maxLength: 4 })
      .map((items) => `{${items.map(([a, key, b, value, c]) => `${a}${key}${b}:${value}${c}`).join(',')}}`),
  ),
}));

/** Any value as odd text. */
export const oddValue = tree;

function joined(items: readonly (readonly string[])[]): string {
  return items.map((parts) => parts.join('')).join(',');
}

/** A top-level member of an object: its key and value as text, and the text of the value behind the gateway. */
export interface Member {
  readonly key: string;
  readonly value: string;
  /** The value with what follows it, as the upstream gets it; the value itself unless it is rewritten. */
  readonly after: string;
}

/** A member that nobody rewrites. */
export function plain(key: string, value: string): Member {
  return { key: JSON.stringify(key), value, after: value };
}

const unknown = fc
  .uniqueArray(fc.tuple(fc.constantFrom('x_a', 'x-b', 'é', 'x.c', 'temperature', 'x d', 'tools'), oddValue), {
    maxLength: 5,
    selector: ([key]) => key,
  })
  .map((members) =>
    // `tools` is read for its kind only.
    members.map(([key, value]) => plain(key, value)),
  );

/** One object with these members and unknown ones in any order: as the client sends it, and as the upstream must see it. */
export function oddObject(members: fc.Arbitrary<readonly Member[]>): fc.Arbitrary<{ sent: string; expected: string }> {
  return fc
    .tuple(members, unknown)
    .chain(([own, others]) => {
      const all = [...own, ...others];
      return fc.tuple(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.tuple(space, space, space, space), { minLength: all.length, maxLength: all.length }),
        fc.tuple(space, space),
      );
    })
    .map(([all, spaces, [before, behind]]) => {
      const text = (which: 'value' | 'after') =>
        all.map((member, at) => {
          const [a, b, c, d] = spaces[at] ?? ['', '', '', ''];
          return `${a}${member.key}${b}:${c}${member[which]}${which === 'value' ? '' : ''}${d}`;
        });
      return {
        sent: `${before}{${text('value').join(',')}}${behind}`,
        expected: `${before}{${text('after').join(',')}}${behind}`,
      };
    });
}
