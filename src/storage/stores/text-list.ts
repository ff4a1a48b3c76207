/** A list of texts as a row keeps it; NULL for none. */
export function textListToRow(list: readonly string[] | undefined): string | null {
  return list === undefined ? null : JSON.stringify(list);
}

/** The list that {@link textListToRow} wrote. */
export function textListFromRow(json: string | null): readonly string[] | undefined {
  if (json === null) return undefined;
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : undefined;
}
