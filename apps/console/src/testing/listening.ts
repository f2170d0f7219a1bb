import type { ApiClient } from './api-client.js';

/** What a person hears whose page is open. */
export interface Listening {
  /** All that has been heard, once the text is among it. */
  until(text: string): Promise<string>;
  cut(): Promise<void>;
}

/** Opens the stream of events as this person. */
export async function listen(
  baseUrl: string,
  { cookie }: Pick<ApiClient, 'cookie'>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Listening> {
  const stream = await fetch(`${baseUrl}/api/events`, { headers: { cookie: cookie ?? '', ...headers } });
  const reader = (stream.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  return {
    async until(text) {
      while (!heard.includes(text)) heard += (await reader.read()).value ?? '';
      return heard;
    },
    cut: () => reader.cancel(),
  };
}
