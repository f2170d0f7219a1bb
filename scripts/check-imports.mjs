// Checks the import direction, and that every package declares what it imports (.dependency-cruiser.cjs); that it imports what it
// declares is knip's (knip.jsonc). A run that saw no module proves nothing (a wrong TypeScript
// version does that silently), so it fails.
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Far fewer than there are; far more than a broken run sees. */
const MIN_MODULES = 60;

const { options, ...ruleSet } = await extractConfig('./.dependency-cruiser.cjs');
const { output } = await cruise(['libs', 'apps', 'test'], { ...options, ruleSet, validate: true }, null, {
  tsConfig: extractTsConfig('tsconfig.json'),
});
const modules = output.modules.filter((module) => /^(libs|apps)\//.test(module.source));

for (const violation of output.summary.violations)
  process.stderr.write(`${violation.rule.severity} ${violation.rule.name}: ${violation.from} → ${violation.to}\n`);
process.stdout.write(`imports: ${modules.length} modules, ${output.summary.error} violations\n`);
if (modules.length < MIN_MODULES) {
  process.stderr.write(`only ${modules.length} modules seen (at least ${MIN_MODULES} expected): the check proves nothing\n`);
  process.exit(1);
}
process.exit(output.summary.error > 0 ? 1 : 0);
