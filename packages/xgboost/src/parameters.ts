import { XGBoostError } from './errors.ts'

/** Parameters of a booster, named as XGBoost names them but in camelCase (`max_depth` is `maxDepth`). */
export interface BoosterParameters {
  readonly booster?: 'gbtree' | 'gblinear' | 'dart'
  readonly objective?: string
  readonly evalMetric?: string | readonly string[]
  readonly baseScore?: number
  readonly seed?: number
  readonly seedPerIteration?: boolean
  readonly device?: string
  readonly nthread?: number
  readonly verbosity?: number
  readonly validateParameters?: boolean
  readonly disableDefaultEvalMetric?: boolean
  readonly eta?: number
  readonly learningRate?: number
  readonly gamma?: number
  readonly minSplitLoss?: number
  readonly maxDepth?: number
  readonly minChildWeight?: number
  readonly maxDeltaStep?: number
  readonly subsample?: number
  readonly samplingMethod?: 'uniform' | 'gradient_based'
  readonly colsampleBytree?: number
  readonly colsampleBylevel?: number
  readonly colsampleBynode?: number
  readonly lambda?: number
  readonly regLambda?: number
  readonly alpha?: number
  readonly regAlpha?: number
  readonly treeMethod?: 'auto' | 'exact' | 'approx' | 'hist' | 'gpu_hist'
  readonly scalePosWeight?: number
  readonly updater?: string
  readonly refreshLeaf?: boolean
  readonly processType?: 'default' | 'update'
  readonly growPolicy?: 'depthwise' | 'lossguide'
  readonly maxLeaves?: number
  readonly maxBin?: number
  readonly numParallelTree?: number
  readonly monotoneConstraints?: readonly (-1 | 0 | 1)[]
  readonly interactionConstraints?: readonly (readonly number[])[]
  readonly multiStrategy?: 'one_output_per_tree' | 'multi_output_tree'
  readonly maxCatToOnehot?: number
  readonly maxCatThreshold?: number
  readonly maxCachedHistNode?: number
  readonly sketchEps?: number
  readonly sampleType?: 'uniform' | 'weighted'
  readonly normalizeType?: 'tree' | 'forest'
  readonly rateDrop?: number
  readonly oneDrop?: boolean
  readonly skipDrop?: number
  readonly featureSelector?: string
  readonly topK?: number
  readonly numClass?: number
  readonly tweedieVariancePower?: number
  readonly huberSlope?: number
  readonly quantileAlpha?: number | readonly number[]
  readonly aftLossDistribution?: 'normal' | 'logistic' | 'extreme'
  readonly aftLossDistributionScale?: number
  readonly lambdarankPairMethod?: 'mean' | 'topk'
  readonly lambdarankNumPairPerSample?: number
  readonly lambdarankNormalization?: boolean
  readonly lambdarankUnbiased?: boolean
  readonly lambdarankBiasNorm?: number
  readonly ndcgExpGain?: boolean
}

type Kind = 'number' | 'integer' | 'boolean' | 'string' | 'strings' | 'numbers' | 'constraints' | 'groups'

const KINDS: Readonly<Record<keyof BoosterParameters, Kind>> = Object.freeze({
  booster: 'string',
  objective: 'string',
  evalMetric: 'strings',
  baseScore: 'number',
  seed: 'integer',
  seedPerIteration: 'boolean',
  device: 'string',
  nthread: 'integer',
  verbosity: 'integer',
  validateParameters: 'boolean',
  disableDefaultEvalMetric: 'boolean',
  eta: 'number',
  learningRate: 'number',
  gamma: 'number',
  minSplitLoss: 'number',
  maxDepth: 'integer',
  minChildWeight: 'number',
  maxDeltaStep: 'number',
  subsample: 'number',
  samplingMethod: 'string',
  colsampleBytree: 'number',
  colsampleBylevel: 'number',
  colsampleBynode: 'number',
  lambda: 'number',
  regLambda: 'number',
  alpha: 'number',
  regAlpha: 'number',
  treeMethod: 'string',
  scalePosWeight: 'number',
  updater: 'string',
  refreshLeaf: 'boolean',
  processType: 'string',
  growPolicy: 'string',
  maxLeaves: 'integer',
  maxBin: 'integer',
  numParallelTree: 'integer',
  monotoneConstraints: 'constraints',
  interactionConstraints: 'groups',
  multiStrategy: 'string',
  maxCatToOnehot: 'integer',
  maxCatThreshold: 'integer',
  maxCachedHistNode: 'integer',
  sketchEps: 'number',
  sampleType: 'string',
  normalizeType: 'string',
  rateDrop: 'number',
  oneDrop: 'boolean',
  skipDrop: 'number',
  featureSelector: 'string',
  topK: 'integer',
  numClass: 'integer',
  tweedieVariancePower: 'number',
  huberSlope: 'number',
  quantileAlpha: 'numbers',
  aftLossDistribution: 'string',
  aftLossDistributionScale: 'number',
  lambdarankPairMethod: 'string',
  lambdarankNumPairPerSample: 'integer',
  lambdarankNormalization: 'boolean',
  lambdarankUnbiased: 'boolean',
  lambdarankBiasNorm: 'number',
  ndcgExpGain: 'boolean',
})

const isParameterName = (name: string): name is keyof BoosterParameters => Object.hasOwn(KINDS, name)

/**
 * Turns camelCase parameters into the library's name and text pairs, in the order given.
 *
 * @param parameters names and values; an `undefined` value is left out
 * @returns pairs for `XGBoosterSetParam`; several metrics give several pairs
 * @throws XGBoostError `invalid_parameter` for an unknown name (with the nearest known one) or a value of the wrong type
 */
export function nativeParameters(parameters: BoosterParameters): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (const [name, value] of Object.entries(parameters)) {
    if (!isParameterName(name))
      throw new XGBoostError(
        'invalid_parameter',
        `unknown parameter ${JSON.stringify(name)}; did you mean ${nearestName(name)}?`,
      )
    if (value === undefined) continue
    const nativeName = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    for (const text of nativeValues(name, KINDS[name], value)) pairs.push([nativeName, text])
  }
  return pairs
}

const nativeValues = (name: string, kind: Kind, value: unknown): string[] => {
  const isNumber = (item: unknown): boolean => typeof item === 'number' && Number.isFinite(item)
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const isArrayOf = (test: (item: unknown) => boolean): boolean => items.length > 0 && items.every(test)
  if (kind === 'number' && isNumber(value)) return [String(value)]
  if (kind === 'integer' && Number.isSafeInteger(value)) return [String(value)]
  if (kind === 'boolean' && typeof value === 'boolean') return [value ? '1' : '0']
  if ((kind === 'string' || kind === 'strings') && typeof value === 'string' && value !== '') return [value]
  if (kind === 'strings' && isArrayOf((item) => typeof item === 'string' && item !== ''))
    return items.map(String)
  if (kind === 'numbers' && isNumber(value)) return [String(value)]
  if (kind === 'numbers' && isArrayOf(isNumber)) return [`[${items.join(',')}]`]
  if (kind === 'constraints' && isArrayOf((item) => item === -1 || item === 0 || item === 1))
    return [`(${items.join(',')})`]
  if (
    kind === 'groups' &&
    isArrayOf(
      (group) => Array.isArray(group) && group.every((item) => Number.isSafeInteger(item) && item >= 0),
    )
  )
    return [JSON.stringify(value)]
  throw new XGBoostError(
    'invalid_parameter',
    `${name} must be ${ALLOWED[kind]}; got ${typeof value === 'number' ? value : JSON.stringify(value)}`,
  )
}

const ALLOWED: Readonly<Record<Kind, string>> = Object.freeze({
  number: 'a finite number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'a text that is not empty',
  strings: 'a text or a list of texts',
  numbers: 'a finite number or a list of them',
  constraints: 'a list of -1, 0 or 1, one for each column',
  groups: 'a list of lists of column numbers',
})

const nearestName = (name: string): string => {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  let [nearest, least] = ['', Infinity]
  for (const known of Object.keys(KINDS)) {
    const distance = editDistance(camel.toLowerCase(), known.toLowerCase())
    if (distance < least) [nearest, least] = [known, distance]
  }
  return nearest
}

const editDistance = (left: string, right: string): number => {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= right.length; j += 1)
      current.push(
        Math.min(
          (previous[j] ?? 0) + 1,
          (current[j - 1] ?? 0) + 1,
          (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1),
        ),
      )
    previous = current
  }
  return previous[right.length] ?? 0
}
