import { describe, expect, test } from 'vitest';
import { BadRequest } from '../bad-request.ts';
import { callTool } from './call-tool.ts';
import { chunkText } from './chunk-text.ts';
import { conversationOf } from './conversation.ts';
import { parseDirectives } from './directives.ts';
import type { DeclaredTool, Turn } from './request-facts.ts';
import { smallestJson } from './smallest-json.ts';

const tool = (name: string, properties: object, required: string[] = Object.keys(properties)): DeclaredTool => ({
  name,
  namespace: undefined,
  kind: 'function',
  schema: { type: 'object', properties, required },
});
const text = { type: 'string' };

describe('directives', () => {
  test('several in one text, with JSON that holds the closing mark', () => {
    expect(parseDirectives('a [[mock:text Hi there]] b [[mock:tool f {"a":[[1]],"b":"]]}"}]][[mock:words 3]]')).toEqual(
      [
        { type: 'text', text: 'Hi there' },
        { type: 'tool', name: 'f', input: { a: [[1]], b: ']]}' } },
        { type: 'words', count: 3 },
      ],
    );
  });

  test('write, read, shell, fault and then', () => {
    expect(
      parseDirectives(
        '[[mock:write /tmp/a.txt two\nlines]][[mock:then]][[mock:read a b]][[mock:shell ls -l]][[mock:fault 500x1]]',
      ),
    ).toEqual([
      { type: 'write', path: '/tmp/a.txt', text: 'two\nlines' },
      { type: 'then' },
      { type: 'read', path: 'a b' },
      { type: 'shell', command: 'ls -l' },
      { type: 'fault', spec: '500x1' },
    ]);
  });

  test.each(['[[mock:nope]]', '[[mock:tool f {]]', '[[mock:words many]]', '[[mock:text open'])(
    '%s is refused',
    (wrong) => {
      expect(() => parseDirectives(wrong)).toThrow(BadRequest);
    },
  );
});

describe('tools of real clients', () => {
  const write = { type: 'write', path: '/w/a.txt', text: "it's" } as const;
  const input = (tools: DeclaredTool[], directive: Parameters<typeof callTool>[0]) => {
    const call = callTool(directive, tools);
    return [call?.tool.name, call?.tool.kind === 'custom' ? call.input : JSON.parse(call?.input ?? 'null')];
  };
  const shell = { type: 'shell', command: 'ls' } as const;

  test('Claude Code, Gemini CLI, opencode: fields by their own names', () => {
    expect(
      input(
        [tool('Bash', { command: text, description: text }), tool('Write', { file_path: text, content: text })],
        write,
      ),
    ).toEqual(['Write', { file_path: '/w/a.txt', content: "it's" }]);
    expect(input([tool('write', { filePath: text, content: text })], write)[1]).toEqual({
      filePath: '/w/a.txt',
      content: "it's",
    });
    expect(input([tool('run_shell_command', { command: text })], shell)[1]).toEqual({ command: 'ls' });
    expect(
      input([tool('Read', { file_path: text, limit: { type: 'number' } }, ['file_path'])], {
        type: 'read',
        path: 'x',
      })[1],
    ).toEqual({
      file_path: 'x',
    });
  });

  test('Codex: exec_command, an argument vector, apply_patch, and the custom exec', () => {
    expect(input([tool('exec_command', { cmd: text }, ['cmd'])], shell)).toEqual(['exec_command', { cmd: 'ls' }]);
    const vector = tool('shell', { command: { type: 'array', items: text } });
    expect(input([vector], shell)[1]).toEqual({ command: ['bash', '-lc', 'ls'] });
    const custom = (name: string): DeclaredTool => ({ name, namespace: undefined, kind: 'custom', schema: {} });
    expect(input([custom('apply_patch')], write)[1]).toBe(
      "*** Begin Patch\n*** Add File: /w/a.txt\n+it's\n*** End Patch\n",
    );
    expect(input([custom('exec')], shell)[1]).toContain('tools.exec_command({ cmd: "ls" })');
    expect(input([tool('exec_command', { cmd: text })], write)[1]).toEqual({
      cmd: `printf %s 'it'\\''s' > '/w/a.txt'`,
    });
  });

  test('no fitting tool: no call', () => {
    expect(callTool(write, [tool('weather', { city: text })])).toBeUndefined();
  });
});

describe('conversation', () => {
  const user = (said: string, results: string[] = []): Turn => ({ role: 'user', text: said, results });
  const assistant: Turn = { role: 'assistant', text: 'x', results: [] };

  test('rounds of tool results since the newest prompt', () => {
    const turns = [user('old'), assistant, user('new'), assistant, user('', ['a', 'b']), assistant, user('', ['c'])];
    expect(conversationOf(turns)).toEqual({ prompt: 'new', rounds: 2, results: 'c' });
    expect(conversationOf([...turns, assistant, user('newest')])).toEqual({ prompt: 'newest', rounds: 0, results: '' });
  });

  test('results in messages of their own are one round', () => {
    const result = (output: string): Turn => ({ role: 'other', text: '', results: [output] });
    expect(conversationOf([user('go'), assistant, assistant, result('a'), result('b')])).toMatchObject({
      rounds: 1,
      results: 'a\nb',
    });
  });

  test('reminders of coding tools are no prompt, a directive beside a result is', () => {
    expect(conversationOf([user('go'), user('<system-reminder>x</system-reminder>')]).prompt).toBe('go');
    expect(conversationOf([user('go'), assistant, user('[[mock:text x]]', ['r'])])).toMatchObject({
      prompt: '[[mock:text x]]',
      rounds: 0,
    });
  });
});

describe('smallest JSON', () => {
  test.each([
    [{ type: 'object', properties: { a: text, b: text }, required: ['a'] }, { a: '' }],
    [{ type: ['string', 'null'] }, ''],
    [{ enum: ['x', 'y'] }, 'x'],
    [{ type: 'array', items: { type: 'integer', minimum: 3 }, minItems: 2 }, [3, 3]],
    [
      { $ref: '#/$defs/p', $defs: { p: { type: 'object', required: ['q'], properties: { q: { type: 'boolean' } } } } },
      { q: false },
    ],
    [{ type: 'OBJECT', properties: { n: { type: 'NUMBER', maximum: -1 } }, required: ['n'] }, { n: -1 }],
    [{ anyOf: [{ const: 7 }, { type: 'null' }] }, 7],
    [{}, {}],
  ])('%j', (schema, expected) => {
    expect(smallestJson(schema)).toEqual(expected);
  });
});

test('chunks make up the whole text, and no character is cut', () => {
  for (const size of [undefined, 1, 3]) {
    const chunks = chunkText(' a  🦌b\n', size);
    expect(chunks.join('')).toBe(' a  🦌b\n');
    expect(chunks.every((chunk) => chunk.isWellFormed())).toBe(true);
  }
});
