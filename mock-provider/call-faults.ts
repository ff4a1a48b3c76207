import type { RequestFacts } from './answer/request-facts.ts';
import { BadRequest } from './bad-request.ts';
import { type Call, pathOf } from './call.ts';
import { matchesCall } from './control/match-call.ts';
import { type ActiveFaults, activeFaults, type ScopedFault } from './faults/active-faults.ts';
import { type Fault, parseFaultSpec, splitModelName } from './faults/fault-spec.ts';
import { arrayOf, type JsonObject, objectOf } from './json-value.ts';
import type { MockState } from './mock-state.ts';

/** Where faults may be named besides header and configuration. */
export interface FaultSources {
  readonly model: string;
  /** Specifications of `[[mock:fault SPEC]]`. */
  readonly promptSpecs: readonly string[];
  readonly body: JsonObject;
}

/** The faults of a call, from configuration, header, prompt and model name, in this order. */
export function callFaults(call: Call, state: MockState, sources: FaultSources): ActiveFaults {
  const { base, faults: named } = splitModelName(sources.model);
  const names = { key: call.key, models: [sources.model, base], path: pathOf(call) };
  const scoped: ScopedFault[] = [];
  const add = (source: string, faults: readonly Fault[]) => {
    scoped.push(...faults.map((fault) => ({ scope: `${source} ${sources.model}`, fault })));
  };
  state.config.faults.forEach((rule, index) => {
    if (matchesCall(rule, names)) {
      add(`rule ${index}`, parseFaultSpec(rule.spec) ?? []);
    }
  });
  const header = call.headers['x-mock-fault'];
  for (const spec of [...(typeof header === 'string' ? [header] : []), ...sources.promptSpecs]) {
    const faults = parseFaultSpec(spec);
    if (faults === undefined) {
      throw new BadRequest(`mock: unknown fault: ${spec}`);
    }
    add(spec === header ? 'header' : 'prompt', faults);
  }
  add('name', named);
  const active = activeFaults(scoped, state.counters, (fault) => fits(fault, sources.body));
  call.entry?.faults.push(...[active.main, ...active.alters.values()].flatMap((fault) => fault?.text ?? []));
  return active;
}

/** The faults that imitate hosts without a feature hit only requests that use it. */
function fits(fault: Fault, body: JsonObject): boolean {
  switch (fault.name) {
    case 'midsys':
      return arrayOf(body['messages']).some((message) => objectOf(message)['role'] === 'system');
    case 'adaptive':
      return objectOf(body['thinking'])['type'] === 'adaptive';
    case 'noctxmgmt':
      return 'context_management' in body;
    default:
      return true;
  }
}

/** The facts that {@link callFaults} needs, of a request for generated text. */
export function faultSources(facts: RequestFacts, promptSpecs: readonly string[]): FaultSources {
  return { model: facts.model, promptSpecs, body: facts.body };
}
