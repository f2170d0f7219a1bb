import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedWarehouse } from './index.js';
import { warehouseConformance } from './warehouse-conformance.test-fixture.js';

warehouseConformance('inside the process', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'warehouse-'));
  const warehouse = await openEmbeddedWarehouse({ directory });
  return {
    warehouse,
    directory,
    close: async () => {
      await warehouse.close();
      await rm(directory, { recursive: true });
    },
  };
});
