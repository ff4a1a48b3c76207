import type { JsonBytes } from '../lib/json-bytes.ts';
import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import { writeLogText } from './log-value.ts';
import type { EdgeAnswer } from './ports.ts';

/**
 * Writes the log line of a finished request, without its line end. Its fields are listed here one by one; nothing else
 * of a request reaches a log. Put together by hand, since a general logger takes several times as long on every request.
 */
export function writeRequestLine(
  line: JsonBytes,
  time: string,
  { record, timing }: { record: FinishedRequest; timing: FinishedTiming },
): void {
  writeStart(line, time, record.id);
  writeText(line, ',"account":', record.accountId);
  writeText(line, ',"key_id":', record.keyId);
  line.ascii(',"protocol":"');
  line.ascii(record.protocol);
  writeText(line, '","endpoint":', record.endpoint);
  writeText(line, ',"model":', record.model);
  writeText(line, ',"provider":', record.providerId);
  writeNumber(line, ',"attempts":', record.attempts.length);
  writeNumber(line, ',"status":', record.httpStatus);
  line.ascii(',"outcome":"');
  line.ascii(record.outcome);
  line.ascii('"');
  writeText(line, ',"error_code":', record.errorCode);
  writeTokens(line, record.quantities);
  writeNumber(line, ',"ttft_ms":', record.ttftMs);
  writeNumber(line, ',"duration_ms":', record.durationMs);
  if (timing.overheadMs !== undefined)
    writeNumber(line, ',"overhead_ms":', Math.round(timing.overheadMs * 1_000) / 1_000);
  line.ascii(record.stream ? ',"stream":true' : ',"stream":false');
  writeText(line, ',"session_id":', record.sessionId);
  writeText(line, ',"tool":', record.tool);
  line.ascii('}');
}

/** Writes the log line of a request that the edge answered by itself, without its line end. Neither path nor query is in it. */
export function writeAnswerLine(line: JsonBytes, time: string, answer: EdgeAnswer): void {
  writeStart(line, time, answer.requestId);
  writeText(line, ',"account":', answer.accountId);
  writeText(line, ',"key_id":', answer.keyId);
  writeText(line, ',"endpoint":', answer.endpoint);
  writeNumber(line, ',"status":', answer.status);
  if (answer.errorCode !== undefined) {
    line.ascii(',"outcome":"refused","error_code":"');
    line.ascii(answer.errorCode);
    line.ascii('"');
  }
  writeNumber(line, ',"duration_ms":', answer.durationMs);
  line.ascii('}');
}

function writeStart(line: JsonBytes, time: string, requestId: string): void {
  line.ascii('{"level":"info","time":"');
  line.ascii(time);
  writeText(line, '","msg":"request","request_id":', requestId);
}

function writeText(line: JsonBytes, name: string, value: string | undefined): void {
  if (value === undefined) return;
  line.ascii(name);
  writeLogText(line, value);
}

function writeNumber(line: JsonBytes, name: string, value: number | undefined): void {
  if (value === undefined) return;
  line.ascii(name);
  line.number(value);
}

function writeTokens(line: JsonBytes, { input, output, input_cached: cached }: FinishedRequest['quantities']): void {
  let before = ',"tokens":{';
  if (input !== undefined) {
    writeNumber(line, `${before}"in":`, input);
    before = ',';
  }
  if (output !== undefined) {
    writeNumber(line, `${before}"out":`, output);
    before = ',';
  }
  if (cached !== undefined) {
    writeNumber(line, `${before}"cached":`, cached);
    before = ',';
  }
  if (before === ',') line.ascii('}');
}
