/** The 62 digits in the order of their value. */
export const BASE62_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `value` (>= 0) as exactly `width` base62 digits, padded with zeros on the left. Throws RangeError if it does not fit. */
export function encodeBase62(value: bigint, width: number): string {
  let rest = value;
  let text = '';
  for (let digit = 0; digit < width; digit += 1) {
    text = BASE62_DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  if (rest !== 0n) throw new RangeError(`a value of ${value.toString().length} digits does not fit ${width} in base62`);
  return text;
}
