import { canonicalJson } from '@claims/contracts'
import type { Calibrator, FittedClassifier } from '@claims/models'
import { z } from 'zod'
import type { FittedFeatures } from './fitted-features.ts'

/** Where the fitted steps lie in a bundle. */
export const stepsFile = 'pipeline.json'
/** Where the calibrator lies. */
export const calibratorFile = 'model/calibrator.json'
/** Where the files of the model lie. */
export const modelFolder = 'model/'

/** The content of `pipeline.json`. */
export interface PipelineFile {
  readonly format_version: 1
  readonly steps: { kind: string; state: Record<string, unknown> }[]
  readonly features: string[]
}

/** Schema of `pipeline.json`. */
export const pipelineFileSchema: z.ZodType<PipelineFile> = z.object({
  format_version: z.literal(1),
  steps: z.array(z.object({ kind: z.string(), state: z.record(z.string(), z.unknown()) })),
  features: z.array(z.string()),
})

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
    [stepsFile, jsonBytes(file)],
    [calibratorFile, jsonBytes(calibrator.toState())],
    ...[...saved].map(([name, bytes]): [string, Uint8Array] => [`${modelFolder}${name}`, bytes]),
  ])
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value))
}
