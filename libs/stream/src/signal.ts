/** A wake-up that is remembered until somebody waits for it; many of them count as one. */
export class Signal {
  private raised = false;
  private wake: (() => void) | null = null;

  raise(): void {
    this.raised = true;
    this.wake?.();
  }

  /** Resolves at the next wake-up (at once if one is remembered) or after the time, whichever comes first. */
  async wait(timeoutMs: number): Promise<'raised' | 'timeout'> {
    if (!this.raised) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = null;
    }
    const outcome = this.raised ? 'raised' : 'timeout';
    this.raised = false;
    return outcome;
  }
}
