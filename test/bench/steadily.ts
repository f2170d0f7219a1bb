import { SECOND_MS } from '@tianyan/kernel';
import { setTimeout as pause } from 'node:timers/promises';

/** Sends at an exact steady rate, a piece each `everyMs`, until it is over; what took long is made up for. */
export async function steadily(
  input: { perSecond: number; everyMs: number; isOver: (elapsedMs: number) => boolean },
  send: (count: number) => Promise<void>,
): Promise<void> {
  const { perSecond, everyMs, isOver } = input;
  const startMs = performance.now();
  let sent = 0;
  for (let tick = 1; !isOver(performance.now() - startMs); tick++) {
    const due = Math.floor((tick * everyMs * perSecond) / SECOND_MS) - sent;
    if (due > 0) await send(due);
    sent += due;
    await pause(Math.max(0, startMs + tick * everyMs - performance.now()));
  }
}
