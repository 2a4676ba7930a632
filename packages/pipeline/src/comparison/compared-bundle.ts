import { canonicalJson, ClaimsError, type BundleFiles, type Blueprint } from '@claims/contracts'
import { labelClasses } from '@claims/ingestion'

/** One of two bundles to compare. */
export interface ComparedBundle {
  /** For people, such as `claims@2` or the path of a bundle. */
  readonly name: string
  readonly bundle: BundleFiles
}

/**
 * Refuses two models that were not trained to tell the same: their label columns differ, or what is positive does.
 *
 * @throws ClaimsError `invalid_parameter`
 */
export function requireSameLabel(a: ComparedBundle, b: ComparedBundle): void {
  const [ofA, ofB] = [a, b].map(({ bundle }) => bundle.manifest.blueprint.label) as [Label, Label]
  if (ofA.column === ofB.column && samePositive(ofA, ofB)) return
  const said = (label: Label): string => `${label.column} = ${canonicalText(label.positive)}`
  throw new ClaimsError(
    'invalid_parameter',
    `${a.name} and ${b.name} cannot be compared: they look for different things, ${said(ofA)} and ${said(ofB)}`,
    {
      problems: [
        {
          field: 'label',
          problem: `is ${said(ofA)} in ${a.name} and ${said(ofB)} in ${b.name}`,
          allowed: 'models of one label and one positive value',
        },
      ],
    },
  )
}

type Label = Blueprint['label']

function samePositive(a: Label, b: Label): boolean {
  const [ofA, ofB] = [a.positive, b.positive]
  if (typeof ofA === 'object' || typeof ofB === 'object') return canonicalText(ofA) === canonicalText(ofB)
  return labelClasses(a)(ofB) === 'positive' && labelClasses(b)(ofA) === 'positive'
}

function canonicalText(positive: Label['positive']): string {
  if (typeof positive === 'object') return `above ${String(positive.greater_than)}`
  return typeof positive === 'string' ? positive : canonicalJson(positive).trim()
}
