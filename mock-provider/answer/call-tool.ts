import { arrayOf, type JsonObject, objectOf } from '../json-value.ts';
import type { ToolDirective } from './directives.ts';
import type { DeclaredTool } from './request-facts.ts';
import { smallestJson } from './smallest-json.ts';

/** A chosen tool with its input. */
export interface ChosenCall {
  readonly tool: DeclaredTool;
  readonly input: string;
}

/** Names that coding tools give to the same thing; compared without case, `_` and `-`. */
const WRITE = ['write', 'writefile', 'writetofile', 'createfile', 'createnewfile', 'editor'];
const READ = ['read', 'readfile', 'readfiles', 'viewfile', 'view'];
const SHELL = [
  'bash',
  'execcommand',
  'shellcommand',
  'shell',
  'runshellcommand',
  'executecommand',
  'runterminalcommand',
  'runcommand',
  'runcommands',
];
const PATH_FIELDS = ['filepath', 'absolutepath', 'path', 'targetfile', 'filename', 'file', 'paths', 'filepaths'];
const TEXT_FIELDS = ['content', 'contents', 'filetext', 'newtext', 'newstr', 'text'];
const COMMAND_FIELDS = ['command', 'cmd', 'commands'];

/** The client's tool that does what the directive says; `undefined` when it declared none. */
export function callTool(directive: ToolDirective, tools: readonly DeclaredTool[]): ChosenCall | undefined {
  switch (directive.type) {
    case 'tool':
      return namedCall(directive.name, directive.input, tools);
    case 'write':
      return (
        fill(tools, WRITE, { path: directive.path, text: directive.text }) ??
        patchCall(tools, directive.path, directive.text) ??
        shellCall(tools, `printf %s ${quote(directive.text)} > ${quote(directive.path)}`)
      );
    case 'read':
      return fill(tools, READ, { path: directive.path }) ?? shellCall(tools, `cat ${quote(directive.path)}`);
    case 'shell':
      return shellCall(tools, directive.command);
  }
}

/** A tool of that name; one that nobody declared is called all the same, because models do so too. */
function namedCall(name: string, input: JsonObject | string, tools: readonly DeclaredTool[]): ChosenCall {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const undeclared: DeclaredTool = {
    name,
    namespace: undefined,
    kind: typeof input === 'string' ? 'custom' : 'function',
    schema: {},
  };
  return { tool: tools.find((tool) => tool.name === name) ?? undeclared, input: text };
}

/** A forced tool: the smallest arguments that its schema allows. */
export function smallestCall(tool: DeclaredTool): ChosenCall {
  return { tool, input: tool.kind === 'custom' ? '' : JSON.stringify(smallestJson(tool.schema) ?? {}) };
}

function findTool(tools: readonly DeclaredTool[], names: readonly string[]): DeclaredTool | undefined {
  for (const name of names) {
    const found = tools.find((tool) => tool.kind === 'function' && plain(tool.name) === name);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

interface Wanted {
  readonly path?: string;
  readonly text?: string;
  readonly command?: string;
}

function fill(tools: readonly DeclaredTool[], names: readonly string[], wanted: Wanted): ChosenCall | undefined {
  const tool = findTool(tools, names);
  if (tool === undefined) {
    return undefined;
  }
  const input = objectOf(smallestJson(tool.schema));
  const properties = objectOf(tool.schema['properties']);
  setField(input, properties, { fields: PATH_FIELDS, value: wanted.path });
  setField(input, properties, { fields: TEXT_FIELDS, value: wanted.text });
  setField(input, properties, { fields: COMMAND_FIELDS, value: wanted.command });
  if ('description' in input) {
    input['description'] = 'Asked for by the mock';
  }
  return { tool, input: JSON.stringify(input) };
}

function setField(
  input: JsonObject,
  properties: JsonObject,
  { fields, value }: { fields: readonly string[]; value: string | undefined },
): void {
  if (value === undefined) {
    return;
  }
  for (const field of fields) {
    const name = Object.keys(properties).find((property) => plain(property) === field);
    if (name !== undefined) {
      input[name] = shaped(value, objectOf(properties[name]), field);
      return;
    }
  }
}

/** Some tools take an argument vector, some a list of commands or of paths. */
function shaped(value: string, schema: JsonObject, field: string): unknown {
  const types = [
    schema['type'],
    ...arrayOf(schema['type']),
    ...arrayOf(schema['anyOf']).map((s) => objectOf(s)['type']),
  ];
  if (!types.includes('array') || types.includes('string')) {
    return value;
  }
  return field === 'command' ? ['bash', '-lc', value] : [value];
}

function shellCall(tools: readonly DeclaredTool[], command: string): ChosenCall | undefined {
  const plainCall = fill(tools, SHELL, { command });
  if (plainCall !== undefined) {
    return plainCall;
  }
  // Codex's "lite" shape has one custom tool that runs JavaScript with the other tools as functions.
  const exec = tools.find((tool) => tool.kind === 'custom' && tool.name === 'exec');
  const script = `const r = await tools.exec_command({ cmd: ${JSON.stringify(command)} }); text(JSON.stringify(r));`;
  return exec === undefined ? undefined : { tool: exec, input: script };
}

function patchCall(tools: readonly DeclaredTool[], path: string, text: string): ChosenCall | undefined {
  const tool = tools.find((candidate) => plain(candidate.name) === 'applypatch');
  if (tool === undefined) {
    return undefined;
  }
  const added = text.split('\n').map((line) => `+${line}`);
  const patch = ['*** Begin Patch', `*** Add File: ${path}`, ...added, '*** End Patch', ''].join('\n');
  if (tool.kind === 'custom') {
    return { tool, input: patch };
  }
  const field = Object.keys(objectOf(tool.schema['properties']))[0] ?? 'input';
  return { tool, input: JSON.stringify({ [field]: patch }) };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
