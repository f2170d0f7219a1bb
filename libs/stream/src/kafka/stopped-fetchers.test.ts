import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import Runner from 'kafkajs/src/consumer/runner.js';
import { setImmediate as turn } from 'node:timers/promises';
import { endStoppedFetchers } from './stopped-fetchers.js';

/** Questions that a consumer which has stopped may be asked before the test ends the loop by itself: else it never ends. */
const MAX_QUESTIONS = 1_000;

/** kafkajs's own runner over brokers that the test moves; `questions` counts what it was asked when it had stopped. */
function runnerOver(nodes: { ids: string[]; answer: () => Promise<readonly object[]> }) {
  const seen = { questions: 0 };
  const debug = (message: string) => {
    if (message === 'consumer not running, exiting' && ++seen.questions > MAX_QUESTIONS) throw new Error('asked without end');
  };
  const silent = { debug, info: () => {}, warn: () => {}, error: () => {}, namespace: () => silent };
  const runner = new Runner({
    logger: silent,
    consumerGroup: {
      groupId: 'g',
      memberId: 'm',
      getNodeIds: () => nodes.ids,
      fetch: () => nodes.answer(),
      heartbeat: async () => {},
      leave: async () => {},
    },
    instrumentationEmitter: new EventEmitter(),
    onCrash: () => {},
    concurrency: 1,
    retry: { initialRetryTime: 1, maxRetryTime: 1 },
  });
  return { runner, seen };
}

test('a consumer stopped while kafkajs makes new fetchers, since its brokers have changed, ends; nothing asks for ever', async () => {
  endStoppedFetchers();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let asked = 0;
  const nodes = {
    ids: ['1', '2'],
    // The second broker answers late, so that the fetchers of both are waited for.
    answer: async () => {
      if (++asked % 2 === 0) await held;
      else await turn();
      return [];
    },
  };
  const { runner, seen } = runnerOver(nodes);
  runner.running = true;
  runner.scheduleFetchManager();
  await turn();
  nodes.ids = ['1', '3'];
  await turn();
  await turn();
  // The fetcher of broker 1 has noticed, and that of broker 2 is waited for: the stop finds fetchers that are ending.
  const stopped = runner.stop();
  letGo();
  await stopped;
  expect(runner.running).toBe(false);
  expect(seen.questions).toBe(0);
});
