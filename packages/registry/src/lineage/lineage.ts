import type { Manifest } from '@claims/contracts'
import type { HistoryEntry } from '../history/history-entry.ts'
import type { ModelRegistry } from '../model-registry.ts'
import { replayHistory } from '../rules/replay-history.ts'

/** What a node of a lineage stands for. */
export type LineageKind = 'data' | 'column' | 'feature' | 'bundle' | 'version' | 'decision'

/** The record that says it: a place in a bundle's manifest, or a line of a model's history. */
export type LineageRecord =
  | { readonly kind: 'manifest'; readonly manifest_sha256: string; readonly field: string }
  | { readonly kind: 'history'; readonly model: string; readonly line: number }

/** Something that a model version comes from or that was decided about it. */
export interface LineageNode {
  /** The same whenever and wherever it is asked for, such as `column:claim_amount` or `decision:claims/4`. */
  readonly id: string
  readonly kind: LineageKind
  /** For people. */
  readonly label: string
  readonly record: LineageRecord
  /** What the record says of it. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** From what comes first to what is made of it. */
export interface LineageEdge {
  readonly from: string
  readonly to: string
  readonly label: string
}

/** Where a version of a model comes from, and what was decided about it. */
export interface Lineage {
  readonly format_version: 1
  readonly model: string
  readonly version: string
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
}

/**
 * The lineage of a version: its data, the raw columns of the data that features come from, the features, the bundle, the
 * version, and every entry of the model's history that names it, whatever its action.
 *
 * @param registry that knows the version
 * @param reference `NAME@VERSION`, `NAME@ALIAS` or `NAME`, which is its champion
 * @returns nodes and edges, each node with the record that it is from; an action that is not known here stands as it is
 * @throws ClaimsError `unknown_model`, `unknown_version`, `unknown_alias`, `damaged_bundle`
 * @example
 * const { nodes } = await lineage(registry, 'claims@2')
 * nodes.filter(({ kind }) => kind === 'decision').map(({ label }) => label) // ['1 register', '2 promote']
 */
export async function lineage(registry: ModelRegistry, reference: string): Promise<Lineage> {
  const { name, version, manifest, manifestSha256 } = await registry.resolve(reference)
  const history = await registry.history(name)
  const made = madeOf(manifest, manifestSha256)
  const decided = decidedOn({ name, version, manifestSha256 }, history)
  return {
    ...{ format_version: 1, model: name, version },
    nodes: [...made.nodes, ...decided.nodes],
    edges: [...made.edges, ...decided.edges],
  }
}

interface Graph {
  readonly nodes: LineageNode[]
  readonly edges: LineageEdge[]
}

/** Data, columns, features and bundle, from the manifest. */
function madeOf(manifest: Manifest, sha256: string): Graph {
  const record = (field: string): LineageRecord => ({ kind: 'manifest', manifest_sha256: sha256, field })
  const { data, features, blueprint, model } = manifest
  const dataId = `data:${data.sha256}`
  const bundleId = `bundle:${sha256}`
  const declared = new Map(blueprint.columns.map((column) => [column.name, column]))
  const sources = [...new Set(features.flatMap((feature) => feature.sources))]
  const { column: label } = blueprint.label
  const columns = sources.includes(label) ? sources : [...sources, label]
  const columnNodes = columns.map((name): LineageNode => {
    const column = declared.get(name)
    const at = blueprint.columns.findIndex((each) => each.name === name)
    const facts = { role: column?.role ?? null, type: column?.type ?? null }
    const field = at < 0 ? 'features' : `blueprint.columns.${String(at)}`
    return { id: `column:${name}`, kind: 'column', label: name, record: record(field), facts }
  })
  const featureNodes = features.map(({ name, sources: of }, i): LineageNode => {
    const field = `features.${String(i)}`
    return {
      id: `feature:${name}`,
      kind: 'feature',
      label: name,
      record: record(field),
      facts: { sources: of },
    }
  })
  const { created_at: created, seed, name } = manifest
  return {
    nodes: [
      {
        id: dataId,
        kind: 'data',
        label: `${data.source}, ${String(data.rows)} rows`,
        record: record('data'),
        facts: { ...data },
      },
      ...columnNodes,
      ...featureNodes,
      {
        ...{
          id: bundleId,
          kind: 'bundle',
          label: `${model.candidate} of ${created.slice(0, 10)}`,
          record: record('model'),
        },
        facts: { blueprint: name, ...model, created_at: created, seed, product: manifest.product },
      },
    ],
    edges: [
      ...columns.map((column) => ({ from: dataId, to: `column:${column}`, label: 'holds' })),
      ...features.flatMap((feature) =>
        [...new Set(feature.sources)].map((source) => ({
          ...{ from: `column:${source}`, to: `feature:${feature.name}`, label: 'makes' },
        })),
      ),
      ...features.map((feature) => ({ from: `feature:${feature.name}`, to: bundleId, label: 'is read by' })),
      { from: `column:${label}`, to: bundleId, label: 'is the label of' },
    ],
  }
}

/** The version and every entry that names it. */
function decidedOn(
  {
    name,
    version,
    manifestSha256,
  }: { readonly name: string; readonly version: string; readonly manifestSha256: string },
  history: readonly HistoryEntry[],
): Graph {
  const versionId = `version:${name}@${version}`
  const naming = history.flatMap((entry, i) => {
    const role = roleOf(entry, version)
    return role === null ? [] : [{ entry, line: i + 1, role }]
  })
  const registered = naming.find(({ entry }) => entry.action === 'register' && entry.version === version)
  const record = (line: number): LineageRecord => ({ kind: 'history', model: name, line })
  const { aliases } = replayHistory(history)
  return {
    nodes: [
      {
        ...{
          id: versionId,
          kind: 'version',
          label: `${name}@${version}`,
          record: record(registered?.line ?? 1),
        },
        facts: {
          registered_at: registered?.entry.time ?? null,
          aliases: [...aliases].filter(([, to]) => to === version).map(([alias]) => alias),
        },
      },
      ...naming.map(({ entry, line }): LineageNode => {
        const { previous_sha256: _chained, ...facts } = entry
        const label = `${String(line)} ${entry.action}${entry.alias === null ? '' : ` ${entry.alias}`}`
        return {
          id: `decision:${name}/${String(line)}`,
          kind: 'decision',
          label,
          record: record(line),
          facts,
        }
      }),
    ],
    edges: [
      { from: `bundle:${manifestSha256}`, to: versionId, label: 'is registered as' },
      ...naming.map(({ line, role }) => ({
        from: versionId,
        to: `decision:${name}/${String(line)}`,
        label: role,
      })),
    ],
  }
}

/** How an entry names a version; null where it does not. */
function roleOf(entry: HistoryEntry, version: string): string | null {
  if (entry.version === version) return 'is decided on by'
  return entry.previous === version ? 'is replaced by' : null
}
