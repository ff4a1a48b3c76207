/** Splits a text into content events: by word, or by so many characters when `chunkChars` is set. */
export function chunkText(text: string, chunkChars: number | undefined): string[] {
  if (chunkChars === undefined) {
    return text.match(/^\s*\S+|\s+\S+|\s+$/g) ?? (text === '' ? [] : [text]);
  }
  // By code point: half of a surrogate pair is not UTF-8.
  const points = Array.from(text);
  const chunks: string[] = [];
  for (let at = 0; at < points.length; at += chunkChars) {
    chunks.push(points.slice(at, at + chunkChars).join(''));
  }
  return chunks;
}

/** So many words: `word1 word2 ...`. */
export function countedWords(count: number): string {
  return Array.from({ length: count }, (_, index) => `word${index + 1}`).join(' ');
}
