import { arrayOf, objectOf, stringOf } from '../json-value.ts';

/** The text of a content field: a string, or an array of parts that have `text`. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') {
    return content;
  }
  return arrayOf(content)
    .map((part) => (typeof part === 'string' ? part : stringOf(objectOf(part)['text'])))
    .filter((text) => text !== '')
    .join('\n');
}
