// A writer that is wrong on purpose: it commits the offset of a batch before the batch has had its effect. The suite has
// to notice. Everything else is the writer that ships.
import 'reflect-metadata';
import { runProcess } from '@tianyan/runtime';
import { WriterModule, writerTransport } from '@tianyan/writer-app';

/** The same stream, whose consumers count a batch as done as soon as they have it. */
function committingFirst(stream) {
  return {
    ...stream,
    consumer(options) {
      const consumer = stream.consumer(options);
      let effects = Promise.resolve();
      const start = (handler) =>
        consumer.start(async (batch) => {
          const late = { ...batch, assertOwned: async () => {} };
          effects = effects.then(() => handler(late));
        });
      return {
        start,
        pause: () => consumer.pause(),
        resume: () => consumer.resume(),
        stop: () => consumer.stop(),
        get finished() {
          return consumer.finished;
        },
      };
    },
  };
}

await runProcess({
  name: 'writer',
  migrations: [],
  modules: () => [WriterModule],
  transports: ({ parts, onFatal }) => [
    writerTransport({ stream: committingFirst(parts.stream), catalogue: parts.catalogue, onFatal }),
  ],
});
