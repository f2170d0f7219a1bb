import { expect, test } from '@jest/globals';
import { Rounds, timerPause } from './index.js';

test('one round follows the other after the pause that it asks for, whether it failed or not, until the last has ended', async () => {
  const waits: number[] = [];
  const failures: unknown[] = [];
  let begun = 0;
  let ended = 0;
  const rounds: Rounds = new Rounds({
    round: async () => {
      expect(++begun - ended).toBe(1);
      await timerPause(1);
      ended++;
      if (begun === 2) throw new Error('away');
      if (begun === 4) void rounds.stop();
      return begun;
    },
    onFailed: (error) => {
      failures.push(error);
      return 50;
    },
    pause: async (delayMs) => void waits.push(delayMs),
  });
  rounds.start();
  rounds.start();
  while (!rounds.signal.aborted) await timerPause(1);
  await rounds.stop();
  expect([waits, begun, ended, failures]).toEqual([[1, 50, 3, 4], 4, 4, [new Error('away')]]);
});

test('stopped, it is not kept waiting by a pause, and begins no round', async () => {
  let begun = 0;
  const rounds = new Rounds({ round: async () => ++begun && 60_000, onFailed: () => 60_000, pause: timerPause });
  rounds.start();
  await rounds.stop();
  expect(begun).toBe(1);
});
