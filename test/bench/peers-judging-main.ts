import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { usePlatform } from './peers-stores.js';

// Judges all that an import has left in a data folder, as the first sweep does; the alerts go into a file, a line each.
const [, , dataDirectory = '', alertsFile = ''] = argv;
await usePlatform(dataDirectory, async (platform) => {
  await platform.judgeAll();
  writeFileSync(alertsFile, [...(await platform.alerts())].map((alert) => `${alert}\n`).join(''));
});
// The package of the embedded database would end the process by itself, with code 0 whatever has come of it.
process.exit();
