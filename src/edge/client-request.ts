import type { Socket } from 'node:net';
import type { RequestHead } from '../http1/request-head.ts';
import type { TokenMemo } from '../identity/token-memo.ts';

/** Takes the body of a request. After `onEnd` or `onAborted` nothing more is called. */
export interface BodyConsumer {
  /** The bytes belong to the consumer, unless it answers `true`: it has copied them, and their memory may go at once. */
  onBytes(bytes: Buffer): boolean;
  onEnd(): void;
  /** The client left, was too slow, or sent what is no body. */
  onAborted(): void;
}

/** The answer that is under way, as its connection sees it. */
export interface ConnectionSink {
  /** Its head has been handed to the socket. */
  readonly begun: boolean;
  /** The socket takes bytes again. */
  drained(): void;
  /** The client has closed its side; what was handed over already may still reach it. */
  left(): void;
  /** The connection is gone. */
  over(): void;
}

/** The connection of a request, as far as serving the request needs it. */
export interface RequestConnection {
  readonly socket: Socket;
  readonly remoteAddress: string | undefined;
  readonly tokenMemo: TokenMemo;
  /** The request under way is the last one of this connection. */
  readonly lastRequest: boolean;
  /** Who answers the request that was just handed over. */
  attach(sink: ConnectionSink): void;
  /** The body's consumer is there. */
  bodyWanted(): void;
  /** The client waits for this before it sends its body. */
  sayContinue(): void;
  /** The bytes of the answer are handed over. `reuse`: the connection may serve another request. */
  answered(reuse: boolean): void;
  /** Answers by itself and hangs up; `text` is a whole answer. */
  refuse(text: string): void;
}

/** One request on a client's connection: its head, and its body for whoever asks for it. */
export class ClientRequest {
  readonly head: RequestHead;
  readonly connection: RequestConnection;
  /** Monotonic milliseconds when the head had come. */
  readonly startedMs: number;
  /** All of the body has come. */
  complete: boolean;
  /** For the connection only. */
  consumer: BodyConsumer | undefined;

  constructor(head: RequestHead, connection: RequestConnection, startedMs: number) {
    this.head = head;
    this.connection = connection;
    this.startedMs = startedMs;
    this.complete = head.bodyLength === 0;
  }

  /** Nothing of the body is read before this; what has come already is handed over at once. */
  readBody(consumer: BodyConsumer): void {
    this.consumer = consumer;
    if (this.complete) consumer.onEnd();
    else this.connection.bodyWanted();
  }

  /** A header's value; those of a repeated one joined by a comma. */
  header(name: string): string | undefined {
    const { headers } = this.head;
    let value: string | undefined;
    for (let i = 0; i < headers.length; i += 2) {
      if (headers[i] === name) value = value === undefined ? headers[i + 1] : `${value},${headers[i + 1]}`;
    }
    return value;
  }
}
