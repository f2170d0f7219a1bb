/** Import direction, lowest first; a library may use those before it and nothing after. See docs/ARCHITECTURE.md. */
const LAYERS = [
  ['kernel'],
  ['postgres'],
  ['contracts'],
  ['stream', 'warehouse', 'calendar', 'access'],
  ['rules', 'notices'],
  ['findings'],
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

module.exports = {
  forbidden: [
    ...rules,
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
        path: '^(libs|apps)/([^/]+)/src/(?!index\\.ts$|limits\\.ts$|testing/index\\.ts$|conformance|api/)',
        pathNot: '^$1/$2/',
      },
    },
    {
      name: 'apps-do-not-import-apps',
      comment: 'Only what starts a process composes several apps: the all-in-one process, each main.ts, and the tests.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: ['^apps/tianyan/', '^apps/[^/]+/src/main\\.ts$'] },
      to: { path: '^apps/', pathNot: ['^apps/$1/', '^apps/console/src/api/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|\\.test\\.ts$)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  },
};
