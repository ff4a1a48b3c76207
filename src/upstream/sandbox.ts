import type { UpstreamExchange, UpstreamHandler, UpstreamRequest, UpstreamTarget } from '../canonical/exchange.ts';
import { answerInSandbox } from './sandbox/answer-in-sandbox.ts';
import type { SandboxReply } from './sandbox/sandbox-endpoint.ts';

/** Whether a target is the provider that this process simulates. */
export function isSandbox(target: UpstreamTarget): boolean {
  return target.baseUrl.startsWith('sandbox:');
}

/** Answers like a provider would, without a network: head, chunks with gaps, end; abort and pause as on a socket. */
export function sendToSandbox(request: UpstreamRequest, handler: UpstreamHandler): UpstreamExchange {
  const reply = answerInSandbox(request.path, Buffer.concat(request.body));
  return new SandboxExchange(reply, handler).start();
}

class SandboxExchange implements UpstreamExchange {
  readonly #reply: SandboxReply;
  readonly #handler: UpstreamHandler;
  #next = 0;
  #headSent = false;
  #state: 'reading' | 'paused' | 'over' = 'reading';
  #cancelTimer: (() => void) | undefined;

  constructor(reply: SandboxReply, handler: UpstreamHandler) {
    this.#reply = reply;
    this.#handler = handler;
  }

  start(): this {
    this.#schedule();
    return this;
  }

  abort(): void {
    this.#state = 'over';
    this.#cancelTimer?.();
  }

  pause(): void {
    if (this.#state !== 'reading') return;
    this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'reading';
    if (this.#cancelTimer === undefined) this.#schedule();
  }

  #step(): void {
    if (!this.#headSent) {
      this.#headSent = true;
      const { status, contentType } = this.#reply;
      this.#handler.head(status, ['content-type', contentType, 'saola-simulated', 'true']);
      if (this.#state === 'reading') this.#schedule();
      return;
    }
    const chunk = this.#reply.chunks[this.#next++];
    if (chunk !== undefined) {
      this.#handler.data(Buffer.from(chunk));
      if (this.#state === 'reading') this.#schedule();
      return;
    }
    this.#state = 'over';
    this.#handler.end();
  }

  #schedule(): void {
    const fire = () => {
      this.#cancelTimer = undefined;
      if (this.#state === 'reading') this.#step();
    };
    const { gapMs } = this.#reply;
    const timer = gapMs > 0 && this.#next > 0 ? setTimeout(fire, gapMs) : undefined;
    const immediate = timer === undefined ? setImmediate(fire) : undefined;
    this.#cancelTimer = () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
  }
}
