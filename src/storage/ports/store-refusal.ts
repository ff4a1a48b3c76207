/** Why a store refused; closed list. */
export type StoreRefusalCode =
  | 'not_found'
  | 'name_taken'
  | 'revoked'
  | 'managed_by_file'
  | 'opening_grant_changed'
  | 'schema_newer'
  | 'schema_pending'
  | 'network_file_system'
  | 'unusable_folder'
  | 'unreachable';

/** A refusal that an operator can act on; the message says what to do. Anything else a store throws is a fault. */
export class StoreRefusal extends Error {
  readonly code: StoreRefusalCode;

  constructor(code: StoreRefusalCode, message: string) {
    super(message);
    this.name = 'StoreRefusal';
    this.code = code;
  }
}
