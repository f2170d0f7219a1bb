import kafkajs from 'kafkajs';
import Runner from 'kafkajs/src/consumer/runner.js';

/** The consumer was stopped while its fetchers were being made anew: those that were made too late end with it. */
export class StoppedFetcherError extends kafkajs.KafkaJSError {
  override readonly name = 'StoppedFetcherError';
}

/**
 * Mends a fault of kafkajs 2.2.4 (related: its issue 1384): a stop ends the fetchers of the moment. When the brokers of the
 * partitions have just changed, kafkajs is making new ones then, and they ask a consumer that has stopped, are answered
 * "nothing" at once, and ask again, for ever and without a pause: no timer, no answer and no signal ever gets through to this
 * process again. Seen when a broker was killed and came back. Here such a question is an error, which ends the fetcher.
 */
export function endStoppedFetchers(): void {
  const fetch = Reflect.get(Runner.prototype, 'fetch');
  if (Reflect.has(fetch, MENDED)) return;
  const mended = async function (this: Runner, nodeId: string) {
    if (!this.running) throw new StoppedFetcherError('the consumer has stopped');
    return fetch.call(this, nodeId);
  };
  Runner.prototype.fetch = Object.assign(mended, { [MENDED]: true });
}

const MENDED = Symbol('mended');
