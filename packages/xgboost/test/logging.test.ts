import { describe, expect, test } from '@jest/globals'
import { loadLibrary, train } from '@claims/xgboost'
import type { BoosterParameters } from '@claims/xgboost'
import { generate, libraries, matrixOf } from './libraries.ts'

const data = generate()
const params: BoosterParameters = {
  objective: 'binary:logistic',
  treeMethod: 'hist',
  maxDepth: 2,
  nthread: 1,
}

describe.each(libraries)('logging and global configuration, library %s', (version, { path }) => {
  test('messages of training threads go to a function; there are none by default', async () => {
    const library = loadLibrary({ path })
    const messages: string[] = []
    library.onLog((message) => messages.push(message))
    using matrix = matrixOf(data, { begin: 0, end: 300, weighted: true, library })
    const round = async (extra: BoosterParameters = {}): Promise<void> => {
      const { booster } = await train({ params: { ...params, ...extra }, data: matrix, rounds: 1 })
      booster.dispose()
    }
    // Every version warns of a parameter that the booster does not use.
    await round({ topK: 3, validateParameters: true })
    expect(messages).toEqual([])
    library.setGlobalConfiguration({ verbosity: 1 })
    await round({ topK: 3, validateParameters: true })
    expect(messages.length).toBeGreaterThan(0)
    expect(messages.join('\n')).toMatch(/top_k.*not used/s)
    const heard = messages.length
    library.onLog(undefined)
    await round({ topK: 3, validateParameters: true })
    expect(messages).toHaveLength(heard)
    library.setGlobalConfiguration({ verbosity: 0 })
  })

  test('the global configuration is read, changed in part and checked', () => {
    const library = loadLibrary({ path })
    expect(library.globalConfiguration()).toMatchObject({ verbosity: 0, useRmm: false })
    library.setGlobalConfiguration({ verbosity: 2 })
    expect(library.globalConfiguration().verbosity).toBe(2)
    library.setGlobalConfiguration({ useRmm: false })
    expect(library.globalConfiguration().verbosity).toBe(2)
    library.setGlobalConfiguration({ verbosity: 0 })
    const wrong: [object, string][] = [
      [{ verbosity: 4 }, 'invalid_parameter'],
      [{ threads: 1 }, 'invalid_parameter'],
    ]
    if (version.startsWith('1.')) wrong.push([{ nthread: 1 }, 'library_unsupported'])
    else {
      library.setGlobalConfiguration({ nthread: 1 })
      expect(library.globalConfiguration().nthread).toBe(1)
      library.setGlobalConfiguration({ nthread: 0 })
    }
    for (const [configuration, code] of wrong)
      expect(() => {
        library.setGlobalConfiguration(configuration)
      }).toThrow(expect.objectContaining({ code }))
  })
})
