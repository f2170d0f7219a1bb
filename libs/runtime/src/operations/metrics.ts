import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** Prometheus registry of the process. */
export type Metrics = Registry;

/** A registry with what Node tells of itself: memory, event loop, collections. */
export function createMetrics(): Metrics {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return metrics;
}

export interface Figure {
  /** As Prometheus names things: `tianyan_writer_records_total`, `tianyan_drift_findings`. */
  name: string;
  help: string;
  /** A counter only rises since the process started. */
  kind: 'counter' | 'gauge';
  /** Asked at each scrape; null where nothing has been measured yet. */
  read: () => number | null;
}

/** Figures that a part of the program counts anyway, shown to whoever scrapes the process. */
export function showFigures(metrics: Metrics, figures: readonly Figure[]): void {
  for (const figure of figures) metrics.registerMetric(figure.kind === 'counter' ? asCounter(figure) : asGauge(figure));
}

function asCounter({ name, help, read }: Figure): Counter {
  return new Counter({
    name,
    help,
    registers: [],
    collect() {
      this.reset();
      this.inc(read() ?? 0);
    },
  });
}

function asGauge({ name, help, read }: Figure): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      const value = read();
      this.reset();
      // Without a measurement there is nothing to show; 0 would say that all is well.
      if (value === null) this.remove();
      else this.set(value);
    },
  });
}
