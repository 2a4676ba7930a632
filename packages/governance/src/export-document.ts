import { ClaimsError, systemClock, type Clock, type LoggedPrediction } from '@claims/contracts'
import { parseModelReference } from '@claims/registry'
import type { DocumentKind } from './document-kinds.ts'
import { adverseAction, requirePrediction } from './documents/adverse-action.ts'
import { baselPack } from './documents/basel-pack.ts'
import { changeLog } from './documents/change-log.ts'
import { dataSheet } from './documents/data-sheet.ts'
import { evidenceIndex } from './documents/evidence-index.ts'
import { logExtract } from './documents/log-extract.ts'
import { modelCard } from './documents/model-card.ts'
import { modelInventory, type InventoryFacts } from './documents/model-inventory.ts'
import { validationSummary } from './documents/validation-summary.ts'
import { governanceDocument, type DocumentParts, type GovernanceDocument } from './governance-document.ts'
import {
  readModelFacts,
  readSystemLines,
  readVersionFacts,
  type FactSources,
  type ModelFacts,
  type VersionFacts,
} from './model-facts.ts'
import { requirePeriod, type Period } from './sections/history.ts'

/** What is asked for. */
export interface ExportRequest extends Period {
  readonly kind: DocumentKind
  /** `NAME`, `NAME@ALIAS` or `NAME@VERSION`; documents about every model need none. */
  readonly model?: string | undefined
  /** The prediction that a notice is about. */
  readonly prediction?: string | undefined
  readonly clock?: Clock | undefined
}

/**
 * A document for people outside of the team, made of what the registry, its bundles and its ledger hold. Every field names
 * the record that it was read from; what no record holds is shown as missing.
 *
 * @param sources such as `openRegistry` gives them
 * @param request what is asked for, about which model and period
 * @returns the document; `renderMarkdown` writes it for readers
 * @throws ClaimsError `invalid_parameter` where a document about one model is asked for and none is named;
 *   or the period ends before it begins; `unknown_model`, `unknown_version`, `unknown_alias`, `damaged_bundle`
 *
 * @example
 * const document = await exportDocument(opened, { kind: 'model-card', model: 'fraud@champion' })
 * console.log(renderMarkdown(document))
 */
export async function exportDocument(
  sources: FactSources,
  request: ExportRequest,
): Promise<GovernanceDocument> {
  const { clock = systemClock } = request
  requirePeriod(request)
  return governanceDocument(await partsOf(sources, request, clock.now().toISOString()))
}

async function partsOf(sources: FactSources, request: ExportRequest, now: string): Promise<DocumentParts> {
  const only = request.model === undefined ? undefined : nameOf(request.model)
  switch (request.kind) {
    case 'model-card':
      return modelCard(await readVersionFacts(sources, modelOf(request)), now)
    case 'data-sheet':
      return await dataSheet(await readVersionFacts(sources, modelOf(request)), now)
    case 'validation-summary':
      return validationSummary(await readVersionFacts(sources, modelOf(request)), now)
    case 'basel-pack':
      return await baselPack(await readVersionFacts(sources, modelOf(request)), now)
    case 'change-log':
      return changeLog(await readModelFacts(sources, nameOf(modelOf(request))), request, now)
    case 'log-extract': {
      const { models } = await inventoryFacts(sources, only)
      const system = await readSystemLines(sources)
      return await logExtract({ models, system, predictions: sources.predictions, model: only }, request, now)
    }
    case 'adverse-action': {
      const logged = await requirePrediction(sources.predictions, request.prediction)
      return adverseAction(logged, await readVersionFacts(sources, registered(logged)), now)
    }
    case 'model-inventory':
      return modelInventory(await inventoryFacts(sources, only), request, now)
    case 'evidence-index':
      return evidenceIndex(now)
  }
}

function modelOf({ kind, model }: ExportRequest): string {
  if (model !== undefined) return model
  const problem = `is about one model, and none is named`
  throw new ClaimsError('invalid_parameter', `The document ${kind} ${problem}`, {
    problems: [{ field: 'model', problem, allowed: 'NAME, NAME@ALIAS or NAME@VERSION' }],
  })
}

/** The name of a reference: documents about a model take a version's, too. */
function nameOf(reference: string): string {
  return parseModelReference(reference).name
}

function registered({ record: { id, model } }: LoggedPrediction): string {
  if (model.version !== null) return `${model.name}@${model.version}`
  const problem =
    'was made with a bundle that is no registered version, so its reasons cannot be put into words'
  throw new ClaimsError('invalid_parameter', `The prediction ${id} ${problem}`, {
    problems: [
      { field: 'prediction', problem, allowed: 'a prediction of a registered version', received: id },
    ],
  })
}

/** Every model, or one. A model that cannot be read is named, and hides no other. */
async function inventoryFacts(sources: FactSources, only: string | undefined): Promise<InventoryFacts> {
  const models: ModelFacts[] = []
  const versions: VersionFacts[] = []
  const damaged: { name: string; problem: string }[] = []
  const { registry } = sources
  const listed = await registry.list()
  const names = listed.models.map(({ name }) => name).filter((name) => only === undefined || name === only)
  for (const { name, error } of listed.damaged)
    if (only === undefined || name === only)
      damaged.push({ name, problem: `${error.message} [${error.code}]` })
  if (only !== undefined && names.length + damaged.length === 0) await registry.history(only)
  for (const name of names) {
    try {
      const facts = await readModelFacts(sources, name)
      models.push(facts)
      versions.push(await readVersionFacts(sources, referenceOf(facts)))
    } catch (error) {
      if (!(error instanceof ClaimsError) || error.entry.retryable) throw error
      damaged.push({ name, problem: `${error.message} [${error.code}]` })
    }
  }
  return { models, versions, damaged }
}

/** The champion, or the newest version where none is champion. */
function referenceOf({ name, history }: ModelFacts): string {
  if (history.some(({ entry }) => entry.alias === 'champion')) return name
  const newest = history.findLast(({ entry }) => entry.action === 'register')
  return `${name}@${newest?.entry.version ?? '1'}`
}
