import { messageOf, XGBoostError } from './errors.ts'
import type { NativeModel } from './native/native-model.ts'
import { readString } from './native/native-memory.ts'

/** All parameters of a booster, those of its training and defaults included, as the library's JSON. */
export function readConfiguration({ library, pointer }: NativeModel): string {
  const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
  library.check(library.native.boosterSaveJsonConfig(pointer, length, out), 'native')
  return readString(out[0] ?? 0n)
}

/** Sets the parameters that {@link readConfiguration} wrote. */
export function writeConfiguration({ library, pointer }: NativeModel, configuration: string): void {
  library.check(library.native.boosterLoadJsonConfig(pointer, configuration), 'invalid_parameter')
}

/** The most threads to ask for: the library ends the process when it cannot start them. */
export const MOST_THREADS = 1024

/**
 * Requires a whole configuration of a booster of the same kind: the library would drop what was trained by another one.
 */
export function requireSameKind(own: BoosterTraits, configuration: string): void {
  requireConfiguration(configuration)
  const given = parseTraits(configuration)
  if (given.booster !== own.booster || given.outputs !== own.outputs)
    throw new XGBoostError(
      'invalid_parameter',
      `the text is no configuration of this booster: it is of ${given.booster} with ${given.outputs} outputs; the booster is ${own.booster} with ${own.outputs}`,
    )
  if (given.threads > MOST_THREADS)
    throw new XGBoostError('invalid_parameter', `nthread is ${given.threads}, more than ${MOST_THREADS}`)
}

/** The library passes over what is missing, so that it is there is proven before. */
const requireConfiguration = (configuration: string): void => {
  let parsed: unknown
  try {
    parsed = JSON.parse(configuration)
  } catch (cause) {
    const problem = `the text is no configuration of a booster: ${messageOf(cause)}`
    throw new XGBoostError('invalid_parameter', problem, { cause })
  }
  const learner = member(parsed, 'learner')
  const parts: [string, unknown][] = [
    ['version', member(parsed, 'version')],
    ['learner.learner_train_param', member(learner, 'learner_train_param')],
    ['learner.gradient_booster.name', member(member(learner, 'gradient_booster'), 'name')],
    ['learner.objective.name', member(member(learner, 'objective'), 'name')],
  ]
  const missing = parts.find(([, part]) => part === undefined)?.[0]
  if (missing !== undefined)
    throw new XGBoostError(
      'invalid_parameter',
      `the text is no configuration of a booster: ${missing} is missing`,
    )
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined

/** What this package must know of a configuration. */
export interface BoosterTraits {
  /** `gbtree`, `dart` or `gblinear`. */
  readonly booster: string
  /** How many margins a row has. */
  readonly outputs: number
  /** How many trees a round adds for each output. */
  readonly parallelTrees: number
  readonly threads: number
  /** Such as `binary:logistic`. */
  readonly objective: string
}

interface TreeTraits {
  gbtree_model_param?: { num_parallel_tree?: string }
}

/** Reads {@link BoosterTraits} out of what {@link readConfiguration} wrote. */
export function parseTraits(configuration: string): BoosterTraits {
  const { learner } = JSON.parse(configuration) as {
    learner?: {
      generic_param?: { nthread?: string; n_jobs?: string }
      learner_train_param?: { booster?: string; objective?: string }
      learner_model_param?: { num_class?: string; num_target?: string }
      gradient_booster?: TreeTraits & { gbtree?: TreeTraits }
    }
  }
  const { num_class: classes = '0', num_target: targets = '1' } = learner?.learner_model_param ?? {}
  const { nthread = '0', n_jobs: jobs = '0' } = learner?.generic_param ?? {}
  const trees = learner?.gradient_booster?.gbtree ?? learner?.gradient_booster
  return {
    parallelTrees: Number(trees?.gbtree_model_param?.num_parallel_tree ?? '1'),
    threads: Math.max(Number(nthread), Number(jobs)),
    booster: learner?.learner_train_param?.booster ?? 'gbtree',
    objective: learner?.learner_train_param?.objective ?? '',
    outputs: Math.max(1, Number(classes), Number(targets)),
  }
}
