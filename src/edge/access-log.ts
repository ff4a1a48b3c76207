import type { JsonBytes } from '../lib/json-bytes.ts';
import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import { LineBuffer } from './line-buffer.ts';
import type { LogDestination } from './log-destination.ts';
import { writeLogText } from './log-value.ts';
import type { EdgeAnswer } from './ports.ts';
import { writeAnswerLine, writeRequestLine } from './request-line.ts';
import { standardOutput } from './standard-output.ts';

/** From which level on lines are written; `silent` writes none. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The fields that a line besides those of requests may carry; a closed list, checked at run time as well. */
export interface LogFields {
  readonly request_id?: string;
  readonly account?: string;
  readonly key_id?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly error_code?: string;
  /** An error's own text; never a request or an upstream body. */
  readonly error?: string;
  readonly stack?: string;
  readonly component?: string;
  readonly file?: string;
  readonly url?: string;
  readonly signal?: string;
  readonly version?: string;
  readonly change?: string;
  readonly count?: number;
  readonly duration_ms?: number;
}

/** The process's log: JSON lines. */
export interface AccessLog {
  /** One line for a finished request. */
  request(record: FinishedRequest, timing: FinishedTiming): void;
  /** One line for a request that the edge answered by itself. */
  answered(answer: EdgeAnswer): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Writes out what is buffered; for the last moments of a process. */
  flushSync(): void;
}

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const FIELDS: readonly (keyof LogFields)[] = [
  'request_id',
  'account',
  'key_id',
  'model',
  'provider',
  'error_code',
  'error',
  'stack',
  'component',
  'file',
  'url',
  'signal',
  'version',
  'change',
  'count',
  'duration_ms',
];

/** Opens the log, to standard output if nothing else is said. Lines wait up to 200 ms; the rest leaves at the exit. */
export function createAccessLog(options: { level: LogLevel; destination?: LogDestination }): AccessLog {
  const flushSync = () => {
    lines.handOver();
    destination.flushSync();
  };
  const destination = options.destination ?? standardOutput(flushSync);
  const lines = new LineBuffer(destination);
  const { line } = lines;
  const from = RANKS[options.level];
  const time = timeText();
  const at = (level: Exclude<LogLevel, 'silent'>) => (message: string, fields?: LogFields) => {
    if (RANKS[level] < from) return;
    line.ascii(`{"level":"${level}","time":"${time()}","msg":`);
    writeLogText(line, message);
    if (fields !== undefined) writeFields(line, fields);
    line.ascii('}');
    lines.end();
  };
  const requests = RANKS.info >= from;
  return {
    request: (record, timing) => {
      if (!requests) return;
      writeRequestLine(line, time(), { record, timing });
      lines.end();
    },
    answered: (answer) => {
      if (!requests) return;
      writeAnswerLine(line, time(), answer);
      lines.end();
    },
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    flushSync,
  };
}

function writeFields(line: JsonBytes, fields: LogFields): void {
  for (const name of FIELDS) {
    const value: unknown = fields[name];
    if (typeof value === 'string') {
      line.ascii(`,"${name}":`);
      writeLogText(line, value);
    } else if (typeof value === 'number' && Number.isFinite(value)) line.ascii(`,"${name}":${value}`);
  }
}

/** ISO time in UTC, made once a millisecond. */
function timeText(): () => string {
  let last = -1;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== last) {
      last = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
}
