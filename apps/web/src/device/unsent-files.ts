import { z } from 'zod';
import { ApiError } from '../api/client.js';
import { isForLater } from './unsent-steps.js';

/** A file that was handed in: kept on the device until the server has it, or the person calls it off or clears it away. */
const keptFileSchema = z.object({
  /** What is sent under one id is stored once, however often it is sent. */
  id: z.string(),
  file: z.instanceof(File),
  /** What it is handed in to, below /api, such as /clues/ID. */
  path: z.string(),
  /** The page where it was handed in. */
  page: z.string(),
  /** In whose place (代理); missing: in the own name. */
  forId: z.string().optional(),
  /** Why the server refused it; null: it waits. A photograph may be nowhere else: refused, it stays until the person removes it. */
  refusal: z.string().nullable(),
});
export type KeptFile = z.output<typeof keptFileSchema>;
export type NewFile = Omit<KeptFile, 'refusal'>;

/** A file on its way: it waits for its turn, is being sent, waits for the network, or was refused and why. */
export interface FileOnItsWay extends NewFile {
  state: 'queued' | 'sending' | 'offline' | 'refused';
  share: number;
  message: string | null;
  /** Whether the device has it: a private window keeps nothing. */
  isKept: boolean;
}

/** What it needs of the device and the network. */
export interface UnsentFilesParts {
  all: (schema: typeof keptFileSchema, prefix: string) => Promise<KeptFile[]>;
  keep: (name: string, value: unknown) => Promise<void>;
  drop: (name: string) => Promise<void>;
  /** Answers what the server answers. Throws ApiError. */
  send: (file: NewFile, how: { onShare: (share: number) => void; signal: AbortSignal }) => Promise<unknown>;
  onChange: (files: readonly FileOnItsWay[]) => void;
  /** The server has it. */
  onSent: (path: string, answer: unknown) => void;
}

const PREFIX = 'unsent-file/';
const nameOf = (id: string) => `${PREFIX}${id}`;

/** Nobody answered, or a proxy for a console that is away. */
const AWAY: readonly number[] = [0, 502, 503, 504];

/** What is handed in to it, and the steps that are taken on it, stand below one address: /proofs/letters/1, /assignments/letters/1/steps. */
const subjectOf = (path: string) =>
  path
    .replace(/\/steps$/, '')
    .split('/')
    .slice(-2)
    .join('/');
export const isOfSubject = (file: { path: string }, step: { path: string }) => subjectOf(file.path) === subjectOf(step.path);

/** Files of one person that the server does not have yet, whatever page is open: sent one after the other. */
export class UnsentFiles {
  private files: readonly FileOnItsWay[] = [];
  /** Taken or called off here: what was read of the device before does not bring them back. */
  private readonly gone = new Set<string>();
  private sending: { id: string; calling: AbortController } | null = null;
  private flushing: Promise<void> | null = null;
  private stopped = false;

  constructor(private readonly parts: UnsentFilesParts) {}

  /** Hands it in; `problem`: why it is not even sent. */
  async add(file: NewFile, problem: string | null): Promise<void> {
    const state = problem === null ? 'queued' : 'refused';
    this.become([...this.files, { ...file, state, share: 0, message: problem, isKept: false }]);
    if (problem !== null) return;
    await this.keep(file, null);
    await this.flush();
  }

  /** Calls it off, or clears away what was refused. */
  async cancel(id: string): Promise<void> {
    if (this.sending?.id === id) this.sending.calling.abort();
    await this.take(id);
  }

  /** Tries each once; what the server cannot take at present is tried again by the next. */
  flush(): Promise<void> {
    this.flushing ??= this.sendAll().finally(() => {
      this.flushing = null;
    });
    return this.flushing;
  }

  /** Whether a step has to wait for a file of its subject to arrive. Refused ones do not count: who sends it has them on the page. */
  async isAwaitedBy(step: { path: string }): Promise<boolean> {
    await this.read();
    return this.files.some((file) => file.state !== 'refused' && isOfSubject(file, step));
  }

  /** As `isHolding`, by what the device keeps: another window may have handed something in. */
  async holds(step: { path: string }): Promise<boolean> {
    await this.read();
    return this.isHolding(step);
  }

  /**
   * Whether a step that is sent by itself is held back: once a result is reported, nothing more can be handed in. Also by what was refused, since nobody
   * may have seen that it was.
   */
  isHolding(step: { path: string }): boolean {
    return this.files.some((file) => file.isKept && isOfSubject(file, step));
  }

  /** Somebody else has signed in, or nobody is any more: what is on the device stays there. */
  stop(): void {
    this.stopped = true;
    this.sending?.calling.abort();
  }

  /** What the device keeps: of an earlier visit, and without what another window has sent or called off. */
  private async read(): Promise<void> {
    const all = await this.parts.all(keptFileSchema, PREFIX);
    const kept = new Map(all.filter(({ id }) => !this.gone.has(id)).map((one) => [one.id, one]));
    const known = this.files.flatMap((one) => {
      if (kept.delete(one.id)) return [{ ...one, isKept: true }];
      return one.isKept && one.state !== 'sending' ? [] : [one];
    });
    this.become([...[...kept.values()].map(restored), ...known]);
  }

  private async sendAll(): Promise<void> {
    await this.read();
    const tried = new Set<string>();
    while (!this.stopped) {
      const next = this.files.find(({ id, state }) => state !== 'refused' && !tried.has(id));
      if (!next) return;
      tried.add(next.id);
      await this.sendOne(next);
    }
  }

  private async sendOne({ id, file, path, page, forId, isKept }: FileOnItsWay): Promise<void> {
    const calling = new AbortController();
    this.sending = { id, calling };
    this.change(id, { state: 'sending', share: 0, message: null });
    let answer: unknown;
    try {
      const onShare = (share: number) => this.change(id, { share });
      answer = await this.parts.send({ id, file, path, page, forId }, { onShare, signal: calling.signal });
    } catch (error) {
      if (calling.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      if (!isForLater(error)) await this.keep({ id, file, path, page, forId }, error.message);
      this.change(id, afterFailure(error, isKept));
      return;
    } finally {
      this.sending = null;
    }
    await this.take(id);
    this.parts.onSent(path, answer);
  }

  private async keep(file: NewFile, refusal: string | null): Promise<void> {
    await this.parts.keep(nameOf(file.id), { ...file, refusal } satisfies KeptFile);
    // Called off while it was written.
    if (this.gone.has(file.id)) await this.parts.drop(nameOf(file.id));
  }

  private async take(id: string): Promise<void> {
    this.gone.add(id);
    this.become(this.files.filter((one) => one.id !== id));
    await this.parts.drop(nameOf(id));
  }

  private change(id: string, changed: Partial<FileOnItsWay>): void {
    this.become(this.files.map((one) => (one.id === id ? { ...one, ...changed } : one)));
  }

  private become(files: readonly FileOnItsWay[]): void {
    this.files = files;
    if (!this.stopped) this.parts.onChange(files);
  }
}

function restored({ refusal, ...file }: KeptFile): FileOnItsWay {
  return { ...file, state: refusal === null ? 'queued' : 'refused', share: 0, message: refusal, isKept: true };
}

/** What the console refused is refused again: it stays with the reason. */
function afterFailure(error: ApiError, isKept: boolean): Pick<FileOnItsWay, 'state' | 'message'> {
  if (!isForLater(error)) return { state: 'refused', message: error.message };
  const stays = isKept ? '文件已保存在本机' : '请不要关闭页面';
  if (AWAY.includes(error.status)) return { state: 'offline', message: `网络不通，${stays}，网络恢复后自动上传。` };
  if (error.problem.code !== 'unauthenticated')
    return { state: 'offline', message: `${error.message}（${stays}，稍后自动再传）` };
  return {
    state: 'offline',
    message: isKept ? `登录已过期，${stays}，您重新登录后自动上传。` : '登录已过期，请重新登录后再上传。',
  };
}
