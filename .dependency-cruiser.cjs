const { existsSync, readdirSync, readFileSync } = require('node:fs');

/** Import direction, lowest first; a library may use those before it and nothing after. See docs/ARCHITECTURE.md. */
const LAYERS = [
  ['kernel'],
  ['postgres'],
  ['contracts'],
  ['stream', 'warehouse', 'calendar', 'access', 'files'],
  ['sources', 'rules', 'notices'],
  ['findings'],
  ['cases'],
  ['supervision'],
  ['dossier'],
  ['runtime'],
];

const rules = [];
LAYERS.forEach((layer, level) => {
  for (const name of layer) {
    const allowed = [...LAYERS.slice(0, level).flat(), name];
    rules.push({
      name: `${name}-imports-downwards`,
      comment: `libs/${name} may import ${allowed.join(', ')}`,
      severity: 'error',
      from: { path: `^libs/${name}/src` },
      to: { path: '^(libs|apps)/', pathNot: `^libs/(${allowed.join('|')})/` },
    });
  }
});

/** Tests, and what only they use: these may need what is installed for development alone. */
const FOR_TESTS = '(\\.test(-fixture|-child)?\\.(ts|mjs)$|^[^/]+/[^/]+/src/(testing/|conformance))';

const workspaces = ['libs', 'apps']
  .flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))
  // What a package of before has left behind of its build is none.
  .filter((directory) => existsSync(`${directory}/package.json`))
  .map((directory) => ({ directory, manifest: JSON.parse(readFileSync(`${directory}/package.json`, 'utf8')) }));

/** Packages of this repository resolve to sources, not to node_modules: so each has its own rule of what it declares. */
function onlyDeclared({ directory, manifest }, forTests) {
  const declared = { ...manifest.dependencies, ...(forTests ? manifest.devDependencies : {}) };
  const reachable = workspaces.filter((other) => other.directory === directory || declared[other.manifest.name] !== undefined);
  return {
    name: `${directory}-declares-its-packages`,
    comment: `what ${directory} imports of this repository has to stand in its package.json`,
    severity: 'error',
    from: { path: forTests ? `^${directory}/` : `^${directory}/src/`, ...(forTests ? {} : { pathNot: FOR_TESTS }) },
    to: { path: '^(libs|apps)/', pathNot: `^(${reachable.map((other) => other.directory).join('|')})/` },
  };
}
for (const workspace of workspaces) {
  // The page is built, and nothing of it is installed where it runs.
  if (workspace.directory !== 'apps/web') rules.push(onlyDeclared(workspace, false));
  rules.push(onlyDeclared(workspace, true));
}

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'declares-what-it-imports',
      comment: 'Not what somebody else happens to have installed. The tools of all tests stand in the root.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/(@jest/globals|fast-check)/' },
    },
    {
      name: 'ships-what-it-imports',
      comment: 'What is installed for development alone is missing where the product runs.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [FOR_TESTS, '^apps/web/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'finds-what-it-imports',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nest-stays-in-runtime-and-apps',
      comment: 'Domain libraries are plain classes and functions.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/runtime/' },
      to: { path: 'node_modules/@nestjs' },
    },
    {
      name: 'no-deep-imports',
      comment: 'A library is used through its exports only.',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: {
        path: '^(libs|apps)/([^/]+)/src/(?!index\\.ts$|(limits|severities)\\.ts$|(testing|sources)/index\\.ts$|conformance|api/)',
        pathNot: '^$1/$2/',
      },
    },
    {
      name: 'apps-do-not-import-apps',
      comment: 'Only the all-in-one process composes other apps; the page uses the types of the API it talks to.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/tianyan/' },
      to: { path: '^apps/', pathNot: ['^apps/$1/', '^apps/console/src/api/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  },
};
