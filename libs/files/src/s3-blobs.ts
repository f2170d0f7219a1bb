import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { RetriableError } from '@tianyan/kernel';
import { Readable } from 'node:stream';
import { assertBlobName, type BlobContent, type BlobStore } from './blob-store.js';

/** A bucket of a store that speaks S3: MinIO, Ceph, or a cloud's. */
export interface S3Settings {
  bucket: string;
  /** Begins every key, with its slash; empty: none. */
  prefix: string;
  endpoint: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

/** Of one request, the first included; whoever handed the file in waits. */
const MAX_ATTEMPTS = 3;
const silent = (): undefined => undefined;
const SILENT = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const FORBIDDEN = 403;
const NOT_FOUND = 404;

/** Contents in a bucket. Its versioning and lock, where the county has them, keep what is removed by mistake. */
export class S3Blobs implements BlobStore {
  readonly place: string;
  private readonly client: S3Client;

  constructor(private readonly settings: S3Settings) {
    const { endpoint, region, accessKey, secretKey, bucket, prefix } = settings;
    this.place = `${endpoint}/${bucket}/${prefix}`;
    this.client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      // Stores of a county's own have no name per bucket.
      forcePathStyle: true,
      maxAttempts: MAX_ATTEMPTS,
      // What fails is thrown; the client would write to the terminal beside it, with the request and its signature.
      logger: SILENT,
      // Stores of some makers do not know the newer ones; the name of each content is its checksum.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(sha256: string, content: BlobContent): Promise<void> {
    const key = this.keyOf(sha256);
    const breakOff = new AbortController();
    const body = content.open();
    // The client waits for ever for the rest of a body that fails; the store keeps nothing of one that ends before its length.
    body.once('error', (error) => breakOff.abort(error));
    try {
      await this.ask(() =>
        this.client.send(new PutObjectCommand({ ...key, Body: body, ContentLength: content.sizeBytes }), {
          abortSignal: breakOff.signal,
        }),
      );
    } finally {
      body.destroy();
    }
  }

  async open(sha256: string): Promise<Readable | null> {
    const key = this.keyOf(sha256);
    return this.ask(async () => {
      try {
        const { Body: body } = await this.client.send(new GetObjectCommand(key));
        // In Node the client answers with a stream of Node.
        if (!(body instanceof Readable)) throw new Error('the store answered without a body');
        return body;
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    });
  }

  async remove(sha256: string): Promise<void> {
    const key = this.keyOf(sha256);
    await this.ask(() => this.client.send(new DeleteObjectCommand(key)));
  }

  close(): void {
    this.client.destroy();
  }

  /** A bucket keeps nothing of a body that ended before its length. */
  async removeUnfinished(): Promise<number> {
    return 0;
  }

  private keyOf(sha256: string): { Bucket: string; Key: string } {
    assertBlobName(sha256);
    const { bucket, prefix } = this.settings;
    return { Bucket: bucket, Key: `${prefix}${sha256.slice(0, 2)}/${sha256}` };
  }

  /** A store that is away, or throttles, is back later; one that refuses its key or its bucket has to be set right by people. */
  private async ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === FORBIDDEN || status === NOT_FOUND) throw new Error(`the file store ${this.place} refuses`, { cause: error });
      throw new RetriableError(`the file store ${this.place} does not answer`, { cause: error });
    }
  }
}
