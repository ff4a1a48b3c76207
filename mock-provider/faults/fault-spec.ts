/**
 * `refuses`: an error reply instead of an answer. `ends`: the answer ends in a wrong way. Of these two kinds the first
 * one in the list that still has calls left is taken. `alters`: changes the answer; all of them apply.
 */
type FaultKind = 'refuses' | 'ends' | 'alters';

/** Every fault by name, with the number it takes when none is written behind it. */
export const FAULTS = {
  status: { kind: 'refuses', number: 500 },
  html: { kind: 'refuses', number: 502 },
  reset: { kind: 'refuses', number: 0 },
  garbage: { kind: 'refuses', number: 0 },
  empty: { kind: 'refuses', number: 0 },
  toolong: { kind: 'refuses', number: 0 },
  billing: { kind: 'refuses', number: 0 },
  policy: { kind: 'refuses', number: 0 },
  badkey: { kind: 'refuses', number: 401 },
  midsys: { kind: 'refuses', number: 0 },
  adaptive: { kind: 'refuses', number: 0 },
  noctxmgmt: { kind: 'refuses', number: 0 },
  cut: { kind: 'ends', number: 3 },
  eof: { kind: 'ends', number: 3 },
  stall: { kind: 'ends', number: 3 },
  err: { kind: 'ends', number: 3 },
  badjson: { kind: 'alters', number: 2 },
  slow: { kind: 'alters', number: 5_000 },
  slowbody: { kind: 'alters', number: 5_000 },
  drip: { kind: 'alters', number: 0 },
  emptymsg: { kind: 'alters', number: 0 },
  nousage: { kind: 'alters', number: 0 },
  zerousage: { kind: 'alters', number: 0 },
  bignum: { kind: 'alters', number: 0 },
  noid: { kind: 'alters', number: 0 },
  noping: { kind: 'alters', number: 0 },
  nodone: { kind: 'alters', number: 0 },
  lenstop: { kind: 'alters', number: 0 },
  filter: { kind: 'alters', number: 0 },
  think: { kind: 'alters', number: 0 },
  noretry: { kind: 'alters', number: 0 },
  gzip: { kind: 'alters', number: 0 },
  crlf: { kind: 'alters', number: 0 },
  cr: { kind: 'alters', number: 0 },
  bom: { kind: 'alters', number: 0 },
  comment: { kind: 'alters', number: 0 },
  splitutf8: { kind: 'alters', number: 0 },
  stale: { kind: 'alters', number: 0 },
} as const satisfies Record<string, { kind: FaultKind; number: number }>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** One fault of a specification. */
export interface Fault {
  readonly name: FaultName;
  /** A status, an event count or milliseconds; what it means is the fault's own. */
  readonly number: number;
  /** Only the first so many calls; `undefined` for all. */
  readonly times: number | undefined;
  /** Seconds for `Retry-After`. */
  readonly retryAfterS: number | undefined;
  /** As it was written; also names the counter. */
  readonly text: string;
}

const TAIL = /^(\d*)(?:x(\d+))?(?:ra(\d+))?$/;
const STATUS = /^([1-5]\d\d)(?:x(\d+))?(?:ra(\d+))?$/;
const NAMES = (Object.keys(FAULTS) as FaultName[]).filter((name) => name !== 'status');

/** Parses `529x2ra1+cut3`; `undefined` when any part is not a fault. */
export function parseFaultSpec(spec: string): readonly Fault[] | undefined {
  const faults: Fault[] = [];
  for (const text of spec.split('+')) {
    const fault = parseFault(text.trim());
    if (fault === undefined) {
      return undefined;
    }
    faults.push(fault);
  }
  return faults;
}

function parseFault(text: string): Fault | undefined {
  const status = STATUS.exec(text);
  if (status !== null) {
    return faultOf('status', status, text);
  }
  for (const name of NAMES) {
    const tail = text.startsWith(name) ? TAIL.exec(text.slice(name.length)) : null;
    if (tail !== null) {
      return faultOf(name, tail, text);
    }
  }
  return undefined;
}

function faultOf(name: FaultName, [, number, times, retryAfter]: RegExpExecArray, text: string): Fault {
  return {
    name,
    number: number ? Number(number) : FAULTS[name].number,
    times: times ? Number(times) : undefined,
    retryAfterS: retryAfter ? Number(retryAfter) : undefined,
    text,
  };
}

/** Splits `model--spec`; a name whose tail is no specification is left whole. */
export function splitModelName(model: string): { base: string; faults: readonly Fault[] } {
  const at = model.lastIndexOf('--');
  const faults = at > 0 ? parseFaultSpec(model.slice(at + 2)) : undefined;
  return faults === undefined ? { base: model, faults: [] } : { base: model.slice(0, at), faults };
}
