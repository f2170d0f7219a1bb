import { trace } from '@opentelemetry/api';

/** Without a collector there is nothing to load: the SDK costs half a second of start and tens of megabytes. */
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** Makes our spans; where no SDK runs, they cost nothing. */
export const tracer = trace.getTracer('tianyan');

/**
 * Starts the OpenTelemetry SDK where the environment names a collector; all its other settings are the standard
 * variables `OTEL_*`. Figures stay with Prometheus unless `OTEL_METRICS_EXPORTER` says otherwise.
 * @returns sends what is left and stops; null where nothing was started
 */
export async function startTelemetry(processName: string): Promise<(() => Promise<void>) | null> {
  if (!process.env[ENDPOINT]) return null;
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: process.env['OTEL_SERVICE_NAME'] ?? `tianyan-${processName}` });
  sdk.start();
  return () => sdk.shutdown();
}
