/** What is decided once for an installation and all its nodes. */
export interface Installation {
  /** UUIDv7. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** The prefix word of client keys. */
  readonly keyPrefix: string;
  /** Check values: a node whose secret key or pepper gives another one must not start. */
  readonly secretKeyCheck: string;
  readonly pepperCheck: string;
}

/** The installation's one row. */
export interface InstallationStore {
  load(): Promise<Installation | undefined>;
  /** Writes it unless one is there; answers with the one that is there afterwards, so two first starts agree. */
  ensure(installation: Installation): Promise<Installation>;
}
