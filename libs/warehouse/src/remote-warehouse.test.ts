import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRemoteWarehouse } from './index.js';
import { WarehouseFacade } from './testing/index.js';
import { warehouseConformance } from './warehouse-conformance.test-fixture.js';

warehouseConformance('over HTTP', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'warehouse-http-'));
  const facade = await WarehouseFacade.start({ directory, credentials: { user: 'tianyan', password: 'a-test' } });
  const warehouse = await openRemoteWarehouse({ url: facade.url });
  return {
    warehouse,
    directory,
    close: async () => {
      await warehouse.close();
      await facade.close();
      await rm(directory, { recursive: true });
    },
  };
});
