import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRemoteWarehouse } from './index.js';
import { ClickHouseServer } from './testing/index.js';
import { warehouseConformance } from './warehouse-conformance.test-fixture.js';

warehouseConformance('on a server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'warehouse-server-'));
  const server = await ClickHouseServer.start({ directory });
  const warehouse = await openRemoteWarehouse({ url: server.url });
  return {
    warehouse,
    directory,
    close: async () => {
      await warehouse.close();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
});
