import { type Call, jsonBody, pathOf } from './call.ts';
import type { ScriptRule } from './control/config.ts';
import type { ScriptBook } from './control/script-book.ts';
import { splitModelName } from './faults/fault-spec.ts';
import { objectOf, stringOf } from './json-value.ts';
import type { Route } from './route.ts';

/** The scripted reply of a call, if there is one; also notes the model, which nobody else will read then. */
export function scriptFor(call: Call, route: Route, scripts: ScriptBook): ScriptRule | undefined {
  const inPath = route.type === 'generate' ? route.path.model : undefined;
  const model = inPath ?? stringOf(objectOf(jsonBody(call))['model']);
  if (call.entry !== undefined && model !== '') {
    call.entry.model = model;
  }
  return scripts.take({ key: call.key, models: [model, splitModelName(model).base], path: pathOf(call) });
}
