// npm run bench [-- --only writer,stream,rules,product,kafka,cluster,warehouse,peers,lists,rows,idle] [--size county|small; of lists a number of findings]
//   [--events n] [--rules n, at least those that are shipped] [--rows n and --rows-from n, of the part rows] [--grown n, of the part rules]
//   [--minutes n, of the part idle] [--beside names, of the part peers]: prints what this machine does, ratios in one run.
import { transformFile } from '@swc/core';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// The parts are TypeScript; they are compiled beside the dependencies, so that imports resolve as everywhere else.
const out = 'node_modules/.cache/tianyan-bench';
rmSync(out, { recursive: true, force: true });
for (const directory of ['bench', 'product', 'faults']) {
  mkdirSync(join(out, directory), { recursive: true });
  for (const name of readdirSync(join('test', directory)).filter((file) => file.endsWith('.ts') && !file.includes('.test'))) {
    const { code } = await transformFile(join('test', directory, name), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
      module: { type: 'es6' },
    });
    writeFileSync(join(out, directory, name.replace(/\.ts$/, '.js')), code);
  }
}
const { main } = await import(pathToFileURL(join(out, 'bench', 'main.js')).href);
await main(process.argv.slice(2));
// The package of the embedded database would end the process by itself, with code 0 whatever was found. What was said may be on its way to a pipe.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit();
