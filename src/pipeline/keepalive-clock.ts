/** One timer for all open streams: a timer of their own would cost each event a reset. */
const TICK_MS = 1_000;

interface Ticking {
  tick(now: number): void;
}

const members = new Set<Ticking>();
let timer: NodeJS.Timeout | undefined;

/** Calls every member about once a second, as long as there is one. */
export const KeepaliveClock = {
  join(member: Ticking): void {
    members.add(member);
    timer ??= setInterval(tickAll, TICK_MS).unref();
  },

  /** How many streams are open. */
  size(): number {
    return members.size;
  },

  leave(member: Ticking): void {
    if (!members.delete(member) || members.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  },
};

function tickAll(): void {
  const now = performance.now();
  for (const member of members) member.tick(now);
}
