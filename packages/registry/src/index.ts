export { canonicalJson } from './bundle/canonical-json.ts'
export { writeBundle, type ManifestFacts } from './bundle/write-bundle.ts'
export { openBundle, type Bundle } from './bundle/open-bundle.ts'
