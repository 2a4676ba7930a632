/*
 * What a package loses when it is packed: the condition under which the workspace runs its sources, what is exported
 * under that condition alone, and scripts, which run in the workspace only.
 */
const sourceCondition = '@claims/source'

/** A value of `exports` without the sources; undefined where nothing else is exported. */
function withoutSources(entry) {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return entry
  const kept = Object.entries(entry)
    .filter(([key]) => key !== sourceCondition)
    .map(([key, value]) => [key, withoutSources(value)])
    .filter(([, value]) => value !== undefined)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

function beforePacking(manifest) {
  const kept = { ...manifest }
  delete kept.scripts
  delete kept.devDependencies
  if (kept.exports !== undefined) kept.exports = withoutSources(kept.exports)
  return kept
}

module.exports = { hooks: { beforePacking } }
