const VALUE_BYTES_MAX = 1_024;
/** Printable ASCII that needs no escape in JSON. */
const PLAIN = /^[ !#-[\]-~]*$/;
/** What JSON leaves bare and a terminal or a line reader acts on: DEL, C1, line and paragraph separators, bidi overrides. */
const ACTIVE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text as a JSON string for a log line: at most 1 KiB of it, and nothing in it that acts on whoever reads the log. */
export function logText(value: string): string {
  if (value.length <= VALUE_BYTES_MAX && PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(cut(value)).replace(ACTIVE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function cut(value: string): string {
  const head = value.slice(0, VALUE_BYTES_MAX);
  const bytes = Buffer.from(head);
  if (bytes.length <= VALUE_BYTES_MAX) return head;
  // A character that the cut went through is left out.
  return bytes.toString('utf8', 0, VALUE_BYTES_MAX).replace(/\ufffd+$/, '');
}
