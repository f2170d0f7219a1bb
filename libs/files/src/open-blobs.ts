import { RefusedError } from '@tianyan/kernel';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BlobStore } from './blob-store.js';
import { FolderBlobs } from './folder-blobs.js';
import { S3Blobs } from './s3-blobs.js';

/** Where files lie, as it is configured. */
export interface FileStoreSettings {
  /** `file:///srv/files`, or `s3://bucket/prefix?endpoint=https://…&region=…`. */
  url: string;
  accessKey: string | null;
  secretKey: string | null;
}

/** Stores that do not know regions take any. */
const ANY_REGION = 'us-east-1';

/** Throws RefusedError('invalid') for settings that name no store. Nothing is asked of it yet. */
export function openBlobs({ url, accessKey, secretKey }: FileStoreSettings): BlobStore {
  const address = URL.parse(url);
  if (address?.protocol === 'file:') return new FolderBlobs(resolve(fileURLToPath(address)));
  if (address?.protocol !== 's3:' || address.hostname === '') throw new RefusedError('invalid', MISTAKE);
  const endpoint = address.searchParams.get('endpoint');
  if (endpoint === null || URL.parse(endpoint) === null)
    throw new RefusedError(
      'invalid',
      'TIANYAN_FILES_URL 的 s3:// 地址须写明 endpoint，如 s3://tianyan?endpoint=https://10.0.0.5:9000。',
    );
  if (accessKey === null || secretKey === null)
    throw new RefusedError(
      'invalid',
      'TIANYAN_FILES_URL 指向 S3 存储时，须同时设置 TIANYAN_FILES_ACCESS_KEY 和 TIANYAN_FILES_SECRET_KEY。',
    );
  const folder = address.pathname.replaceAll(/^\/+|\/+$/g, '');
  return new S3Blobs({
    bucket: address.hostname,
    prefix: folder === '' ? '' : `${folder}/`,
    endpoint,
    region: address.searchParams.get('region') ?? ANY_REGION,
    accessKey,
    secretKey,
  });
}

const MISTAKE = 'TIANYAN_FILES_URL 应写成 file:///文件夹，或 s3://存储桶/前缀?endpoint=https://地址。';
