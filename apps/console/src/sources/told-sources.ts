import { CountyWide } from '@tianyan/access';
import type { SourceStatus } from '@tianyan/sources';
import type { AskedConnector } from '../tokens.js';

/** A source as everybody may know it. Words that an upstream sent back may speak of any township, and are not to be had without a reach. */
export interface ToldSource extends Omit<SourceStatus, 'error'> {
  /** Null: all is well. */
  error: CountyWide<string> | null;
}

/** The sources for people: the only way from a page to what is known of them. */
export class ToldSources {
  constructor(private readonly sources: AskedConnector['sources']) {}

  async list(): Promise<ToldSource[]> {
    return (await this.sources.list()).map((status) => told(status));
  }

  async find(name: string): Promise<ToldSource | null> {
    const status = await this.sources.find(name);
    return status && told(status);
  }
}

function told({ error, ...status }: SourceStatus): ToldSource {
  return { ...status, error: error === null ? null : new CountyWide(error) };
}
