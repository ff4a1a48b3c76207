/**
 * The pure folders compile without any host types. These two are the exception: text coding is deterministic and part
 * of every host, and only what is declared here may be used of it.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}
declare class TextEncoder {
  encode(input: string): Uint8Array<ArrayBuffer>;
}
