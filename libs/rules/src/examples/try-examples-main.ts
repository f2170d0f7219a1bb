import { stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';
import { parseRule } from '../pack.js';
import { examplesAskedSchema } from './example-messages.js';
import { ExampleTables } from './example-tables.js';
import { triedExamples } from './tried-examples.js';

/** Tries the examples of the rule on its input, says on its output what came of each, and ends. See ExampleProcess. */
const asked = examplesAskedSchema.parse(JSON.parse(await text(stdin)));
const tables = await ExampleTables.open(asked.holidays, asked.directory);
const examples = await triedExamples(tables, parseRule(asked.yaml));
await tables.close();
stdout.write(JSON.stringify(examples));
