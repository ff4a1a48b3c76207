/** The rule in words, for error messages. */
export const KEY_NAME_RULE =
  '5 to 50 characters, lower-case letters, digits and hyphens, with a letter or digit at both ends';

/** Whether a key may bear this name. */
export function isKeyName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{3,48}[a-z0-9]$/.test(name);
}
