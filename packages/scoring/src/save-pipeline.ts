import { canonicalJson, requireBundleFile, type PipelineFile } from '@claims/contracts'
import type { Calibrator, FittedClassifier } from '@claims/models'
import type { FittedFeatures } from './fitted-features.ts'

/** Where the fitted steps lie in a bundle. */
export const stepsFile = 'pipeline.json'
/** Where the calibrator lies. */
export const calibratorFile = 'model/calibrator.json'
/** Where the files of the model lie. */
export const modelFolder = 'model/'

/** The fitted parts as files of a bundle by name. */
export async function savePipeline({
  features,
  model,
  calibrator,
}: {
  readonly features: FittedFeatures
  readonly model: FittedClassifier
  readonly calibrator: Calibrator
}): Promise<ReadonlyMap<string, Uint8Array>> {
  const file: PipelineFile = {
    format_version: 1,
    steps: [...features.steps.toState()],
    features: [...features.names],
  }
  const saved = await model.save()
  return new Map([
    [stepsFile, jsonBytes(requireBundleFile(stepsFile, file))],
    [calibratorFile, jsonBytes(requireBundleFile(calibratorFile, calibrator.toState()))],
    ...[...saved].map(([name, bytes]): [string, Uint8Array] => [`${modelFolder}${name}`, bytes]),
  ])
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value))
}
