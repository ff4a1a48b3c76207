import { createConnection } from 'node:net';
import type { ControlOperation } from './control-operation.ts';

const CALL_MS = 5_000;

/** What the running server answered. */
export type ControlAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly message: string };

/** Asks the server that listens on this Unix socket; `undefined` when none does. */
export function callControl(path: string, op: ControlOperation): Promise<ControlAnswer | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection({ path });
    socket.setTimeout(CALL_MS, () => socket.destroy());
    socket.on('connect', () => socket.write(`${JSON.stringify({ op })}\n`));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(parse(text)));
  });
}

function parse(text: string): ControlAnswer | undefined {
  try {
    return JSON.parse(text) as ControlAnswer;
  } catch {
    return undefined;
  }
}
