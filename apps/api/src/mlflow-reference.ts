import { isMlflowReference, parseMlflowReference, type MlflowModels } from '@claims/registry'
import type { FollowedModel, Logger, ModelSource } from '@claims/serving'

/** A model of MLflow to serve. */
export interface MlflowServed {
  /** Address of the server, without credentials. */
  readonly address: string
  /** What the reference means now. */
  first(): Promise<ModelSource>
  /** What it means later; absent where it names a version, which never changes. */
  readonly followed?: FollowedModel
}

/** A reference to a model of MLflow. What it leaves open, and what nobody vouches for, is logged. */
export function mlflowServed(models: MlflowModels, reference: string, logger: Logger): MlflowServed {
  const { name, target } = parseMlflowReference(reference)
  const source = async (text: string): Promise<ModelSource> => {
    const found = await models.resolve(text)
    const fields = { model_name: found.name, model_version: found.version }
    for (const note of found.notes) logger.info(fields, note)
    for (const warning of found.warnings) logger.warn(fields, warning)
    return found
  }
  return {
    address: models.address,
    first: () => source(reference),
    ...(target.kind !== 'version' && {
      followed: {
        wanted: () => models.currentVersion(reference),
        source: (wanted) => source(`models:/${name}/${wanted}`),
      },
    }),
  }
}

/** Whether a model to serve is one of MLflow. */
export function isOfMlflow(model: string | undefined): model is string {
  return model !== undefined && isMlflowReference(model)
}
