import { problemSchema, type Problem } from '@tianyan/console-app/api';
import type { z } from 'zod';
import { noteAnswer } from '../device/connection.js';
import { STALLED_MS, withinLimit } from './time-limit.js';

/** An answer that says no. `message` is Chinese, says what to do, and is shown as it is. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
    this.name = 'ApiError';
  }
}

/**
 * What came is no answer of the console that could be understood: of a gateway that answers in its place (its page to sign in, its own 403), or cut off on
 * the way. Whether the console was asked at all is not known.
 */
export class UnreadableAnswer extends ApiError {}

/** Nothing came within the limit, or no more of what had begun. What was asked may be done, be under way, or never have arrived. */
export class NoAnswer extends UnreadableAnswer {
  constructor(message: string) {
    super(0, { code: 'unavailable', message });
  }
}

/** Until an answer begins, which then comes as fast as the network. A read: the console's own queries end by themselves after 20 s at most. */
const READ_LIMIT_MS = 30_000;
/** What changes something: picking a campaign's orders takes the longest, and ends after 15 s. */
const WRITE_LIMIT_MS = 60_000;
/** A filled-in table is small: on a slow network it goes out in a minute or two. Larger files show how far they are, see `whenStalled`. */
const FORM_LIMIT_MS = 5 * 60_000;
/** Files: many records are read before the first of it comes, or after the last has gone out. */
export const FILE_LIMIT_MS = 30 * 60_000;

/** Of a proxy before a server that is away. */
const PROXY_FAILURES: readonly number[] = [502, 503, 504];

const UNREACHABLE: Problem = { code: 'unavailable', message: '连不上服务器。请检查网络；如果别的网页能打开，请联系管理员。' };
const UNREADABLE: Problem = { code: 'internal', message: '服务器的回答无法读懂，可能刚刚升级过。请刷新页面再试。' };

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  /** Under it the server does the same content once, however often it is sent. */
  key?: string;
  /** Who wrote it, where it is sent later: nothing is done with it where somebody else is signed in by then. */
  sender?: string;
  signal?: AbortSignal;
  /** Sent also where the page is closed meanwhile; nobody reads the answer then. */
  outlivesPage?: boolean;
}

/** One call of the console's API; the answer is checked by its schema. Throws ApiError and nothing else but an abort. */
export async function callApi<S extends z.ZodType>(schema: S, path: string, request: ApiRequest = {}): Promise<z.output<S>> {
  return answered(path, request, limitOf(request), async (response, body) => {
    const content = (await (await body())?.text()) ?? '';
    if (!response.ok) throw failureOf(response.status, content);
    // Also where any answer will do: a page is none.
    if (isOfGateway(response)) throw new UnreadableAnswer(response.status, UNREADABLE);
    return readAnswer(schema, response.status, content);
  });
}

/** An answer that is a file, with its name. Throws ApiError and nothing else but an abort. */
export async function callFile(path: string, request: ApiRequest): Promise<{ name: string; content: Blob }> {
  return answered(path, request, FILE_LIMIT_MS, async (response, body) => {
    const content = await body();
    if (!response.ok) throw failureOf(response.status, (await content?.text()) ?? '');
    const name = fileNameOf(response.headers.get('content-disposition') ?? '');
    // Cut off on the way.
    if (name === null || content === null) throw new UnreadableAnswer(response.status, UNREADABLE);
    return { name, content };
  });
}

function limitOf(request: ApiRequest): number {
  if (request.body instanceof FormData) return FORM_LIMIT_MS;
  return isRead(request) ? READ_LIMIT_MS : WRITE_LIMIT_MS;
}

const isRead = ({ method = 'GET' }: ApiRequest): boolean => method === 'GET';

/**
 * With all of its content, or not at all. An answer that has begun is given up only where it stands still, and says nothing of the connection. Throws
 * NoAnswer, and what `read` throws.
 * @param read gets the content from what it is given; null: it was cut off
 */
async function answered<T>(
  path: string,
  request: ApiRequest,
  limitMs: number,
  read: (response: Response, body: () => Promise<Blob | null>) => Promise<T>,
): Promise<T> {
  let hasBegun = false;
  const work = async (signal: AbortSignal, again: (waitMs: number) => void): Promise<T> => {
    const response = await send(path, { ...request, signal });
    hasBegun = true;
    const moved = () => again(STALLED_MS);
    moved();
    return read(response, () => bodyOf(response, signal, moved));
  };
  return withinLimit({ limitMs, signal: request.signal }, work, () => {
    if (hasBegun) return new NoAnswer(unansweredWords(request, `服务器的回答没有传完，${waitedWords(STALLED_MS)}没有进展`));
    noteAnswer(false);
    return new NoAnswer(unansweredWords(request, `等了 ${waitedWords(limitMs)}，服务器没有回答`));
  });
}

/** Null: cut off on the way. Throws where it was called off. */
async function bodyOf(response: Response, signal: AbortSignal, moved: () => void): Promise<Blob | null> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const piece = await reader?.read();
      if (piece?.value === undefined) break;
      pieces.push(piece.value);
      moved();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
  return new Blob(pieces, { type: response.headers.get('content-type') ?? '' });
}

const waitedWords = (ms: number): string => (ms < 120_000 ? `${ms / 1000} 秒` : `${ms / 60_000} 分钟`);

function unansweredWords(request: ApiRequest, begin: string): string {
  if (isRead(request)) return `${begin}，可能正忙，也可能网络不稳。请再试一次；总是这样的，请联系管理员。`;
  return request.key === undefined
    ? `${begin}，不知道是否已经办成。请刷新页面核对，没有办成的再办一次。`
    : `${begin}，不知道是否已经办成。请再试一次：重复提交只办一次。`;
}

/** Null: the answer is no file. */
export function fileNameOf(disposition: string): string | null {
  const [, encoded] = /^attachment; filename\*=UTF-8''([\w.!~*'()%-]+)$/.exec(disposition) ?? [];
  return encoded === undefined ? null : decodeURIComponent(encoded);
}

async function send(path: string, request: ApiRequest): Promise<Response> {
  const form = request.body instanceof FormData ? request.body : undefined;
  const json = form === undefined && request.body !== undefined ? JSON.stringify(request.body) : undefined;
  const body = form ?? json;
  try {
    const response = await fetch(`/api${path}${searchOf(request.query ?? {})}`, {
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.key === undefined ? {} : { 'idempotency-key': request.key }),
        ...(request.sender === undefined ? {} : { 'tianyan-sender': request.sender }),
      },
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(request.signal ? { signal: request.signal } : {}),
      ...(request.outlivesPage ? { keepalive: true } : {}),
    });
    noteAnswer(!isOfGateway(response));
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    noteAnswer(false);
    throw new ApiError(0, UNREACHABLE);
  }
}

/**
 * Whether a gateway says that the console is away, or says yes in its place, with its page to sign in. The console itself says 503 for a store that is
 * away, in its own words, and never answers with a page.
 */
function isOfGateway({ ok, status, headers }: Response): boolean {
  const type = headers.get('content-type') ?? '';
  if (ok) return type.includes('html') && !headers.has('content-disposition');
  return PROXY_FAILURES.includes(status) && !type.includes('json');
}

/** Reads the failure of an answer that may come from a proxy in between instead of the API. */
export function failureOf(status: number, content: string): ApiError {
  const parsed = problemSchema.safeParse(parseJson(content));
  if (parsed.success) return new ApiError(status, parsed.data);
  return PROXY_FAILURES.includes(status)
    ? new UnreadableAnswer(status, UNREACHABLE)
    : new UnreadableAnswer(status, { ...UNREADABLE, message: `服务器没有按约定回答（${status}）。请稍后重试。` });
}

/** Reads an answer that says yes. Throws UnreadableAnswer for one of another shape: a page to sign in at a gateway says yes, too. */
export function readAnswer<S extends z.ZodType>(schema: S, status: number, content: string): z.output<S> {
  const parsed = schema.safeParse(parseJson(content));
  if (!parsed.success) throw new UnreadableAnswer(status, UNREADABLE);
  return parsed.data;
}

/** Null for what is no JSON: no schema accepts it, so the caller sees one kind of failure. */
export function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}

export function searchOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
