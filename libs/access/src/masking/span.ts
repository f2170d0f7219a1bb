/** What a span of a text holds. */
export type SpanKind = 'phone' | 'card' | 'bank' | 'document' | 'email' | 'account' | 'plate' | 'address' | 'name';

/** A part of a text that must not be shown: [start, end). */
export interface Span {
  start: number;
  end: number;
  kind: SpanKind;
}
