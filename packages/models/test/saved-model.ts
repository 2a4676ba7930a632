import type { ModelFiles, SavedModel } from '@claims/models'

/** Files as a place to load a model from. */
export function savedModel(files: ModelFiles): SavedModel {
  return {
    read: async (name) => {
      const bytes = files.get(name)
      if (bytes === undefined) throw new Error(`there is no ${name}`)
      return bytes
    },
  }
}
