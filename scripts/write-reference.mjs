// Writes the generated parts of docs/mapping-reference.md anew: after a change of a schema, its descriptions or its limits.
import { readFileSync, writeFileSync } from 'node:fs';
import { rewrittenReference } from '../libs/sources/dist/reference/mapping-reference.js';

const file = new URL('../docs/mapping-reference.md', import.meta.url);
writeFileSync(file, rewrittenReference(readFileSync(file, 'utf8')));
