import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { currentConnection, noteAnswer } from '../device/connection.js';
import { ApiError, callApi, callFile, failureOf, NoAnswer, searchOf, UnreadableAnswer } from './client.js';
import { STALLED_MS } from './time-limit.js';

const schema = z.object({ count: z.number() });
const NAMED = { 'content-disposition': "attachment; filename*=UTF-8''a.xlsx" };
const fetched = jest.spyOn(globalThis, 'fetch');
afterEach(() => {
  fetched.mockReset();
});

function answering(status: number, body: string): void {
  fetched.mockResolvedValueOnce(new Response(body, { status }));
}

async function failure(): Promise<unknown> {
  return callApi(schema, '/things').catch((error: unknown) => error);
}

describe('a call of the API', () => {
  test('sends what it is given, and gives what the schema proves', async () => {
    answering(200, '{"count":3,"more":1}');
    const answer = await callApi(schema, '/things', {
      method: 'POST',
      query: { a: '甲&乙', b: undefined, c: '' },
      body: { x: 1 },
    });
    expect(answer).toEqual({ count: 3 });
    const [url, sent] = fetched.mock.calls[0] ?? [];
    expect(url).toBe(`/api/things?a=${encodeURIComponent('甲&乙')}`);
    expect(sent).toMatchObject({ method: 'POST', body: '{"x":1}', credentials: 'same-origin' });
  });

  test('fails in the words of the API', async () => {
    answering(409, JSON.stringify({ code: 'conflict', message: '这条疑点已被排除。' }));
    expect(await failure()).toMatchObject({ status: 409, message: '这条疑点已被排除。', problem: { code: 'conflict' } });
  });

  test.each([
    ['an answer of another shape', 200, '{"count":"3"}', '无法读懂'],
    ['a page of a proxy', 200, '<html>', '无法读懂'],
    ['a proxy whose server is away', 502, '<html>Bad Gateway</html>', '连不上服务器'],
    ['a proxy that stops it', 403, '<html>Forbidden</html>', '403'],
  ])('says what to do of %s', async (_what, status, body, words) => {
    answering(status, body);
    const error = await failure();
    expect(error).toBeInstanceOf(UnreadableAnswer);
    expect((error as ApiError).message).toContain(words);
  });

  test('is not answered by the page of a gateway, also where any answer will do', async () => {
    noteAnswer(true);
    fetched.mockResolvedValueOnce(new Response('<html>请登录</html>', { headers: { 'content-type': 'text/html' } }));
    await expect(callApi(z.unknown(), '/things', { method: 'POST' })).rejects.toBeInstanceOf(UnreadableAnswer);
    expect(currentConnection()).not.toBe('open');
    fetched.mockResolvedValueOnce(new Response(null, { status: 204 }));
    await callApi(z.unknown(), '/things', { method: 'DELETE' });
    expect(currentConnection()).toBe('open');
  });

  test('says that the server cannot be reached', async () => {
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    expect(await failure()).toMatchObject({ status: 0, problem: { code: 'unavailable' } });
  });

  test('that was given up is no failure of the server', async () => {
    fetched.mockRejectedValueOnce(new DOMException('gone', 'AbortError'));
    expect(await failure()).not.toBeInstanceOf(ApiError);
  });
});

describe('a server that never answers', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    noteAnswer(true);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Asked, and never answered; `headers`: what begins an answer that does not end. */
  function silent(begun?: { headers: Record<string, string> }): void {
    fetched.mockImplementationOnce((_url, sent) => {
      const calledOff = new Promise<never>((_resolve, reject) => {
        const { signal } = sent ?? {};
        if (signal?.aborted) reject(new DOMException('gone', 'AbortError'));
        signal?.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')));
      });
      if (!begun) return calledOff;
      const pull = () => calledOff;
      return Promise.resolve(new Response(new ReadableStream({ pull }), begun));
    });
  }

  async function after(ms: number, call: Promise<unknown>): Promise<unknown> {
    const outcome = call.catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(ms);
    return outcome;
  }

  test.each([
    ['a read', 30, {}, '请再试一次'],
    ['a write', 60, { method: 'POST', body: { x: 1 } }, '请刷新页面核对'],
    ['a write that is done once', 60, { method: 'POST', key: 'k', body: { x: 1 } }, '重复提交只办一次'],
    ['a table', 300, { method: 'POST', body: new FormData() }, '不知道是否已经办成'],
  ] as const)('is given up, and said: %s', async (_what, seconds, request, words) => {
    silent();
    const call = callApi(schema, '/things', request);
    const outcome = call.catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(currentConnection()).toBe('open');
    await jest.advanceTimersByTimeAsync(1);
    const error = await outcome;
    expect(error).toBeInstanceOf(NoAnswer);
    expect((error as NoAnswer).message).toContain(words);
    expect(currentConnection()).not.toBe('open');
  });

  test.each([
    ['of the API', {}, (): Promise<unknown> => callApi(schema, '/things')],
    ['a file', NAMED, (): Promise<unknown> => callFile('/things', {})],
  ])(
    'is given up also in the middle of its answer, once that stands still, and the network is not called away: %s',
    async (_what, headers, call) => {
      silent({ headers });
      const outcome = call().catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(STALLED_MS - 1);
      expect(jest.getTimerCount()).toBe(1);
      await jest.advanceTimersByTimeAsync(1);
      const error = await outcome;
      expect(error).toBeInstanceOf(NoAnswer);
      expect((error as NoAnswer).message).toContain('没有传完，2 分钟没有进展');
      expect(currentConnection()).toBe('open');
    },
  );

  test('is another than one whose answer comes slowly: that is waited for as long as it goes on', async () => {
    const parts = ['{"co', 'unt"', ':3', '}'];
    /** One part in a little less than would be too long. */
    const slow = (signal?: AbortSignal | null) =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          signal?.addEventListener('abort', () => controller.error(new DOMException('gone', 'AbortError')));
        },
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, STALLED_MS - 1));
          const part = parts.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(part));
        },
      });
    fetched.mockImplementationOnce(async (_url, sent) => new Response(slow(sent?.signal)));
    expect(await after(5 * STALLED_MS, callApi(schema, '/things'))).toEqual({ count: 3 });
    parts.push('甲', '乙', '丙');
    fetched.mockImplementationOnce(async (_url, sent) => new Response(slow(sent?.signal), { headers: NAMED }));
    const file = await after(5 * STALLED_MS, callFile('/things', { method: 'POST' }));
    expect(file).toMatchObject({ name: 'a.xlsx' });
    expect(await (file as { content: Blob }).content.text()).toBe('甲乙丙');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('is another than one whose answer was cut off', async () => {
    const cut = () =>
      Promise.resolve(new Response(new ReadableStream({ pull: () => Promise.reject(new TypeError('cut')) }), { headers: NAMED }));
    fetched.mockImplementation(cut);
    for (const call of [callApi(schema, '/things'), callFile('/things', {})]) {
      const error = await call.catch((reason: unknown) => reason);
      expect([error instanceof UnreadableAnswer, error instanceof NoAnswer]).toEqual([true, false]);
    }
  });

  test('is no failure where the page was left before, and leaves no clock running', async () => {
    const page = new AbortController();
    silent();
    const outcome = callApi(schema, '/things', { signal: page.signal }).catch((error: unknown) => error);
    page.abort();
    expect(await outcome).not.toBeInstanceOf(ApiError);
    expect(jest.getTimerCount()).toBe(0);
    expect(currentConnection()).toBe('open');
  });
});

test('a problem of the API is believed whatever the status', () => {
  const failure = failureOf(503, JSON.stringify({ code: 'unavailable', message: '正在停止。' }));
  expect([failure.message, failure instanceof UnreadableAnswer]).toEqual(['正在停止。', false]);
});

test('an address has no question mark without a question', () => {
  expect(searchOf({ a: undefined, b: '' })).toBe('');
  expect(searchOf({ page: 0 })).toBe('?page=0');
});
