/** PostgreSQL refuses a comparison with a text that is no UUID, SQLite finds nothing: ask before asking either. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
