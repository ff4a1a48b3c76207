import type { ScriptRule } from './config.ts';
import { type CallNames, matchesCall } from './match-call.ts';

/** The scripted replies, each with the calls it has left. */
export class ScriptBook {
  readonly #scripts: { readonly rule: ScriptRule; left: number }[];

  constructor(rules: readonly ScriptRule[]) {
    this.#scripts = rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
  }

  get empty(): boolean {
    return this.#scripts.length === 0;
  }

  /** The first script for this call that has calls left; takes one of them. */
  take(names: CallNames): ScriptRule | undefined {
    const script = this.#scripts.find(({ rule, left }) => left > 0 && matchesCall(rule, names));
    if (script !== undefined) {
      script.left -= 1;
    }
    return script?.rule;
  }
}
