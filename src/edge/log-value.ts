import { inertText } from '../lib/inert-text.ts';
import type { JsonBytes } from '../lib/json-bytes.ts';

const VALUE_BYTES_MAX = 1_024;

/** Writes a text as a JSON string: at most 1 KiB of it, and nothing in it that acts on whoever reads the log. */
export function writeLogText(line: JsonBytes, value: string): void {
  if (value.length <= VALUE_BYTES_MAX && line.plainString(value)) return;
  line.utf8(inertText(JSON.stringify(cut(value))));
}

function cut(value: string): string {
  const head = value.slice(0, VALUE_BYTES_MAX);
  const bytes = Buffer.from(head);
  if (bytes.length <= VALUE_BYTES_MAX) return head;
  // A character that the cut went through is left out.
  return bytes.toString('utf8', 0, VALUE_BYTES_MAX).replace(/\ufffd+$/, '');
}
