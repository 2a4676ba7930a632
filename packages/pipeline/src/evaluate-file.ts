import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CostEvaluation, TestEvaluation } from '@claims/contracts'
import { evaluateCost, evaluateProbabilities } from '@claims/evaluation'
import { canonicalJson } from '@claims/registry'
import { prepareTrainingData, readChecked } from './read-training-data.ts'
import type { Scorer } from './scorer.ts'

/** How to evaluate a file. */
export interface EvaluateFileOptions {
  /** Labelled data file. */
  readonly data: string
  readonly seed: number
  readonly now: Date
  /** Directory for `evaluation.json`. */
  readonly out?: string
  readonly signal?: AbortSignal
}

/** How a model does on a labelled file. */
export interface FileEvaluation {
  readonly format_version: 1
  readonly model: string
  readonly source: string
  readonly rejected_rows: number
  /** Whether the file is, byte for byte, the one that the model was trained on: its scores flatter the model then. */
  readonly trained_on: boolean
  readonly test: TestEvaluation
  readonly cost: CostEvaluation
}

/**
 * Scores a labelled file and measures the scores. Says so where it is the file that the model was trained on; whether
 * single rows of another file were, is for the caller to know.
 *
 * @param scorer a loaded bundle
 * @param options file, seed of the bootstrap
 * @returns metrics with intervals and the cost
 * @throws ClaimsError reading and label errors
 */
export async function evaluateFile(scorer: Scorer, options: EvaluateFileOptions): Promise<FileEvaluation> {
  const { blueprint } = scorer.manifest
  const data = prepareTrainingData(
    await readChecked(options.data, { blueprint }, { now: options.now, purpose: 'training', ...(options.signal === undefined ? {} : { signal: options.signal }) }),
  )
  const probability = scorer.probabilities(data.inputs)
  const threshold = scorer.policy.threshold.value
  const result: FileEvaluation = {
    format_version: 1,
    model: scorer.manifest.name,
    source: data.lineage.source,
    rejected_rows: data.rejectedRows,
    trained_on: data.lineage.sha256 === scorer.manifest.data.sha256,
    test: evaluateProbabilities({ target: data.target, probability, threshold, seed: options.seed }),
    cost: evaluateCost({ target: data.target, probability, threshold, costs: scorer.policy.costs }),
  }
  if (options.out !== undefined) {
    await mkdir(options.out, { recursive: true })
    const path = join(options.out, 'evaluation.json')
    await writeFile(`${path}.tmp`, canonicalJson(result), { flush: true })
    await rename(`${path}.tmp`, path)
  }
  return result
}
