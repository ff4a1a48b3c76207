import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import type { LogDestination } from './log-destination.ts';
import { logText } from './log-value.ts';
import type { EdgeAnswer } from './ports.ts';
import { answerLine, requestLine } from './request-line.ts';
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
  const destination = options.destination ?? standardOutput();
  const from = RANKS[options.level];
  const time = timeText();
  const at = (level: Exclude<LogLevel, 'silent'>) => (message: string, fields?: LogFields) => {
    if (RANKS[level] < from) return;
    destination.write(`{"level":"${level}","time":"${time()}","msg":${logText(message)}${fieldsText(fields)}}\n`);
  };
  const requests = RANKS.info >= from;
  return {
    request: (record, timing) => {
      if (requests) destination.write(`${requestLine(record, timing, time())}\n`);
    },
    answered: (answer) => {
      if (requests) destination.write(`${answerLine(answer, time())}\n`);
    },
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    flushSync: () => destination.flushSync(),
  };
}

function fieldsText(fields: LogFields | undefined): string {
  if (fields === undefined) return '';
  let text = '';
  for (const name of FIELDS) {
    const value: unknown = fields[name];
    if (typeof value === 'string') text += `,"${name}":${logText(value)}`;
    else if (typeof value === 'number' && Number.isFinite(value)) text += `,"${name}":${value}`;
  }
  return text;
}

/** ISO time in UTC; the part up to the second is made once a second. */
function timeText(): () => string {
  let second = -1;
  let text = '';
  return () => {
    const now = Date.now();
    const current = Math.floor(now / 1_000);
    if (current !== second) {
      second = current;
      text = new Date(current * 1_000).toISOString().slice(0, 20);
    }
    return `${text}${String(now % 1_000).padStart(3, '0')}Z`;
  };
}
