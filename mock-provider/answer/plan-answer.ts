import type { ActiveFaults } from '../faults/active-faults.ts';
import { type UsageSetting, zeroCounts } from '../usage.ts';
import type { Answer, Finish, ToolCall } from './answer.ts';
import { type ChosenCall, callTool, smallestCall } from './call-tool.ts';
import { chunkText, countedWords } from './chunk-text.ts';
import type { Conversation } from './conversation.ts';
import type { Directive } from './directives.ts';
import type { RequestFacts } from './request-facts.ts';
import { smallestJson } from './smallest-json.ts';

/** All that decides an answer. */
export interface AnswerInput {
  readonly facts: RequestFacts;
  readonly conversation: Conversation;
  readonly directives: readonly Directive[];
  readonly faults: ActiveFaults;
  readonly usage: UsageSetting;
  /** Number of content events of the default answer; `undefined` for the default text. */
  readonly events: number | undefined;
  readonly chunkChars: number | undefined;
  readonly id: string;
}

/** What is said when no directive says otherwise. */
const DEFAULT_TEXT = 'Hello from the mock.';
/** Fault `splitutf8`: two, three and four bytes a character. */
export const UTF8_TEXT = 'Xin chào từ mô hình giả lập 🦌 ở rừng €.';
/** Fault `think`. */
const THINKING_TEXT = 'Let me think about the mock.';

/** Claude Code adds such blocks to tool results. */
const REMINDER = /<system-reminder>[\s\S]*?<\/system-reminder>/g;

/** Decides what the model says. */
export function planAnswer(input: AnswerInput): Answer {
  const { facts, faults } = input;
  const calls = plannedCalls(input);
  const spoken = faults.alters.has('emptymsg')
    ? { text: '', stop: undefined }
    : cutAtStop(plannedText(input, calls), facts.stop);
  const kept = faults.alters.has('emptymsg') ? [] : calls;
  const counts = faults.alters.has('zerousage') ? zeroCounts(input.usage) : input.usage;
  return {
    id: faults.alters.has('noid') ? undefined : input.id,
    model: facts.model,
    thinking: faults.alters.has('think') ? THINKING_TEXT : undefined,
    textChunks: chunkText(spoken.text, input.chunkChars),
    toolCalls: kept.map((call, index) => toolCall(call, `${input.id}_${index}`)),
    finish: finishOf(faults, kept.length > 0, spoken.stop !== undefined),
    stopSequence: spoken.stop,
    usage: faults.alters.has('nousage') ? undefined : { ...counts, big: faults.alters.has('bignum') },
    includeUsage: input.usage.streamUsage === 'option' ? facts.includeUsage : input.usage.streamUsage === 'always',
    encryptedReasoning: facts.encryptedReasoning,
  };
}

/** Directives between `then` marks are one step each; every round of tool results ends a step. */
function currentStep(input: AnswerInput): readonly Directive[] {
  const steps: Directive[][] = [[]];
  for (const directive of input.directives) {
    if (directive.type === 'then') {
      steps.push([]);
    } else {
      steps.at(-1)?.push(directive);
    }
  }
  return steps[input.conversation.rounds] ?? [];
}

function plannedCalls(input: AnswerInput): ChosenCall[] {
  const calls: ChosenCall[] = [];
  for (const directive of currentStep(input)) {
    if (
      directive.type === 'tool' ||
      directive.type === 'write' ||
      directive.type === 'read' ||
      directive.type === 'shell'
    ) {
      const call = callTool(directive, input.facts.tools);
      if (call !== undefined) {
        calls.push(call);
      }
    }
  }
  return calls.length > 0 || input.conversation.rounds > 0 ? calls : forcedCalls(input.facts);
}

function forcedCalls({ forcedTool, tools }: RequestFacts): ChosenCall[] {
  const tool = typeof forcedTool === 'string' ? tools.find((one) => one.name === forcedTool) : tools[0];
  return forcedTool === false || tool === undefined ? [] : [smallestCall(tool)];
}

function plannedText(input: AnswerInput, calls: readonly ChosenCall[]): string {
  const { facts, conversation } = input;
  if (facts.schema !== undefined && calls.length === 0) {
    return JSON.stringify(smallestJson(facts.schema));
  }
  const step = currentStep(input);
  const words = step.flatMap((directive) => {
    switch (directive.type) {
      case 'text':
        return [directive.text];
      case 'words':
        return [countedWords(directive.count)];
      default:
        return [];
    }
  });
  if (words.length > 0) {
    return words.join(' ');
  }
  if (calls.length > 0) {
    return '';
  }
  if (conversation.rounds > 0) {
    return `Done: ${conversation.results.replaceAll(REMINDER, '').trim().slice(0, 200)}`;
  }
  return defaultText(input);
}

function defaultText(input: AnswerInput): string {
  if (input.faults.alters.has('splitutf8')) {
    return UTF8_TEXT;
  }
  if (input.events === undefined) {
    return DEFAULT_TEXT;
  }
  return input.chunkChars === undefined ? countedWords(input.events) : 'x'.repeat(input.events * input.chunkChars);
}

function cutAtStop(text: string, stop: readonly string[]): { text: string; stop: string | undefined } {
  let first: { at: number; stop: string } | undefined;
  for (const sequence of stop) {
    const at = sequence === '' ? -1 : text.indexOf(sequence);
    if (at !== -1 && (first === undefined || at < first.at)) {
      first = { at, stop: sequence };
    }
  }
  return first === undefined ? { text, stop: undefined } : { text: text.slice(0, first.at), stop: first.stop };
}

function toolCall({ tool, input }: ChosenCall, id: string): ToolCall {
  return { id, name: tool.name, namespace: tool.namespace, kind: tool.kind, input };
}

function finishOf(faults: ActiveFaults, calls: boolean, stopped: boolean): Finish {
  if (faults.alters.has('lenstop')) {
    return 'max_tokens';
  }
  if (faults.alters.has('filter')) {
    return 'content_filter';
  }
  if (calls) {
    return 'tool_use';
  }
  return stopped ? 'stop_sequence' : 'stop';
}
