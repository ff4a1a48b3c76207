/** What a terminal or a reader of lines acts on: C0, DEL, C1, line and paragraph separators, bidi marks and overrides. */
const ACTIVE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with everything in it that acts on whoever reads it spelt out as `\uXXXX`, which JSON reads as what it was. */
export function inertText(text: string): string {
  return text.replace(ACTIVE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
