import type { FileSource, ModelContent } from './model-folder.ts'

/** A file that other tools load as a model. */
export interface ModelFile {
  /** What the tools call its form, such as `xgboost` or `onnx`. */
  readonly flavour: string
  readonly model: FileSource
  /** Name of the file's format, such as `ubj`. */
  readonly format: string
  /** Version of the library that wrote it. */
  readonly version: string
}

/**
 * A model file as a part of a model folder. Python loads the flavour `xgboost`; any other one is kept beside its file and
 * described by its name, format and version.
 *
 * @param file the file and what it holds
 *
 * @example
 * modelFileContent({ flavour: 'xgboost', model: { path: 'model.ubj' }, format: 'ubj', version: '3.2.0' })
 */
export function modelFileContent({
  flavour,
  model,
  format,
  version,
}: ModelFile): Pick<ModelContent, 'xgboost' | 'flavors' | 'files'> {
  if (flavour === 'xgboost' && (format === 'ubj' || format === 'json'))
    return { xgboost: { model, format, version } }
  const data = `model.${format}`
  return { flavors: { [flavour]: { data, format, version } }, files: { [data]: model } }
}
