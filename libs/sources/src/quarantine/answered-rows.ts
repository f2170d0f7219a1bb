import type { TypedRecord } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { fingerprintOf, type AcceptedRow, type QuarantineStore } from './quarantine-store.js';

/**
 * Finds the quarantined rows that a run answers: their own text is accepted now, or their source has said something new of
 * the same record since, of the same version or a later one. They are settled at the end: what the run itself has refused,
 * at whatever place, is not answered by it.
 */
export class AnsweredRows {
  /** The text by which each was answered, by the number of the quarantined row. */
  private readonly answers = new Map<number, string>();
  private hasOpenRows: boolean | null = null;
  private readonly sinceMs: EpochMs;

  constructor(
    private readonly store: Pick<QuarantineStore, 'nowMs' | 'hasOpen' | 'answeredBy' | 'settleAnswered'>,
    private readonly feed: { source: string; feed: string },
  ) {
    this.sinceMs = store.nowMs();
  }

  /**
   * @param accepted rows of a page of which nothing was refused
   * @param news records of the page that were not known with this content
   */
  async note(accepted: readonly AcceptedRow[], news: readonly TypedRecord[]): Promise<void> {
    if (accepted.length + news.length === 0) return;
    this.hasOpenRows ??= await this.store.hasOpen(this.feed.source);
    if (!this.hasOpenRows) return;
    const texts = new Map<string, string>();
    for (const { raw, records } of accepted) {
      texts.set(fingerprintOf({ ...this.feed, type: null, raw }), raw);
      for (const { type, record } of records) texts.set(fingerprintOf({ ...this.feed, type, raw: record.raw }), record.raw);
    }
    const answered = await this.store.answeredBy(this.feed.source, { texts, news, beforeMs: this.sinceMs });
    for (const [id, raw] of answered) this.answers.set(id, raw);
  }

  /** @param by what has answered them, in Chinese */
  async settle(by: string): Promise<void> {
    await this.store.settleAnswered(this.answers, { by, beforeMs: this.sinceMs });
    this.answers.clear();
  }
}
