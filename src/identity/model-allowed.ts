/** Whether a key's list permits a model id: an exact entry, or one that ends in `*` and matches any rest. No list permits all. */
export function modelAllowed(patterns: readonly string[] | undefined, modelId: string): boolean {
  if (patterns === undefined) return true;
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? modelId.startsWith(pattern.slice(0, -1)) : pattern === modelId,
  );
}
