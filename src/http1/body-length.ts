/** How the length of a body is told: so many bytes, in chunks, or by the end of the connection (replies only). */
export type BodyLength = number | 'chunked' | 'until-close';

/** 15 digits: more than any body may have, and an exact number. */
const LENGTH = /^[0-9]{1,15}$/;

/** A declared length, or `undefined` when it is not one plain number. */
export function parseLength(value: string): number | undefined {
  return LENGTH.test(value) ? Number(value) : undefined;
}

/** Whether a `Connection` header holds this option. */
export function hasOption(value: string, option: string): boolean {
  if (value === option) return true;
  const lower = value.toLowerCase();
  return lower === option || (lower.includes(',') && lower.split(',').some((part) => part.trim() === option));
}
