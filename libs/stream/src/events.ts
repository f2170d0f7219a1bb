/** What happened inside a stream, for the log and the metrics of whoever composed it. */
export type StreamEvent =
  | { kind: 'assigned' | 'released' | 'lost'; group: string; topic: string; partition: number }
  | { kind: 'retry'; group: string; topic: string; partition: number; attempt: number; delayMs: number; error: unknown }
  | { kind: 'dead-lettered'; group: string; topic: string; partition: number; messages: number; error: unknown }
  | { kind: 'unreachable' | 'stopped' | 'leave-failed'; group: string; error: unknown }
  | { kind: 'notify-failed' | 'listener-lost' | 'connection-cut'; error: unknown }
  /** Topics of which an acknowledged message may be lost, or not be taken, when a broker dies; in Chinese, what to do. */
  | { kind: 'not-durable'; topics: readonly string[]; message: string }
  /** A warning of the client library, in its own words. */
  | { kind: 'client-warning'; message: string; details: Readonly<Record<string, unknown>> };
