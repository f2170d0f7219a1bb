import { z } from 'zod';

const hotlineAnswer = z.object({
  data: z.object({
    rows: z.array(z.unknown()),
    hasMore: z.boolean(),
    next: z.object({ updatedSince: z.number(), afterId: z.string() }),
  }),
});
const tradingAnswer = z.object({ items: z.array(z.unknown()), lastSeq: z.number(), more: z.boolean() });

/** What a reader met besides good answers, by status; `cut` for a body that ended in the middle. */
export type Refusals = Map<number | 'cut', number>;
export interface Page {
  /** The body as it came. */
  text: string;
  rows: unknown[];
}
export interface HotlinePosition {
  updatedSince: number;
  afterId: string;
}

/** Reads a feed of the hotline from a position to its end, asking again whenever the upstream misbehaves. */
export async function readHotline(
  url: string,
  feed: 'orders' | 'flows',
  more: {
    from?: HotlinePosition;
    pageSize?: number;
    refusals?: Refusals;
    /** Takes each page instead of having them all returned. */
    onPage?: (page: Page) => void;
  } = {},
): Promise<{ pages: Page[]; next: HotlinePosition }> {
  const pages: Page[] = [];
  let next = more.from ?? { updatedSince: 0, afterId: '' };
  for (;;) {
    const query = new URLSearchParams({
      updatedSince: String(next.updatedSince),
      afterId: next.afterId,
      pageSize: String(more.pageSize ?? 1_000),
    });
    const text = await persistently(
      `${url}/hotline/api/v2/${feed}?${query}`,
      { authorization: 'Bearer sandbox-hotline' },
      more.refusals,
    );
    const { data } = hotlineAnswer.parse(JSON.parse(text));
    const page = { text, rows: data.rows };
    if (more.onPage) more.onPage(page);
    else pages.push(page);
    next = data.next;
    if (!data.hasMore) return { pages, next };
  }
}

/** Reads the trading feed to its end. */
export async function readTrading(url: string, refusals?: Refusals): Promise<Page[]> {
  const pages: Page[] = [];
  let after = 0;
  for (;;) {
    const headers = { 'x-api-key': 'sandbox-trading' };
    const text = await persistently(`${url}/trading/openapi/changes?after=${after}`, headers, refusals);
    const answer = tradingAnswer.parse(JSON.parse(text));
    pages.push({ text, rows: answer.items });
    after = answer.lastSeq;
    if (!answer.more) return pages;
  }
}

/** Faults go by the number of the request, so that the next one helps; more than this many in a row are a bug. */
const ATTEMPTS = 5;

async function persistently(address: string, headers: Record<string, string>, refusals?: Refusals): Promise<string> {
  const met = (what: number | 'cut') => refusals?.set(what, (refusals.get(what) ?? 0) + 1);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const response = await fetch(address, { headers });
    const text = await response.text();
    if (!response.ok) {
      met(response.status);
      continue;
    }
    if (isJson(text)) return text;
    met('cut');
  }
  throw new Error(`no good answer in ${ATTEMPTS} attempts: ${address}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
