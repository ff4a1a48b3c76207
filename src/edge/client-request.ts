import type { RequestHead } from '../http1/request-head.ts';
import type { ClientConnection } from './client-connection.ts';

/** Takes the body of a request. After `onEnd` or `onAborted` nothing more is called. */
export interface BodyConsumer {
  /** The bytes belong to the consumer. */
  onBytes(bytes: Buffer): void;
  onEnd(): void;
  /** The client left, was too slow, or sent what is no body. */
  onAborted(): void;
}

/** One request on a client's connection: its head, and its body for whoever asks for it. */
export class ClientRequest {
  readonly head: RequestHead;
  readonly connection: ClientConnection;
  /** Monotonic milliseconds when the head had come. */
  readonly startedMs: number;
  /** All of the body has come. */
  complete: boolean;
  /** For the connection only. */
  consumer: BodyConsumer | undefined;

  constructor(head: RequestHead, connection: ClientConnection, startedMs: number) {
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
