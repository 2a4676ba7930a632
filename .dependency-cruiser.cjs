/*
 * The borders of the house (ARCHITECTURE.md): imports go down, never up, never in a circle, and reach another package
 * only through its name and its exports.
 */
const floors = [
  ['contracts', 'frame', 'xgboost', 'mlflow'],
  ['ingestion', 'validation', 's3'],
  ['preprocessing'],
  ['features', 'leakage', 'models', 'blueprints'],
  ['evaluation', 'scoring', 'database'],
  ['registry', 'pipeline'],
  ['serving', 'governance', 'predictions', 'monitoring', 'jobs', 'security'],
]
/** The only arrows between two packages of one floor. */
const withinFloor = [
  ['frame', 'contracts'],
  ['pipeline', 'registry'],
]
/** Libraries that stand on their own. */
const independent = ['contracts', 'xgboost', 'mlflow']

const anyOf = (names) => `^packages/(?:${names.join('|')})/`

const upward = floors.flatMap((names, floor) =>
  names.map((name) => {
    const above = floors.slice(floor + 1).flat()
    const beside = names.filter(
      (other) => other !== name && !withinFloor.some(([from, to]) => from === name && to === other),
    )
    return {
      name: `upward-from-${name}`,
      comment: `${name} stands on floor ${floor}; it may import lower floors only`,
      severity: 'error',
      from: { path: `^packages/${name}/` },
      to: { path: anyOf([...above, ...beside]) },
    }
  }),
)

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'package-without-floor',
      comment: 'a new package gets a floor in .dependency-cruiser.cjs',
      severity: 'error',
      from: { path: '^packages/', pathNot: anyOf(floors.flat()) },
      to: {},
    },
    {
      name: 'independent-library',
      comment: 'these libraries import no other package of the workspace',
      severity: 'error',
      from: { path: `^packages/(${independent.join('|')})/` },
      to: { path: '^(packages|apps)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'database-on-contracts',
      comment: 'tables hold what others hand over; they know ports, and nobody who uses them',
      severity: 'error',
      from: { path: '^packages/database/' },
      to: { path: '^(packages|apps)/', pathNot: '^packages/(database|contracts)/' },
    },
    {
      name: 'package-imports-app',
      comment: 'apps are the roof: no package imports one',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'product-imports-tooling',
      comment: 'tests may: tooling/public-data says when a test on public data runs',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/(?!test/)' },
      to: { path: '^tooling/' },
    },
    {
      name: 'circular',
      comment: 'two modules that need each other are one module, or hide a third',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'past-the-exports',
      comment: 'another package is imported by its name, not by a path into it',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/([^/]+)/' },
      to: {
        path: '^(packages|apps|tooling)/',
        pathNot: '^$1/$2/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['npm', 'npm-dev', 'npm-peer', 'npm-optional'],
      },
    },
    {
      name: 'unresolvable',
      comment: 'every import resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'source-imports-test',
      severity: 'error',
      from: { path: '/src/' },
      to: { path: '/test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|node_modules)/|^tooling/bench/results/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@claims/source', 'import', 'node', 'default', 'types'],
    },
  },
}
