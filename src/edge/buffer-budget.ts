/** Counts the bytes of request bodies that are held at one time, over all requests of the process and by account. */
export class BufferBudget {
  private held = 0;
  private readonly byAccount = new Map<string, number>();
  private readonly bytesMax: number;
  private readonly accountBytesMax: number;

  /** One account may hold a quarter of `bytesMax`. */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
    this.accountBytesMax = Math.floor(bytesMax / 4);
  }

  /** Bytes held now. */
  get heldBytes(): number {
    return this.held;
  }

  /** Starts counting for one request. */
  open(accountId: string): Holding {
    return new Holding(this, accountId);
  }

  /** `false` when these bytes would exceed the budget; nothing is taken then. Use a {@link Holding}. */
  take(accountId: string, bytes: number): boolean {
    const account = (this.byAccount.get(accountId) ?? 0) + bytes;
    if (this.held + bytes > this.bytesMax || account > this.accountBytesMax) return false;
    this.held += bytes;
    this.byAccount.set(accountId, account);
    return true;
  }

  /** Gives back what was taken. */
  give(accountId: string, bytes: number): void {
    this.held -= bytes;
    const left = (this.byAccount.get(accountId) ?? 0) - bytes;
    if (left > 0) this.byAccount.set(accountId, left);
    else this.byAccount.delete(accountId);
  }
}

/** What one request holds. A body lives until its answer is over, so that is when it is given back. */
export class Holding {
  /** Given back: the answer is over, or the client has left. */
  over = false;
  private bytes = 0;
  private readonly budget: BufferBudget;
  private readonly accountId: string;

  constructor(budget: BufferBudget, accountId: string) {
    this.budget = budget;
    this.accountId = accountId;
  }

  /** `false` when the budget is used up. */
  take(bytes: number): boolean {
    if (!this.budget.take(this.accountId, bytes)) return false;
    this.bytes += bytes;
    return true;
  }

  /** Gives everything back; a second call does nothing. */
  release(): void {
    this.over = true;
    if (this.bytes === 0) return;
    this.budget.give(this.accountId, this.bytes);
    this.bytes = 0;
  }
}
