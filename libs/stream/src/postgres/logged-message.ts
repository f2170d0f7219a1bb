import type { StreamMessage } from '../port.js';

type Place = Pick<StreamMessage, 'topic' | 'partition' | 'appendedAtMs'>;

/**
 * A message whose value stays what it is in the log, UTF-8 within its chunk, until somebody asks for the text: the writer hands the
 * bytes on, and ten thousand texts that nobody reads would be most of what the process has to clear away.
 */
export class LoggedMessage implements StreamMessage {
  readonly topic: string;
  readonly partition: number;
  readonly appendedAtMs: number;
  readonly #chunk: Buffer;
  readonly #start: number;
  readonly #end: number;
  #bytes: Buffer | null = null;

  constructor(
    { topic, partition, appendedAtMs }: Place,
    readonly offset: number,
    readonly key: string,
    readonly headers: Readonly<Record<string, string>>,
    value: { chunk: Buffer; start: number; end: number },
  ) {
    this.topic = topic;
    this.partition = partition;
    this.appendedAtMs = appendedAtMs;
    this.#chunk = value.chunk;
    this.#start = value.start;
    this.#end = value.end;
  }

  get bytes(): Buffer {
    this.#bytes ??= this.#chunk.subarray(this.#start, this.#end);
    return this.#bytes;
  }

  get value(): string {
    return this.#chunk.toString('utf8', this.#start, this.#end);
  }
}
