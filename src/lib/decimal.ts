/** A parsed decimal, or why the text is none; the reason completes "the value ...". */
export type DecimalResult =
  | { readonly ok: true; readonly units: bigint }
  | { readonly ok: false; readonly reason: string };

const DECIMAL = /^(\d{1,15})(?:\.(\d+))?$/;

/**
 * Exact value of a plain non-negative decimal ("3900", "0.15") in units of 10^-scale. Refuses signs, exponents, spaces,
 * separators, more than 15 digits before the point, and what would need rounding.
 */
export function parseDecimal(text: string, scale: number): DecimalResult {
  const match = DECIMAL.exec(text);
  if (match === null) return { ok: false, reason: 'is not a plain decimal number such as "3900" or "0.15"' };
  const [, whole = '0', fraction = ''] = match;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > scale) return { ok: false, reason: `has more than ${scale} digits after the point` };
  return { ok: true, units: BigInt(whole + kept.padEnd(scale, '0')) };
}
