import { expect, test } from '@jest/globals';
import { LIVE_STARTS, parseSize } from '../options.js';
import { SandboxWorld } from '../sandbox.js';
import { Dice } from '../world/dice.js';
import { replyText } from './step-texts.js';

test('a reply that no story wrote is long enough even when a third of it got lost in a slip', () => {
  const world = new SandboxWorld(3, parseSize('small'));
  world.ensureThrough(LIVE_STARTS);
  const lengths: number[] = [];
  for (let day = LIVE_STARTS - 60; day <= LIVE_STARTS; day++)
    for (const life of world.hotline.livesOf(day))
      for (const event of life.events)
        if (event.action === 'completion-applied' && event.reply === undefined)
          for (let i = 0; i < 20; i++) lengths.push(replyText(new Dice(i, day, event.seq), life, event, world.county).length);
  expect(lengths.length).toBeGreaterThan(2_000);
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(30); // two thirds of it: twenty
});
