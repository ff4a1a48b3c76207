/** What a command ends with: 0 well, 1 failed, 2 used wrongly, 3 something needs attention. */
export const EXIT = { failed: 1, usage: 2, attention: 3 } as const;

/** A failure that a person can act on: printed as one line, without a stack. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
