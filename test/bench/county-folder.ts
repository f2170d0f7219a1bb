import { builtInCatalogue } from '@tianyan/contracts';
import { openEmbeddedWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../product/api-client.js';
import { newDataDirectory, Product } from '../product/product.js';
import { addPast, rowsOf, settled } from './past.js';
import { measureLoad, PASSWORD, withLastWords } from './product.js';
import { untilSwept } from './sweeps-beside.js';

/** A product's data folder with the county's own year, which starts of the product and the past multiplied are measured over. */
export class CountyFolder {
  private readonly folder: string;
  private readonly kept: string;
  /** Years that were added, whole or in part: the next one is another. */
  private copies = 0;

  constructor(
    private readonly input: {
      size: string;
      seed: number;
      env: Readonly<Record<string, string>>;
      say: (text: string) => void;
    },
  ) {
    this.folder = newDataDirectory('county');
    this.kept = `${this.folder}-kept`;
  }

  /** A first start, until all is loaded and swept; resolves with the county's time by then. */
  async load(rules: number): Promise<{ countyNowMs: number }> {
    const startedMs = performance.now();
    return this.started(async (product) => {
      const client = await ApiClient.signIn(product, 'admin', PASSWORD);
      const { records } = await measureLoad(product, client, { startedMs, rules });
      this.input.say(`${records.toLocaleString('en')} records loaded and swept; waiting for the county's nightly sweep`);
      // It would come after the next start otherwise, over all that has grown.
      await untilSwept(client);
      return await client.overview();
    });
  }

  /** Starts the product over what is there, and stops it in the end; where something failed, with what it printed last. */
  async started<T>(work: (product: Product) => Promise<T>): Promise<T> {
    const { size, seed, env } = this.input;
    const product = await Product.start({ dataDirectory: this.folder, size, seed, speed: 1, env });
    try {
      return await withLastWords(product, () => work(product));
    } finally {
      await product.stop();
    }
  }

  /** The product is stopped: embedded, the warehouse belongs to one process. */
  async inWarehouse<T>(work: (warehouse: OpenWarehouse) => Promise<T>): Promise<T> {
    const warehouse = await openEmbeddedWarehouse({ directory: join(this.folder, 'clickhouse') });
    try {
      return await work(warehouse);
    } finally {
      await warehouse.close();
    }
  }

  /** Multiplies the past until there are so many rows in all logs together; where there are more already, nothing is added. */
  grow(wanted: number): Promise<{ rows: number; years: number }> {
    return this.inWarehouse(async (warehouse) => {
      const { years, copies } = await addPast(warehouse, { wanted, after: this.copies, say: this.input.say });
      this.copies = copies;
      await settled(warehouse);
      return { rows: await rowsOf(warehouse, builtInCatalogue.all()), years };
    });
  }

  /** Keeps the state on disk for {@link putBack}; the product is stopped. */
  keep(): void {
    // With its owners: a part of it is that other user's.
    execFileSync('cp', ['-a', this.folder, this.kept]);
  }

  putBack(): void {
    // To the same place: the databases know their files by where they are.
    rmSync(this.folder, { recursive: true });
    renameSync(this.kept, this.folder);
  }

  remove(): void {
    for (const made of [this.folder, this.kept]) rmSync(made, { recursive: true, force: true });
  }
}
