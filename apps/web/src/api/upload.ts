import { uploadResultSchema, type UploadResult } from '@tianyan/console-app/api';
import { ApiError, failureOf, FILE_LIMIT_MS, NoAnswer, parseJson } from './client.js';
import { whenStalled } from './time-limit.js';

/** Sends a file; `onProgress` hears the sent share, 0 to 1. XMLHttpRequest, because fetch does not tell how far it is. */
export function uploadFile(input: {
  file: File;
  mapping: string;
  wholeList: boolean;
  onProgress: (share: number) => void;
}): Promise<UploadResult> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.set('mapping', input.mapping);
    form.set('wholeList', String(input.wholeList));
    form.set('file', input.file);
    const request = new XMLHttpRequest();
    request.open('POST', '/api/uploads');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) input.onProgress(event.loaded / event.total);
    });
    request.addEventListener('error', () => {
      reject(
        new ApiError(0, {
          code: 'unavailable',
          message: '文件没有传完：网络中断。请检查网络后重新上传，重复的记录不会重复入库。',
        }),
      );
    });
    request.addEventListener('load', () => {
      const result = uploadResultSchema.safeParse(parseJson(request.responseText));
      if (request.status >= 200 && request.status < 300 && result.success) resolve(result.data);
      else reject(failureOf(request.status, request.responseText));
    });
    whenStalled({ sending: request.upload, request }, FILE_LIMIT_MS, () => {
      reject(new NoAnswer('文件没有传完：很久没有进展，不知道是否已经收到。请检查网络后重新上传，重复的记录不会重复入库。'));
      request.abort();
    });
    request.send(form);
  });
}
