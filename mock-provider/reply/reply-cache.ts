import type { Reply } from './reply.ts';

/** A reply that depends on nothing but path and body. */
export interface CachedReply {
  readonly reply: Reply;
  /** The names that latency rules may match. */
  readonly models: readonly string[];
}

const ENTRIES_MAX = 256;

/**
 * Finished replies by path and exact body: load generators send the same few bodies again and again, and comparing
 * 90 KB is a hundred times cheaper than parsing them.
 */
export class ReplyCache {
  readonly #entries = new Map<string, { body: Buffer; cached: CachedReply }>();

  get(url: string, body: Buffer): CachedReply | undefined {
    const entry = this.#entries.get(`${url} ${body.length}`);
    return entry?.body.equals(body) ? entry.cached : undefined;
  }

  set(url: string, body: Buffer, cached: CachedReply): void {
    if (this.#entries.size >= ENTRIES_MAX) {
      this.#entries.clear();
    }
    this.#entries.set(`${url} ${body.length}`, { body, cached });
  }

  clear(): void {
    this.#entries.clear();
  }
}
