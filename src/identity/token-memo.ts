/**
 * The token that one connection showed last and its digest. A client that keeps its connection shows the same one each
 * time: then neither its form nor its digest has to be worked out again. It proves nothing; the digest still has to be
 * that of a key which is good now.
 */
export interface TokenMemo {
  token: string;
  digest: string;
}
