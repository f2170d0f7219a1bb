import type { LoadAnnouncement, LoadRegister } from './load-register.js';

/** What the pipeline knows of a page before it publishes it. */
export interface PageOfLoad {
  /** The source has said that another page follows. */
  more: boolean;
}

/**
 * One load of records that only make sense together, announced before its first record is published. A run that publishes
 * nothing announces nothing.
 */
export class AnnouncedLoad {
  private id: string | null;

  private constructor(
    private readonly register: LoadRegister,
    private readonly announcement: LoadAnnouncement,
    private readonly from: 'first-page' | 'when-more-follows',
    left: string | null,
  ) {
    this.id = left;
  }

  /** A load of a person's own; an earlier one of the same feed may still be under way. */
  static alone(register: LoadRegister, announcement: LoadAnnouncement): AnnouncedLoad {
    return new AnnouncedLoad(register, announcement, 'first-page', null);
  }

  /**
   * A load of a feed that nobody else reads meanwhile: goes on with the one that a reader left open which died, or whose
   * source failed in the middle.
   * @param from whether a run of a single page is a load too
   */
  static async ofFeed(
    register: LoadRegister,
    announcement: LoadAnnouncement,
    from: 'first-page' | 'when-more-follows',
  ): Promise<AnnouncedLoad> {
    return new AnnouncedLoad(register, announcement, from, await register.resume(announcement));
  }

  /** The load that records published now belong to; null while the run is no load. Before each page, as a sign of life. */
  async current({ more }: PageOfLoad): Promise<string | null> {
    if (this.id === null && this.from === 'when-more-follows' && !more) return null;
    // It was given up, as this process slept: what comes now is judged with what follows.
    if (this.id === null || !(await this.register.isOpen(this.id))) this.id = await this.register.begin(this.announcement);
    return this.id;
  }

  /** The stream has the last record. Not to be called where a later run goes on with the load. */
  async end(): Promise<void> {
    if (this.id !== null) await this.register.end(this.id);
    this.id = null;
  }
}
