import { SecretsRefusal } from './secrets-refusal.ts';

const BYTES_MIN = 32;

/** Reads a secret of at least 32 bytes from base64 or, if it looks like it, hex. `source` names it in errors; its value never appears. */
export function decodeSecret(text: string, source: string): Uint8Array {
  const trimmed = text.trim();
  const hex = /^(?:[0-9a-f]{2})+$/i.test(trimmed) && trimmed.length >= BYTES_MIN * 2;
  if (!hex && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed))
    throw new SecretsRefusal(`${source} is neither base64 nor hex`);
  const bytes = Buffer.from(trimmed, hex ? 'hex' : 'base64');
  if (bytes.length >= BYTES_MIN) return bytes;
  throw new SecretsRefusal(
    `${source} holds ${bytes.length} bytes and needs at least ${BYTES_MIN}: \`openssl rand -base64 32\` makes one`,
  );
}
