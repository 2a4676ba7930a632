import { ClaimsError } from '@claims/contracts'

/** The stages of MLflow 2, which aliases replace since 2.9. */
export type MlflowStage = 'None' | 'Staging' | 'Production' | 'Archived'

const stages: readonly MlflowStage[] = ['None', 'Staging', 'Production', 'Archived']

/** What of a registered model of MLflow a reference means. */
type MlflowTarget =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'stage'; readonly stage: MlflowStage }
  | { readonly kind: 'latest' }

/** Parts of `models:/NAME/3`, `models:/NAME@ALIAS`, `models:/NAME/Production` or `models:/NAME/latest`. */
export interface MlflowReference {
  readonly name: string
  readonly target: MlflowTarget
}

/** Whether a reference means a model of MLflow, not one of this product's registry. */
export function isMlflowReference(reference: string): boolean {
  return reference.toLowerCase().startsWith('models:')
}

/**
 * Parses a reference to a model of MLflow as Python's client writes it.
 *
 * @param reference `models:/NAME/3`, `models:/NAME@ALIAS`, `models:/NAME/Production`, `models:/NAME/latest`
 * @throws ClaimsError `invalid_parameter`
 * @example
 * parseMlflowReference('models:/motor@champion') // { name: 'motor', target: { kind: 'alias', alias: 'champion' } }
 */
export function parseMlflowReference(reference: string): MlflowReference {
  const path = /^models:\/([^/].*)$/is.exec(reference)?.[1]
  if (path === undefined || /[\0:]/.test(path)) throw invalid(reference)
  const [first = '', second, ...rest] = path.split('/')
  if (rest.length > 0) throw invalid(reference)
  if (second !== undefined) {
    if (first.trim() === '') throw invalid(reference)
    return { name: first, target: targetOf(second, reference) }
  }
  const at = first.lastIndexOf('@')
  const name = first.slice(0, Math.max(at, 0))
  const alias = first.slice(at + 1)
  if (name.trim() === '' || !/^[\w-]{1,255}$/.test(alias)) throw invalid(reference)
  return { name, target: { kind: 'alias', alias } }
}

function targetOf(text: string, reference: string): MlflowTarget {
  if (/^[1-9]\d{0,9}$/.test(text)) return { kind: 'version', version: text }
  if (text.toLowerCase() === 'latest') return { kind: 'latest' }
  const stage = stages.find((one) => one.toLowerCase() === text.toLowerCase())
  if (stage === undefined) throw invalid(reference)
  return { kind: 'stage', stage }
}

function invalid(reference: string): ClaimsError {
  const allowed = `models:/NAME/VERSION, models:/NAME@ALIAS, models:/NAME/latest, or models:/NAME/STAGE with ${stages.join(', ')}`
  return new ClaimsError(
    'invalid_parameter',
    `"${reference}" is no reference to a model of MLflow; allowed: ${allowed}`,
    {
      problems: [
        { field: 'model', problem: 'is no reference to a model of MLflow', allowed, received: reference },
      ],
    },
  )
}
