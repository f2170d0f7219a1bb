import { SECOND_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import { join } from 'node:path';
import { z } from 'zod';
import { StateFile } from './state-file.js';

/** What a reader needs to follow the sandbox's time by itself: now = simStartMs + (real now − realStartMs) × speed. */
export interface ClockState {
  simStartMs: EpochMs;
  realStartMs: EpochMs;
  /** Simulated seconds per real second. */
  speed: number;
}

const keptSchema = z.object({
  /** No time later than this has been told to anybody. */
  toldUpToMs: z.number().int(),
  speed: z.number().positive(),
  /** The speed that the process was started with; another one at the next start is a new wish and wins. */
  startSpeed: z.number().positive(),
});
type Kept = z.output<typeof keptSchema>;

/**
 * How far ahead (in real time) times are allowed before the file is written again: one small write in so long, and at
 * most so much is skipped by a `kill -9`.
 */
const ALLOWANCE_MS = 2 * SECOND_MS;

/**
 * The county's time. It stands still while the process is down (at the usual speed a night would be a month of
 * unread history, and a week would leave the years whose holidays are known), and it never goes back, not even over a
 * `kill -9` or when the machine's clock is set: no time is told that the file does not cover already.
 */
export class SandboxClock implements Clock {
  private latestMs: EpochMs;
  private toldUpToMs: EpochMs = Number.NEGATIVE_INFINITY;

  private constructor(
    private state: ClockState,
    private readonly startSpeed: number,
    private readonly machine: Clock,
    private readonly file: StateFile<Kept>,
  ) {
    this.latestMs = state.simStartMs;
  }

  /** Goes on from the data folder's state if there is one, at the speed set last unless `speed` is another than at the start before. */
  static open(folder: string, machine: Clock, startMs: EpochMs, speed: number): SandboxClock {
    const file = new StateFile(join(folder, 'clock.json'), keptSchema);
    const kept = file.read();
    const state = {
      simStartMs: kept?.toldUpToMs ?? startMs,
      realStartMs: machine.nowMs(),
      speed: kept?.startSpeed === speed ? kept.speed : speed,
    };
    const clock = new SandboxClock(state, speed, machine, file);
    clock.nowMs();
    return clock;
  }

  nowMs(): EpochMs {
    const { simStartMs, realStartMs, speed } = this.state;
    this.latestMs = Math.max(this.latestMs, Math.floor(simStartMs + (this.machine.nowMs() - realStartMs) * speed));
    // Early, by half: readers carry the time on between two looks, and must not get ahead of the file either.
    if (this.latestMs + (ALLOWANCE_MS / 2) * speed > this.toldUpToMs) this.save(this.latestMs + ALLOWANCE_MS * speed);
    return this.latestMs;
  }

  report(): ClockState & { nowMs: EpochMs } {
    return { ...this.state, nowMs: this.nowMs() };
  }

  /**
   * Jumps forward. Time that has been must not come again: readers have stored it.
   * @throws RangeError for a time before now
   */
  advanceTo(atMs: EpochMs): void {
    if (atMs < this.nowMs()) throw new RangeError('the sandbox clock cannot go back');
    this.restartAt(atMs, this.state.speed);
  }

  changeSpeed(speed: number): void {
    this.restartAt(this.nowMs(), speed);
  }

  /** Before an orderly end: the next start goes on from this very moment. */
  close(): void {
    this.save(this.nowMs());
  }

  private restartAt(simStartMs: EpochMs, speed: number): void {
    this.state = { simStartMs, realStartMs: this.machine.nowMs(), speed };
    this.latestMs = simStartMs;
    this.save(simStartMs + ALLOWANCE_MS * speed);
  }

  private save(toldUpToMs: EpochMs): void {
    this.toldUpToMs = Math.ceil(toldUpToMs);
    this.file.save({ toldUpToMs: this.toldUpToMs, speed: this.state.speed, startSpeed: this.startSpeed });
  }
}
