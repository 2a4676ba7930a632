import { expect, test } from '@jest/globals'
import { exampleBundle } from '@claims/contracts/example'
import type { Manifest } from '@claims/contracts'
import {
  lineage,
  lineageMermaid,
  LedgerModelRegistry,
  type HistoryEntry,
  type ModelRegistry,
  type ResolvedModel,
} from '../src/index.ts'
import { MemoryArtifactStore, MemoryLedger } from './memory-ports.ts'

const ada = { actor: 'ada', reason: 'better' }

async function filled(): Promise<LedgerModelRegistry> {
  const clock = { now: () => new Date('2026-03-01') }
  const registry = new LedgerModelRegistry({
    ledger: new MemoryLedger(),
    artifacts: new MemoryArtifactStore(),
    clock,
  })
  await registry.register('fraud', exampleBundle({ seed: 1 }), { actor: 'ada' })
  await registry.register('fraud', exampleBundle({ seed: 2 }), { actor: 'ada' })
  await registry.setAlias('fraud', 'challenger', { ...ada, version: '2' })
  await registry.promote('fraud', '1', ada)
  await registry.promote('fraud', '2', ada)
  await registry.rollback('fraud', ada)
  return registry
}

test('a lineage goes from the data over columns and features to the version and what was decided on it', async () => {
  const registry = await filled()
  const { manifestSha256 } = await registry.resolve('fraud@1')
  const graph = await lineage(registry, 'fraud@1')
  expect(graph.nodes.map(({ id }) => id)).toEqual([
    `data:${'0'.repeat(64)}`,
    'column:amount',
    'column:fraud',
    'feature:amount',
    `bundle:${manifestSha256}`,
    'version:fraud@1',
    ...['1', '4', '5', '6'].map((line) => `decision:fraud/${line}`),
  ])
  expect(graph.edges).toEqual([
    { from: `data:${'0'.repeat(64)}`, to: 'column:amount', label: 'holds' },
    { from: `data:${'0'.repeat(64)}`, to: 'column:fraud', label: 'holds' },
    { from: 'column:amount', to: 'feature:amount', label: 'makes' },
    { from: 'feature:amount', to: `bundle:${manifestSha256}`, label: 'is read by' },
    { from: 'column:fraud', to: `bundle:${manifestSha256}`, label: 'is the label of' },
    { from: `bundle:${manifestSha256}`, to: 'version:fraud@1', label: 'is registered as' },
    { from: 'version:fraud@1', to: 'decision:fraud/1', label: 'is decided on by' },
    { from: 'version:fraud@1', to: 'decision:fraud/4', label: 'is decided on by' },
    { from: 'version:fraud@1', to: 'decision:fraud/5', label: 'is replaced by' },
    { from: 'version:fraud@1', to: 'decision:fraud/6', label: 'is decided on by' },
  ])
  const at = (id: string) => graph.nodes.find((node) => node.id === id)
  expect(at('version:fraud@1')?.facts).toMatchObject({ aliases: ['champion'] })
  expect(at('column:amount')).toMatchObject({
    record: { kind: 'manifest', manifest_sha256: manifestSha256, field: 'blueprint.columns.1' },
    facts: { role: 'numeric', type: 'number' },
  })
  expect(at('decision:fraud/5')).toMatchObject({
    label: '5 promote champion',
    record: { kind: 'history', model: 'fraud', line: 5 },
    facts: { actor: 'ada', action: 'promote', version: '2', previous: '1', reason: 'better' },
  })
  const ids = new Set(graph.nodes.map(({ id }) => id))
  expect(ids.size).toBe(graph.nodes.length)
  expect(graph.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([])
  const other = await lineage(registry, 'fraud@challenger')
  expect(other.version).toBe('2')
  expect(other.nodes.filter(({ kind }) => kind === 'decision').map(({ label }) => label)).toEqual([
    '2 register',
    '3 set_alias challenger',
    '5 promote champion',
    '6 rollback champion',
  ])
})

test('an action that is not known stands as it is', async () => {
  const registry = await filled()
  const [entry] = await registry.history('fraud')
  const resolved = await registry.resolve('fraud@1')
  if (entry === undefined) throw new Error('the first version is registered')
  const later = { ...entry, action: 'weigh' as HistoryEntry['action'], reason: 'of a later product' }
  const of = registryOf(resolved, [entry, later])
  const graph = await lineage(of, 'fraud@1')
  const decisions = graph.nodes.filter(({ kind }) => kind === 'decision')
  expect(decisions.at(-1)).toMatchObject({ label: '2 weigh', facts: { reason: 'of a later product' } })
})

test('a Mermaid chart has a line per node and edge, and no character of a name that Mermaid reads', async () => {
  const registry = await filled()
  const resolved = await registry.resolve('fraud@1')
  const odd = 'a"] --> b\n<script>;#%% ö 名'
  const manifest: Manifest = {
    ...resolved.manifest,
    features: [{ name: `${odd}:x`, sources: [odd, odd] }],
    data: { ...resolved.manifest.data, source: odd },
  }
  const graph = await lineage(
    registryOf({ ...resolved, manifest }, await registry.history('fraud')),
    'fraud@1',
  )
  const text = lineageMermaid(graph)
  const lines = text.trimEnd().split('\n')
  expect(lines).toHaveLength(1 + graph.nodes.length + graph.edges.length)
  expect(lines[0]).toBe('flowchart LR')
  expect(text).not.toContain('<script>')
  expect(text).toContain('a#34;#93; --#62; b#10;#60;script#62;#59;#35;#37;#37; ö 名')
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}n\d+( -->\|[a-z ]+\| n\d+|\W+"[^"\n]*"\W+)$/)
})

/** A registry that knows one version and a history. */
function registryOf(resolved: ResolvedModel, history: readonly HistoryEntry[]): ModelRegistry {
  const registry = new LedgerModelRegistry({
    ledger: new MemoryLedger(),
    artifacts: new MemoryArtifactStore(),
  })
  return Object.assign(registry, {
    resolve: () => Promise.resolve(resolved),
    history: () => Promise.resolve(history),
  })
}
