import { ClaimsError, pipelineFileSchema, readBundleFile, type BundleFiles } from '@claims/contracts'
import {
  classifierDefinitions,
  findDefinition,
  restoreCalibrator,
  type FittedClassifier,
  type ModelCatalog,
} from '@claims/models'
import { restoreSteps, type StepDefinition } from '@claims/preprocessing'
import { z } from 'zod'
import type { FittedFeatures } from './fitted-features.ts'
import { fittedPipeline, type FittedPipeline } from './fitted-pipeline.ts'
import { requireMadeFeatures } from './require-made-features.ts'
import { calibratorFile, modelFolder, stepsFile } from './save-pipeline.ts'
import { stepDefinitions } from './step-definitions.ts'

/** What a fitted pipeline is loaded with. */
export interface LoadPipelineOptions {
  /** Threads that one call of many rows may use; 1 in a server. */
  readonly threads: number
  /** Kinds of model that the bundle may be of; default: those of `@claims/models`. */
  readonly catalog?: ModelCatalog | undefined
  /** Kinds of step; default: those of `@claims/preprocessing` and `@claims/features`. */
  readonly steps?: readonly StepDefinition[] | undefined
}

/**
 * Loads the fitted parts of a bundle.
 *
 * @param bundle its files
 * @param options threads, kinds of model and step
 * @returns the pipeline; dispose of it when done
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`, `library_unavailable`
 */
export async function loadPipeline(
  bundle: BundleFiles,
  options: LoadPipelineOptions,
): Promise<FittedPipeline> {
  const { manifest } = bundle
  const { steps, features: names } = await readBundleFile(bundle, stepsFile, pipelineFileSchema)
  const calibrator = restoreCalibrator(await readBundleFile(bundle, calibratorFile, z.unknown()))
  const features: FittedFeatures = { steps: restoreSteps(options.steps ?? stepDefinitions, steps), names }
  const inputs = manifest.input_schema.map(({ name }) => name)
  requireMadeFeatures(features, { columns: manifest.blueprint.columns, inputs, file: stepsFile })
  const model = await loadModel(bundle, options)
  if (names.join('\0') !== model.featureNames.join('\0')) {
    model.dispose()
    const problem = 'names other features than the model was fitted on'
    throw new ClaimsError('damaged_bundle', `${stepsFile} ${problem}`, {
      problems: [{ field: stepsFile, problem, allowed: 'the file as training wrote it' }],
    })
  }
  return fittedPipeline({
    inputs,
    columns: manifest.blueprint.columns,
    ...{ features, model, calibrator },
  })
}

async function loadModel(
  bundle: BundleFiles,
  { threads, catalog = classifierDefinitions() }: LoadPipelineOptions,
): Promise<FittedClassifier> {
  const { kind } = bundle.manifest.model
  const definition = findDefinition(catalog, kind)
  if (definition === undefined) {
    throw new ClaimsError(
      'damaged_bundle',
      `The bundle’s model is of kind "${kind}", which this product does not know`,
    )
  }
  return definition.load({ read: (name) => bundle.read(`${modelFolder}${name}`), threads })
}
