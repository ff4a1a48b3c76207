import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import { logText } from './log-value.ts';
import type { EdgeAnswer } from './ports.ts';

/**
 * The log line of a finished request, without its line end. Its fields are listed here one by one; nothing else of a
 * request reaches a log. Put together by hand, since a general logger takes three times as long on every request.
 */
export function requestLine(record: FinishedRequest, timing: FinishedTiming, time: string): string {
  let line = `{"level":"info","time":"${time}","msg":"request","request_id":${logText(record.id)}`;
  line += `,"account":${logText(record.accountId)},"key_id":${logText(record.keyId)},"protocol":"${record.protocol}"`;
  line += `,"endpoint":${logText(record.endpoint)},"model":${logText(record.model)}`;
  if (record.providerId !== undefined) line += `,"provider":${logText(record.providerId)}`;
  line += `,"attempts":${record.attempts.length},"status":${record.httpStatus},"outcome":"${record.outcome}"`;
  if (record.errorCode !== undefined) line += `,"error_code":${logText(record.errorCode)}`;
  line += tokensText(record.quantities);
  if (record.ttftMs !== undefined) line += `,"ttft_ms":${record.ttftMs}`;
  line += `,"duration_ms":${record.durationMs}`;
  if (timing.overheadMs !== undefined) line += `,"overhead_ms":${Math.round(timing.overheadMs * 1_000) / 1_000}`;
  line += `,"stream":${record.stream}`;
  if (record.sessionId !== undefined) line += `,"session_id":${logText(record.sessionId)}`;
  if (record.tool !== undefined) line += `,"tool":${logText(record.tool)}`;
  return `${line}}`;
}

/** The log line of a request that the edge answered by itself, without its line end. Neither path nor query is in it. */
export function answerLine(answer: EdgeAnswer, time: string): string {
  let line = `{"level":"info","time":"${time}","msg":"request","request_id":${logText(answer.requestId)}`;
  if (answer.accountId !== undefined) line += `,"account":${logText(answer.accountId)}`;
  if (answer.keyId !== undefined) line += `,"key_id":${logText(answer.keyId)}`;
  if (answer.endpoint !== undefined) line += `,"endpoint":${logText(answer.endpoint)}`;
  line += `,"status":${answer.status}`;
  if (answer.errorCode !== undefined) line += `,"outcome":"refused","error_code":"${answer.errorCode}"`;
  return `${line},"duration_ms":${answer.durationMs}}`;
}

function tokensText({ input, output, input_cached: cached }: FinishedRequest['quantities']): string {
  if (input === undefined && output === undefined && cached === undefined) return '';
  let text = '';
  if (input !== undefined) text += `,"in":${input}`;
  if (output !== undefined) text += `,"out":${output}`;
  if (cached !== undefined) text += `,"cached":${cached}`;
  return `,"tokens":{${text.slice(1)}}`;
}
