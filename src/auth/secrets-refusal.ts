/** A secret of this installation that cannot be used; the message says what to do and never holds the secret. */
export class SecretsRefusal extends Error {
  override readonly name = 'SecretsRefusal';
}
