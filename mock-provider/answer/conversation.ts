import { DIRECTIVE_START } from './directives.ts';
import type { Turn } from './request-facts.ts';

/** Where the conversation stands. */
export interface Conversation {
  /** The newest message that a person wrote. */
  readonly prompt: string;
  /** How often tool results came back since then. */
  readonly rounds: number;
  /** The newest tool results, joined by line feeds. */
  readonly results: string;
}

/** Coding tools put such blocks beside or behind the prompt as messages of their own. */
const INJECTED = /^\s*<(system-reminder|environment_context|user_instructions|permissions)/;

/** Finds the newest prompt and counts the tool rounds behind it. */
export function conversationOf(turns: readonly Turn[]): Conversation {
  const at = turns.findLastIndex(isPrompt);
  let rounds = 0;
  let results: readonly string[] = [];
  let inRound = false;
  for (const turn of turns.slice(at + 1)) {
    if (turn.results.length === 0) {
      inRound &&= turn.role !== 'assistant';
      continue;
    }
    results = inRound ? [...results, ...turn.results] : turn.results;
    rounds += inRound ? 0 : 1;
    inRound = true;
  }
  return { prompt: turns[at]?.text ?? '', rounds, results: results.join('\n') };
}

function isPrompt(turn: Turn): boolean {
  if (turn.role !== 'user') {
    return false;
  }
  if (turn.text.includes(DIRECTIVE_START)) {
    return true;
  }
  return turn.results.length === 0 && turn.text !== '' && !INJECTED.test(turn.text);
}
