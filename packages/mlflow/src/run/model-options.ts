import type { LogModel } from '../model-folder/log-model.ts'
import type { RegisterModel } from '../model-folder/register-model.ts'

/** A model to log to a run that is known. */
export type ModelSource = Omit<LogModel, 'runId' | 'onProgress' | 'signal'>
/** What to register of a run that is known. */
export type RegisteredSource = Pick<RegisterModel, 'name' | 'modelName' | 'description' | 'tags'>
