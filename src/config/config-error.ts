/** One thing that is wrong, in words for an operator, without any secret. */
export interface ConfigProblem {
  /** Both count from 1; absent for what stands in no file. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** All that is wrong with a configuration, at once; the message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly source: string;
  readonly problems: readonly ConfigProblem[];

  /** `source` is what stands before each problem: the file as the operator named it, or `environment`. */
  constructor(source: string, problems: readonly ConfigProblem[]) {
    const sorted = [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
    super(sorted.map((problem) => describeProblem(source, problem)).join('\n'));
    this.source = source;
    this.problems = sorted;
  }
}

/** `saola.yaml:12:5: message`. */
export function describeProblem(source: string, { line, column, message }: ConfigProblem): string {
  const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  return `${place}: ${message}`;
}

/** `; did you mean "x"?`, or nothing where nothing is near. */
export function suggestion(nearest: string | undefined): string {
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}
