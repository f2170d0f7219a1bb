import { z } from 'zod';
import { ApiError, failureOf, FILE_LIMIT_MS, NoAnswer, readAnswer } from '../api/client.js';
import { whenStalled } from '../api/time-limit.js';
import type { NewFile } from './unsent-files.js';

/** Whatever it is handed in to, its files are answered: less is no answer of the console, and the file has not arrived. */
const takenSchema = z.looseObject({ files: z.array(z.unknown()) });

/** What the server answers to a file that was sent. Throws ApiError. */
export function readTaken(status: number, content: string): unknown {
  if (status < 200 || status >= 300) throw failureOf(status, content);
  return readAnswer(takenSchema, status, content);
}

interface Sending {
  /** Whose it is: kept on the device, it may be sent when somebody else is signed in by then. */
  sender: string;
  /** Hears the sent share, 0 to 1. */
  onShare: (share: number) => void;
  signal: AbortSignal;
}

/**
 * Sends a file to where its path leads and answers what the server answers. Throws ApiError; one of status 0 where the network is away, so
 * that it may be sent again; AbortError where it was called off.
 */
export async function sendFile(file: NewFile, how: Sending): Promise<unknown> {
  const { status, responseText } = await post(file, how);
  return readTaken(status, responseText);
}

function post({ id, file, path, forId }: NewFile, { sender, onShare, signal }: Sending): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.set('id', id);
    if (forId !== undefined) form.set('forId', forId);
    form.set('file', file);
    // XMLHttpRequest, because fetch does not tell how far it is.
    const request = new XMLHttpRequest();
    request.open('POST', `/api${path}/files`);
    request.setRequestHeader('tianyan-sender', sender);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onShare(event.loaded / event.total);
    });
    request.addEventListener('error', () => reject(new ApiError(0, { code: 'unavailable', message: '网络中断' })));
    request.addEventListener('abort', () => reject(new DOMException('called off', 'AbortError')));
    request.addEventListener('load', () => resolve(request));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    whenStalled({ sending: request.upload, request }, FILE_LIMIT_MS, () => {
      // The same file sent again is taken once.
      reject(new NoAnswer('很久没有进展，稍后自动重传'));
      request.abort();
    });
    request.send(form);
  });
}
