import type { YearOfHolidays } from '@tianyan/calendar';
import { RefusedError, SECOND_MS, SerialQueue, sha256Hex } from '@tianyan/kernel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { checkedExamplesSchema, type ExamplesAsked } from './example-messages.js';
import type { CheckedExample } from './tried-examples.js';

/** Of the built library: it runs in a process of its own, also under the tests, which run on the sources. */
const PROGRAM = fileURLToPath(new URL('../../dist/examples/try-examples-main.js', import.meta.url));

/** An example takes a tenth of a second, on a busy machine more than one; a rule has at most fifty. */
export const MAX_EXAMPLES_SECONDS = 120;
/** Of Node alone; the engine beside it is bounded by its limits for a query. */
const HEAP_MB = 256;
/** Rules whose examples are waited for: each takes seconds, and nobody waits for more than a few. */
const MAX_WAITING = 4;
/** What is kept of its complaint: the end says what went wrong. */
const KEPT_COMPLAINT_CHARS = 2_000;
/** Texts whose answer is remembered: one is tried, and published a minute later. */
const MAX_REMEMBERED = 20;

/**
 * Tries the examples of a rule on real tables, in a process of its own for each rule: an embedded ClickHouse holds one folder per
 * process, and that of this process is the platform's; whatever a rule does to the engine, it does not do it here. One at a time.
 */
export class ExampleProcess {
  private readonly queue = new SerialQueue(MAX_WAITING + 1);
  private asked = 0;
  /** By the digest of the text: the same program says the same of the same text. */
  private readonly remembered = new Map<string, readonly CheckedExample[]>();

  /** @param folder where each has a folder of its own while it runs */
  constructor(
    private readonly holidays: readonly YearOfHolidays[],
    private readonly folder = tmpdir(),
  ) {}

  /**
   * What came of each example. The rule must compile. Throws RefusedError where they take too long or too many wait, and the reason
   * of `signal` when that says that nobody waits any more; the process is then ended.
   */
  async tried(yaml: string, signal?: AbortSignal): Promise<readonly CheckedExample[]> {
    const digest = sha256Hex(yaml);
    const known = this.remembered.get(digest);
    if (known) return known;
    if (this.asked > MAX_WAITING) throw new RefusedError('too-many', '正在试好几条别的规则的例子，请过一两分钟再试');
    this.asked++;
    try {
      const examples = await this.queue.run(() => this.run(yaml, signal));
      if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
      this.remembered.set(digest, examples);
      return examples;
    } finally {
      this.asked--;
    }
  }

  private async run(yaml: string, signal: AbortSignal | undefined): Promise<readonly CheckedExample[]> {
    signal?.throwIfAborted();
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing; npm run build makes it`);
    // Here and not in the process, which may be ended before it has tidied up.
    const directory = await mkdtemp(join(this.folder, 'tianyan-examples-'));
    const limit = AbortSignal.timeout(MAX_EXAMPLES_SECONDS * SECOND_MS);
    try {
      const asked = JSON.stringify({ yaml, directory, holidays: this.holidays } satisfies Readonly<
        Record<keyof ExamplesAsked, unknown>
      >);
      return await answerOf(asked, AbortSignal.any([limit, ...(signal ? [signal] : [])]));
    } catch (error) {
      signal?.throwIfAborted();
      if (!limit.aborted) throw error;
      throw new RefusedError('invalid', `例子在 ${MAX_EXAMPLES_SECONDS} 秒内没有跑完：请减少例子或例子里的记录，或过一会儿再试`);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

async function answerOf(asked: string, signal: AbortSignal): Promise<readonly CheckedExample[]> {
  const child = spawn(execPath, [`--max-old-space-size=${HEAP_MB}`, PROGRAM], { stdio: 'pipe' });
  const end = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  // Its end shows as such, not as a broken pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(asked);
  try {
    const [answer, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    signal.throwIfAborted();
    if (child.exitCode !== 0)
      throw new Error(`the process that tries examples ended with ${child.exitCode}: ${complaint.slice(-KEPT_COMPLAINT_CHARS)}`);
    return checkedExamplesSchema.parse(JSON.parse(answer));
  } finally {
    signal.removeEventListener('abort', end);
  }
}
