/** A data key, wrapped by the key-encryption key. */
export interface WrappedDataKey {
  /** UUIDv7. */
  readonly id: string;
  /** `platform`, or an account id. */
  readonly tenant: string;
  readonly generation: bigint;
  /** Which key-encryption key wraps it. */
  readonly kekId: string;
  /** Nonce (12 bytes), ciphertext, tag (16 bytes). */
  readonly wrapped: Uint8Array;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Data keys. */
export interface DataKeyStore {
  /** Adds a key unless one of its tenant and generation is there; answers with the one that is there afterwards. */
  ensure(key: WrappedDataKey): Promise<WrappedDataKey>;
  list(): Promise<readonly WrappedDataKey[]>;
}
