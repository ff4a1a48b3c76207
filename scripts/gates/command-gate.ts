import type { Gate } from './gate.ts';
import { runNode } from './run-node.ts';

/** A gate that is one command: it holds when the command exits with 0. `args` begins with a JavaScript file. */
export function commandGate(title: string, ...args: readonly string[]): Gate {
  return {
    title,
    run: async () => {
      const code = await runNode(args);
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    },
  };
}
