import { inertText } from '../lib/inert-text.ts';

const VALUE_BYTES_MAX = 1_024;
/** Printable ASCII that needs no escape in JSON. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text as a JSON string for a log line: at most 1 KiB of it, and nothing in it that acts on whoever reads the log. */
export function logText(value: string): string {
  if (value.length <= VALUE_BYTES_MAX && PLAIN.test(value)) return `"${value}"`;
  return inertText(JSON.stringify(cut(value)));
}

function cut(value: string): string {
  const head = value.slice(0, VALUE_BYTES_MAX);
  const bytes = Buffer.from(head);
  if (bytes.length <= VALUE_BYTES_MAX) return head;
  // A character that the cut went through is left out.
  return bytes.toString('utf8', 0, VALUE_BYTES_MAX).replace(/\ufffd+$/, '');
}
