/** The lowest UUIDv7 of a millisecond: `id >= floor` selects what was made then or later. Epoch milliseconds, integer >= 0. */
export function uuidV7Floor(epochMs: number): string {
  const time = Math.max(0, Math.trunc(epochMs)).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7000-8000-000000000000`;
}
