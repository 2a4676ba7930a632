import type { PredictionRecord } from '@claims/contracts'
import { findDefinition, type ModelCatalog } from '@claims/models'
import { productVersion } from '../version.ts'

/**
 * What scores here, as records say it: the product, Node and the libraries of a kind of model.
 *
 * @param catalog kinds of model that this installation has
 * @param kind of the model
 * @throws ClaimsError `library_unavailable`
 */
export async function productFacts(
  catalog: ModelCatalog,
  kind: string,
): Promise<PredictionRecord['product']> {
  const libraries = (await findDefinition(catalog, kind)?.libraries()) ?? {}
  const all = { node: process.versions.node, ...libraries }
  return {
    version: productVersion(),
    libraries: Object.entries(all).map(([name, version]) => ({ name, version })),
  }
}
