import type { HeaderPairs, TransportFailure, UpstreamExchange, UpstreamHandler } from '../canonical/exchange.ts';
import { isJsonFault, scanJsonBody } from '../protocols/json/json-body.ts';
import { applySplices } from '../protocols/json/splice.ts';
import { NO_USAGE, type ReplyFacts } from '../protocols/protocol.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { classifyTransport } from '../routing/classify-failure.ts';
import type { AttemptEnd, AttemptInput } from './attempt.ts';
import { badReply, REFUSAL_BYTES_MAX, refusedEnd } from './refusal.ts';

const NO_FACTS: ReplyFacts = {
  usage: NO_USAGE,
  finishReason: undefined,
  responseModel: undefined,
  upstreamId: undefined,
};
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** Runs one attempt whose answer comes in one piece; the answer is kept until it is whole and known to be the protocol's. */
export function runUnaryAttempt(input: AttemptInput): Promise<AttemptEnd> {
  return new Promise((resolve) => new UnaryAttempt(input, resolve));
}

class UnaryAttempt implements UpstreamHandler {
  private readonly input: AttemptInput;
  private readonly resolve: (end: AttemptEnd) => void;
  private readonly exchange: UpstreamExchange;
  private status = 0;
  private headers: HeaderPairs = [];
  private chunks: Uint8Array[] = [];
  private length = 0;

  constructor(input: AttemptInput, resolve: (end: AttemptEnd) => void) {
    this.input = input;
    this.resolve = resolve;
    input.reply.onGone = () => {
      this.exchange.abort();
      this.resolve(
        input.reply.draining
          ? { type: 'cut', outcome: 'drain_cut', failure: undefined, facts: NO_FACTS, position: undefined }
          : { type: 'client_gone', facts: undefined },
      );
    };
    this.exchange = input.send(input.upstream, this);
  }

  head(status: number, headers: HeaderPairs): void {
    this.status = status;
    this.headers = headers;
  }

  data(chunk: Uint8Array): void {
    this.length += chunk.length;
    const good = this.status >= 200 && this.status < 300;
    if (!good && this.length > REFUSAL_BYTES_MAX) return;
    if (good && this.length > BODY_BYTES_MAX) {
      this.exchange.abort();
      this.finish(badReply(`an answer of more than ${BODY_BYTES_MAX} bytes`, this.status));
      return;
    }
    this.chunks.push(chunk);
  }

  end(): void {
    const [only] = this.chunks;
    const body = this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks);
    if (this.status < 200 || this.status >= 300) this.finish(refusedEnd(this.status, this.headers, body));
    else this.finish(this.judge(body));
  }

  fail(failure: TransportFailure, detail: string): void {
    this.finish({ type: 'failed', failure: classifyTransport(failure, detail), reply: undefined });
  }

  private finish(end: AttemptEnd): void {
    this.input.reply.onGone = undefined;
    this.resolve(end);
  }

  private judge(bytes: Uint8Array): AttemptEnd {
    const { operation, quirks, reply, replyHeaders, echoModel } = this.input;
    const body = scanJsonBody(bytes);
    if (isJsonFault(body)) return badReply(`not JSON: ${body.reason} at byte ${body.offset}`, this.status);
    const facts = operation.readReply(body, quirks);
    if (facts === undefined) {
      const isError = body.fields.has('error');
      return isError
        ? refusedEnd(this.status, this.headers, bytes)
        : badReply(`not a reply of ${operation.id}`, this.status);
    }
    const model = echoModel === undefined ? undefined : body.fields.get(PROTOCOLS[operation.protocol].modelField);
    const pieces = model === undefined ? [bytes] : applySplices(bytes, [{ ...model, text: JSON.stringify(echoModel) }]);
    const whole = pieces.length === 1 ? bytes : Buffer.concat(pieces);
    const headers = ['content-type', 'application/json', ...replyHeaders(this.headers)];
    return { type: 'delivered', facts, release: () => reply.sink.send(this.status, headers, whole) };
  }
}
