import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, EpochMs } from '@tianyan/kernel';
import { z } from 'zod';

/** What a reader needs to follow the sandbox's time by itself: now = simStartMs + (real now − realStartMs) × speed. */
export interface ClockState {
  simStartMs: EpochMs;
  realStartMs: EpochMs;
  /** Simulated seconds per real second. */
  speed: number;
}
const stateSchema = z.object({ simStartMs: z.number(), realStartMs: z.number(), speed: z.number() });

/** The sandbox's time. It runs on while the process is down, as the world does, because its state is kept on disk. */
export class SandboxClock implements Clock {
  private constructor(
    private state: ClockState,
    private readonly machine: Clock,
    private readonly file: string,
  ) {}

  /** Goes on from the data folder's state if there is one; `speed` then applies from now on. */
  static open(folder: string, machine: Clock, startMs: EpochMs, speed: number): SandboxClock {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'clock.json');
    const kept = existsSync(file) ? stateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
    const clock = new SandboxClock(kept ?? { simStartMs: startMs, realStartMs: machine.nowMs(), speed }, machine, file);
    if (clock.state.speed !== speed) clock.changeSpeed(speed);
    else clock.save();
    return clock;
  }

  nowMs(): EpochMs {
    const { simStartMs, realStartMs, speed } = this.state;
    return Math.floor(simStartMs + (this.machine.nowMs() - realStartMs) * speed);
  }

  report(): ClockState & { nowMs: EpochMs } {
    return { ...this.state, nowMs: this.nowMs() };
  }

  /** Jumps forward. Time that has been must not come again: readers have stored it. */
  advanceTo(atMs: EpochMs): void {
    if (atMs < this.nowMs()) throw new RangeError('the sandbox clock cannot go back');
    this.state = { simStartMs: atMs, realStartMs: this.machine.nowMs(), speed: this.state.speed };
    this.save();
  }

  changeSpeed(speed: number): void {
    this.state = { simStartMs: this.nowMs(), realStartMs: this.machine.nowMs(), speed };
    this.save();
  }

  private save(): void {
    writeFileSync(this.file, JSON.stringify(this.state));
  }
}
