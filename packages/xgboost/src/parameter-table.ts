import type { BoosterParameters } from './booster-parameters.ts'

/** How a parameter's value is written for the library. */
export type ParameterKind =
  'number' | 'integer' | 'boolean' | 'string' | 'strings' | 'numbers' | 'constraints' | 'groups'

/** A parameter: its kind and, where not every version has it, the first one that has and the first one that lacks it. */
export interface ParameterEntry {
  readonly kind: ParameterKind
  readonly since?: string
  readonly until?: string
}

const always = (kind: ParameterKind): ParameterEntry => ({ kind })
const since = (version: string, kind: ParameterKind): ParameterEntry => ({ kind, since: version })

/** Parameters of 1.7.5 to 3.2, named as XGBoost names them but in camelCase. */
export const PARAMETERS: Readonly<Record<keyof BoosterParameters, ParameterEntry>> = Object.freeze({
  booster: always('string'),
  objective: always('string'),
  evalMetric: always('strings'),
  baseScore: always('number'),
  seed: always('integer'),
  randomState: always('integer'),
  seedPerIteration: always('boolean'),
  device: since('2.0.0', 'string'),
  gpuId: { kind: 'integer', until: '3.1.0' },
  failOnInvalidGpuId: always('boolean'),
  nthread: always('integer'),
  nJobs: always('integer'),
  verbosity: always('integer'),
  validateParameters: always('boolean'),
  disableDefaultEvalMetric: always('boolean'),
  eta: always('number'),
  learningRate: always('number'),
  gamma: always('number'),
  minSplitLoss: always('number'),
  maxDepth: always('integer'),
  minChildWeight: always('number'),
  maxDeltaStep: always('number'),
  subsample: always('number'),
  samplingMethod: always('string'),
  colsampleBytree: always('number'),
  colsampleBylevel: always('number'),
  colsampleBynode: always('number'),
  lambda: always('number'),
  regLambda: always('number'),
  alpha: always('number'),
  regAlpha: always('number'),
  treeMethod: always('string'),
  scalePosWeight: always('number'),
  updater: always('string'),
  refreshLeaf: always('boolean'),
  processType: always('string'),
  growPolicy: always('string'),
  maxLeaves: always('integer'),
  maxBin: always('integer'),
  numParallelTree: always('integer'),
  monotoneConstraints: always('constraints'),
  interactionConstraints: always('groups'),
  multiStrategy: since('2.0.0', 'string'),
  maxCatToOnehot: always('integer'),
  maxCatThreshold: always('integer'),
  maxCachedHistNode: since('2.0.0', 'integer'),
  sparseThreshold: always('number'),
  sketchRatio: { kind: 'number', until: '2.0.0' },
  predictor: { kind: 'string', until: '2.0.0' },
  sampleType: always('string'),
  normalizeType: always('string'),
  rateDrop: always('number'),
  oneDrop: always('boolean'),
  skipDrop: always('number'),
  featureSelector: always('string'),
  topK: always('integer'),
  tolerance: always('number'),
  numClass: always('integer'),
  numTarget: always('integer'),
  tweedieVariancePower: always('number'),
  huberSlope: always('number'),
  quantileAlpha: since('2.0.0', 'numbers'),
  aftLossDistribution: always('string'),
  aftLossDistributionScale: always('number'),
  lambdarankPairMethod: since('2.0.0', 'string'),
  lambdarankNumPairPerSample: since('2.0.0', 'integer'),
  lambdarankNormalization: since('2.1.0', 'boolean'),
  lambdarankScoreNormalization: since('3.0.0', 'boolean'),
  lambdarankUnbiased: since('2.0.0', 'boolean'),
  lambdarankBiasNorm: since('2.0.0', 'number'),
  ndcgExpGain: since('2.0.0', 'boolean'),
})
