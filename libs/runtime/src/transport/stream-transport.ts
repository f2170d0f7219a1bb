import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { tracesOf } from '@tianyan/contracts';
import { type ConsumerOptions, type Stream, type StreamBatch, type StreamConsumer } from '@tianyan/stream';
import { types } from 'node:util';
import { isObservable, lastValueFrom } from 'rxjs';
import { tracer } from '../telemetry.js';
import { StreamContext } from './stream-context.js';

export interface StreamTransportOptions extends Omit<ConsumerOptions, 'topics'> {
  stream: Stream;
  /**
   * Names this transport to Nest. In a process with several, each needs its own, and handlers name it in
   * `@EventPattern(topic, id)`: otherwise every transport would hand its batches to every handler.
   */
  transportId: symbol;
  /** Topics to read where handlers name patterns such as `records.*`; by default the topics that handlers name. */
  topics?: readonly string[];
  /**
   * Called once when a handler failed with an unknown error: nothing was committed and nothing more is handed out. The
   * process must end; whoever starts it again gets the same batch.
   */
  onFatal: (error: unknown) => void;
}

/**
 * Hands batches of a {@link Stream} to Nest's `@EventPattern(topic)` handlers: the payload is a `StreamBatch`, and the
 * consumer commits when the handler's promise has resolved. The kind of the error that a handler throws decides what
 * happens to the batch (see `StreamConsumer`), so it must arrive unchanged: controllers are marked with
 * `@StreamController()`, because Nest's own filter would replace it.
 */
export class StreamTransport extends Server implements CustomTransportStrategy {
  override readonly transportId: symbol;
  /** Failures reach the consumer, which reports them. */
  override readonly propagatesEventHandlerErrors = true;
  private consumer: StreamConsumer | null = null;

  constructor(private readonly options: StreamTransportOptions) {
    super();
    this.transportId = options.transportId;
  }

  /** Joins the consumer group; Nest reports what the callback is given. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      const { stream, group, maxBatchMessages, maxBatchBytes, partitionsAtOnce = 1, gatherMs = 0, startFrom } = this.options;
      const topics = this.options.topics ?? [...this.messageHandlers.keys()];
      if (topics.length === 0) throw new Error(`no @EventPattern names the transport ${String(this.transportId)}`);
      const unhandled = topics.filter((topic) => this.handlerOf(topic) === null);
      if (unhandled.length > 0) throw new Error(`no @EventPattern handles the topics ${unhandled.join(', ')}`);
      this.consumer = stream.consumer({ group, topics, maxBatchMessages, maxBatchBytes, partitionsAtOnce, gatherMs, startFrom });
      this.consumer.finished.catch((error: unknown) => this.options.onFatal(error));
      await this.consumer.start((batch) => this.handOver(batch));
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Ends after the batch in hand and leaves the group. */
  async close(): Promise<void> {
    await this.consumer?.stop();
  }

  /** The consumer, for pausing and for tests. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the signature is Nest's
  unwrap<T = StreamConsumer>(): T {
    if (!this.consumer) throw new Error('the transport does not listen yet');
    return this.consumer as T; // Nest's signature leaves the type to the caller
  }

  on(): never {
    throw new Error('a stream transport has no events of its own; see the events of the stream');
  }

  /** The handler that names the topic, or else the longest `prefix*` that fits. */
  private handlerOf(topic: string): MessageHandler | null {
    const exact = this.messageHandlers.get(topic);
    if (exact) return exact;
    const fitting = [...this.messageHandlers.keys()].filter(
      (pattern) => pattern.endsWith('*') && topic.startsWith(pattern.slice(0, -1)),
    );
    const longest = fitting.toSorted((a, b) => b.length - a.length)[0];
    return longest === undefined ? null : (this.messageHandlers.get(longest) ?? null);
  }

  private handOver(batch: StreamBatch): Promise<void> {
    const attributes = {
      'messaging.destination.name': batch.topic,
      'messaging.destination.partition.id': String(batch.partition),
      'messaging.consumer.group.name': this.options.group,
      'messaging.batch.message_count': batch.messages.length,
      'tianyan.traces': tracesOf(batch.messages),
    };
    return tracer.startActiveSpan(`process ${batch.topic}`, { kind: SpanKind.CONSUMER, attributes }, async (span) => {
      try {
        await this.handle(batch);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  private async handle(batch: StreamBatch): Promise<void> {
    const handler = this.handlerOf(batch.topic);
    if (!handler) throw new Error(`no @EventPattern handles the topic ${batch.topic}`);
    try {
      const result: unknown = await handler(batch, new StreamContext([batch, this.unwrap()]));
      // Errors arrive as an observable that fails; several handlers of one topic as one that joins them.
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (error) {
      throw types.isNativeError(error) ? error : hiddenError(error);
    }
  }
}

/** What Nest's default filter leaves of an error is an object without its kind: treat it as unknown, which stops. */
function hiddenError(replacement: unknown): Error {
  return new Error('a stream handler failed and Nest hid its error: mark its controller with @StreamController()', {
    cause: replacement,
  });
}
