/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one for anything else. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The value as a list; an empty one for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** All `text` members of a content value, which is a string or a list of parts in every protocol. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .map((part) => asObject(part)['text'])
    .filter((text) => typeof text === 'string')
    .join('\n');
}

/** Content of the last entry with role `user`, or of the last one without a role. */
export function newestUserText(entries: readonly unknown[], member: 'content' | 'parts'): string {
  const newest = entries.map(asObject).findLast((entry) => (entry['role'] ?? 'user') === 'user');
  return textOf(newest?.[member]);
}
