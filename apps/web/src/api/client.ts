import { problemSchema, type Problem } from '@tianyan/console-app/api';
import type { z } from 'zod';

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

const UNREACHABLE: Problem = { code: 'unavailable', message: '连不上服务器。请检查网络；如果别的网页能打开，请联系管理员。' };
const UNREADABLE: Problem = { code: 'internal', message: '服务器的回答无法读懂，可能刚刚升级过。请刷新页面再试。' };

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  signal?: AbortSignal;
}

/** One call of the console's API; the answer is checked by its schema. Throws ApiError and nothing else but an abort. */
export async function callApi<S extends z.ZodType>(schema: S, path: string, request: ApiRequest = {}): Promise<z.output<S>> {
  const response = await send(path, request);
  const content = await response.text().catch(() => '');
  if (!response.ok) throw new ApiError(response.status, readProblem(response.status, content));
  const parsed = schema.safeParse(parseJson(content));
  if (!parsed.success) throw new ApiError(response.status, UNREADABLE);
  return parsed.data;
}

async function send(path: string, request: ApiRequest): Promise<Response> {
  const form = request.body instanceof FormData ? request.body : undefined;
  const json = form === undefined && request.body !== undefined ? JSON.stringify(request.body) : undefined;
  const body = form ?? json;
  try {
    return await fetch(`/api${path}${searchOf(request.query ?? {})}`, {
      method: request.method ?? 'GET',
      headers: { accept: 'application/json', ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(request.signal ? { signal: request.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, UNREACHABLE);
  }
}

/** Reads the failure of an answer that may come from a proxy in between instead of the API. */
export function readProblem(status: number, content: string): Problem {
  const parsed = problemSchema.safeParse(parseJson(content));
  if (parsed.success) return parsed.data;
  return status >= 502 && status <= 504
    ? UNREACHABLE
    : { ...UNREADABLE, message: `服务器没有按约定回答（${status}）。请稍后重试。` };
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
