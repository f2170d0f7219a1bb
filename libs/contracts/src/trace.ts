/** Header of a message of the stream: with which page or file of its source it came, 32 hexadecimal digits as in W3C traces. */
export const TRACE_HEADER = 'trace';

/** Traces named of one batch. A batch of a first load may come from more pages; live ones come from a few. */
export const MAX_TRACES = 20;

/** The first distinct traces of the messages, in their order. */
export function tracesOf(messages: Iterable<{ headers: Readonly<Record<string, string>> }>): string[] {
  const traces = new Set<string>();
  for (const { headers } of messages) {
    const trace = headers[TRACE_HEADER];
    if (trace !== undefined) traces.add(trace);
    if (traces.size === MAX_TRACES) break;
  }
  return [...traces];
}
