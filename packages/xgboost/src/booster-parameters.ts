/** The objectives that XGBoost names; any other text goes to the library, which refuses what it does not know. */
export type Objective =
  | 'reg:squarederror'
  | 'reg:squaredlogerror'
  | 'reg:logistic'
  | 'reg:pseudohubererror'
  | 'reg:absoluteerror'
  | 'reg:quantileerror'
  | 'reg:gamma'
  | 'reg:tweedie'
  | 'binary:logistic'
  | 'binary:logitraw'
  | 'binary:hinge'
  | 'count:poisson'
  | 'survival:cox'
  | 'survival:aft'
  | 'multi:softmax'
  | 'multi:softprob'
  | 'rank:ndcg'
  | 'rank:map'
  | 'rank:pairwise'
  | (string & {})

/** Parameters of a booster, named as XGBoost names them but in camelCase (`max_depth` is `maxDepth`). */
export interface BoosterParameters {
  readonly booster?: 'gbtree' | 'gblinear' | 'dart'
  readonly objective?: Objective
  readonly evalMetric?: string | readonly string[]
  readonly baseScore?: number
  readonly seed?: number
  /** Another name of `seed`. */
  readonly randomState?: number
  readonly seedPerIteration?: boolean
  /** `cpu`, `cuda` or `cuda:0`; 2.0 and later. */
  readonly device?: string
  /** Until 3.0. */
  readonly gpuId?: number
  readonly failOnInvalidGpuId?: boolean
  readonly nthread?: number
  /** Another name of `nthread`. */
  readonly nJobs?: number
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
  /** 2.0 and later. */
  readonly multiStrategy?: 'one_output_per_tree' | 'multi_output_tree'
  readonly maxCatToOnehot?: number
  readonly maxCatThreshold?: number
  /** 2.0 and later. */
  readonly maxCachedHistNode?: number
  readonly sparseThreshold?: number
  /** 1.7. */
  readonly sketchRatio?: number
  /** 1.7. */
  readonly predictor?: 'auto' | 'cpu_predictor' | 'gpu_predictor'
  readonly sampleType?: 'uniform' | 'weighted'
  readonly normalizeType?: 'tree' | 'forest'
  readonly rateDrop?: number
  readonly oneDrop?: boolean
  readonly skipDrop?: number
  readonly featureSelector?: 'cyclic' | 'shuffle' | 'random' | 'greedy' | 'thrifty'
  readonly topK?: number
  /** Of `gblinear`: stop when no weight changes by more than this. */
  readonly tolerance?: number
  readonly numClass?: number
  readonly numTarget?: number
  readonly tweedieVariancePower?: number
  readonly huberSlope?: number
  /** 2.0 and later. */
  readonly quantileAlpha?: number | readonly number[]
  readonly aftLossDistribution?: 'normal' | 'logistic' | 'extreme'
  readonly aftLossDistributionScale?: number
  /** This and the other `lambdarank` parameters: 2.0 and later. */
  readonly lambdarankPairMethod?: 'mean' | 'topk'
  readonly lambdarankNumPairPerSample?: number
  /** 2.1 and later. */
  readonly lambdarankNormalization?: boolean
  /** 3.0 and later. */
  readonly lambdarankScoreNormalization?: boolean
  readonly lambdarankUnbiased?: boolean
  readonly lambdarankBiasNorm?: number
  /** 2.0 and later. */
  readonly ndcgExpGain?: boolean
}
