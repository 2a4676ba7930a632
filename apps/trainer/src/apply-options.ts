import { ClaimsError, type Blueprint, type Reading } from '@claims/contracts'
import type { BlueprintHints } from '@claims/pipeline'
import type { FileOptions, InferenceOptions, MeaningOptions } from './command-options.ts'

/**
 * What to infer a blueprint from.
 *
 * @throws ClaimsError `invalid_usage` when neither `--blueprint` nor `--label` is given
 */
export function hintsOf(options: InferenceOptions): BlueprintHints {
  const { label, positive, id, time, entity, negative, missingLabel } = options
  if (label === undefined) {
    throw new ClaimsError(
      'invalid_usage',
      'Name a blueprint by --blueprint, or the label column by --label',
      {
        problems: [{ field: '--label', problem: 'is absent', allowed: 'the name of the label column' }],
      },
    )
  }
  const { decimal, dates, headerRow, encoding, costs } = options
  return {
    label,
    ...{ positive, id, time, entity },
    ...{ negative, missingLabel },
    ...{ decimal, dates, headerRow, encoding, costs },
  }
}

/** How a file is written, as far as the options say so. */
export function readingOf(options: FileOptions & Pick<MeaningOptions, 'decimal' | 'dates'>): Reading {
  const { headerRow, encoding, decimal, dates } = options
  return given({ header_row: headerRow, encoding, decimal, dates })
}

/** A blueprint with what the options say in place of its own. */
export function withOptions(blueprint: Blueprint, options: MeaningOptions): Blueprint {
  const { negative, missingLabel, costs } = options
  return {
    ...blueprint,
    reading: { ...blueprint.reading, ...readingOf(options) },
    label: {
      ...blueprint.label,
      ...(negative === undefined ? {} : { negative: [...negative] }),
      ...(missingLabel === undefined ? {} : { missing: [...missingLabel] }),
    },
    ...(costs === undefined ? {} : { costs }),
  }
}

/**
 * Options that only mean something where a blueprint is inferred.
 *
 * @throws ClaimsError `invalid_usage` when one is given beside `--blueprint`, which says the same itself
 */
export function requireNoHints({ label, positive, id, time, entity }: InferenceOptions): void {
  for (const [name, value] of Object.entries({ label, positive, id, time, entity })) {
    if (value === undefined) continue
    const field = `--${name}`
    throw new ClaimsError('invalid_usage', `${field} and --blueprint cannot both be given`, {
      problems: [
        { field, problem: 'is given beside --blueprint, which says the same', allowed: 'one of the two' },
      ],
    })
  }
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The properties that have a value. */
function given<T extends object>(properties: T): Given<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Given<T>
}
