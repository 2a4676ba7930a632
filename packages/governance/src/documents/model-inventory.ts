import { fact, missingFact, type Fact } from '../fact.ts'
import type { DocumentParts, DocumentSection } from '../governance-document.ts'
import type { ModelFacts, VersionFacts } from '../model-facts.ts'
import { columnSection, sensitiveColumns } from '../sections/data.ts'
import { linesOf, periodText, type Period } from '../sections/history.ts'
import { purposeSection } from '../sections/identity.ts'
import { discriminationSection, groupSection } from '../sections/performance.ts'

/** Models of an inventory. */
export interface InventoryFacts {
  readonly models: readonly ModelFacts[]
  /** The champion of each model, or its newest version where none is champion. */
  readonly versions: readonly VersionFacts[]
  /** Models whose history or bundle cannot be read, and why. */
  readonly damaged: readonly { readonly name: string; readonly problem: string }[]
}

/**
 * An inventory of models in the order of the exhibits of the NAIC's AI Systems Evaluation Tool: A quantities, B
 * governance, C high-risk models, D data.
 */
export function modelInventory(facts: InventoryFacts, period: Period, generatedAt: string): DocumentParts {
  return {
    kind: 'model-inventory',
    title: 'Inventory of models',
    subject: `${String(facts.models.length)} models, changes ${periodText(period)}`,
    generated_at: generatedAt,
    statement:
      "In the order of the exhibits of the NAIC's AI Systems Evaluation Tool. It covers the models of this registry and no others.",
    sections: [
      quantities(facts, period),
      governance(facts),
      ...facts.versions.flatMap(highRisk),
      ...facts.versions.map(dataInputs),
    ],
  }
}

function quantities({ models, damaged }: InventoryFacts, period: Period): DocumentSection {
  const changed = (model: ModelFacts, ...actions: readonly string[]): number =>
    linesOf(model, period).filter(({ entry }) => actions.includes(entry.action)).length
  return {
    title: 'Exhibit A: quantities',
    facts: [
      ...damaged.map(({ name, problem }): Fact => missingFact(`Model ${name}`, problem)),
      missingFact('Complaints by consumers', 'the register of complaints; no record of the product holds it'),
      missingFact('Consumers affected', 'prediction records of the period: claims predictions list'),
    ],
    table: {
      columns: [
        'Model',
        'Versions',
        'New in the period',
        'Promoted',
        'Rolled back',
        'Retired',
        'Consumer impact',
      ],
      rows: models.map((model) => ({
        cells: [
          model.name,
          model.history.filter(({ entry }) => entry.action === 'register').length,
          changed(model, 'register'),
          changed(model, 'promote'),
          changed(model, 'rollback'),
          changed(model, 'retire', 'delete'),
          null,
        ],
        record: `history of ${model.name}, lines 1 to ${String(model.history.length)}`,
      })),
    },
  }
}

function governance({ models }: InventoryFacts): DocumentSection {
  return {
    title: 'Exhibit B: governance',
    facts: [
      missingFact('Written programme for AI systems', 'the insurer'),
      missingFact('Persons who answer for it', 'the insurer'),
    ],
    table: {
      columns: [
        'Model',
        'Decisions recorded',
        'Overrides',
        'Approvals',
        'Refused promotions',
        'Chain of hashes',
      ],
      rows: models.map((model) => {
        const count = (of: (line: ModelFacts['history'][number]) => boolean): number =>
          model.history.filter(of).length
        return {
          cells: [
            model.name,
            count(({ entry }) => entry.action !== 'register'),
            count(({ entry }) => entry.override),
            count(({ entry }) => entry.action === 'approve'),
            count(({ entry }) => entry.action === 'promote_refused'),
            'holds',
          ],
          record: `history of ${model.name}, lines 1 to ${String(model.history.length)}`,
        }
      }),
    },
  }
}

function highRisk(facts: VersionFacts): DocumentSection[] {
  const { version, manifest, record } = facts
  const name = `${version.name}@${version.version}`
  const purpose = purposeSection(facts)
  return [
    {
      ...purpose,
      title: `Exhibit C: ${name}`,
      facts: [
        fact('Kind of model', manifest.model.kind, {
          record: record('manifest.json', 'model.kind'),
          missing: 'training',
        }),
        missingFact('Degree of risk to consumers', 'the insurer'),
        missingFact('Supplied by a third party', 'the insurer'),
        ...(purpose.facts ?? []),
      ],
    },
    { ...discriminationSection(facts), title: `Exhibit C: tests of ${name}` },
    { ...groupSection(facts), title: `Exhibit C: groups of ${name}` },
  ]
}

function dataInputs(facts: VersionFacts): DocumentSection {
  const { version, manifest, record } = facts
  const columns = columnSection(facts)
  return {
    ...columns,
    title: `Exhibit D: data of ${version.name}@${version.version}`,
    facts: [
      fact('Source', manifest.data.source, {
        record: record('manifest.json', 'data.source'),
        missing: 'training',
      }),
      fact('Sensitive columns, never an input', sensitiveColumns(manifest.blueprint.columns), {
        record: record('manifest.json', 'blueprint.columns'),
        missing: 'columns with the role sensitive in the blueprint',
      }),
      missingFact('Sources outside of the insurer', 'the owner of the data'),
    ],
  }
}
