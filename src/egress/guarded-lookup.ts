import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { ConnectFailure } from './connect-failure.ts';
import { judgeAddress } from './judge-address.ts';
import { type EgressTarget, isPermitted } from './parse-target.ts';

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** What the lookup needs beside the target. */
export interface LookupOptions {
  readonly resolve: Resolve;
  readonly nat64: boolean;
  readonly timeoutMs: number;
}

/**
 * The system's resolver, because hosts files and company name services must count. It occupies a libuv thread for each
 * question, so callers that ask for the same name at the same time share one; nothing is kept after the answer.
 */
export function createSystemResolve(): Resolve {
  const running = new Map<string, Promise<LookupAddress[]>>();
  return (hostname) => {
    const shared = running.get(hostname);
    if (shared !== undefined) return shared;
    const question = lookup(hostname, { all: true }).finally(() => running.delete(hostname));
    running.set(hostname, question);
    return question;
  };
}

/** A `lookup` for `net.connect` that refuses the whole name when one address is forbidden. Not called for literal addresses. */
export function guardedLookup(target: EgressTarget, options: LookupOptions): LookupFunction {
  return (hostname, { all }, callback) => {
    const timer = setTimeout(
      () => finish(new ConnectFailure('dns', `no answer within ${options.timeoutMs} ms`)),
      options.timeoutMs,
    );
    let finished = false;
    const finish = (failure: ConnectFailure | null, addresses: LookupAddress[] = []) => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      const [first] = addresses;
      if (failure !== null || first === undefined) callback(failure ?? new ConnectFailure('dns', 'no address'), []);
      else if (all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    };
    options.resolve(hostname).then(
      (addresses) => finish(forbidden(addresses, target, options.nat64), addresses),
      (error: Error) => finish(new ConnectFailure('dns', error.message)),
    );
  };
}

function forbidden(addresses: LookupAddress[], target: EgressTarget, nat64: boolean): ConnectFailure | null {
  const bad = addresses.find(
    ({ address }) => !isPermitted(judgeAddress(address, { nat64 }), target.allowPrivateNetwork),
  );
  return bad === undefined ? null : new ConnectFailure('blocked', `${target.hostname} resolves to ${bad.address}`);
}
