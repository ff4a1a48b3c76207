/**
 * Keeps the number of label sets of all metrics together under a ceiling, also when an operator configures more models
 * and providers than a metrics store should hold: what comes too late is counted under `other`.
 */
export class SeriesBudget {
  private left: number;

  constructor(seriesMax: number) {
    this.left = seriesMax;
  }

  /** `false` when so many more series would be too many; nothing is taken then. */
  take(series: number): boolean {
    if (series > this.left) return false;
    this.left -= series;
    return true;
  }
}
