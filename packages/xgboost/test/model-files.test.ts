import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { libraries } from './libraries.ts'
import { modelFiles, outcomeOf } from './model-files.ts'
import { modelTable } from './model-table.ts'

describe.each(libraries)('models of other versions, library %s', (version, library) => {
  const outcomes = modelFiles.map((file) => ({
    file,
    python: file.python(version),
    ...outcomeOf(file, library),
  }))

  test('what Python reads is read with the same bits, or refused where Python misreads it', () => {
    const misread = ({ file }: (typeof outcomes)[number]): boolean =>
      file.format === 'bin' || (/^3\.[1-9]/.test(file.version) && !library.atLeast('3.1.0'))
    const read = outcomes.filter((outcome) => outcome.python && 'margins' in outcome.python)
    expect(read.length).toBeGreaterThan(200)
    for (const outcome of read) {
      const { file, what } = outcome
      const refusal = file.format === 'bin' ? 'model_unsupported' : 'library_unsupported'
      expect([file.version, file.format, file.kind, what]).toEqual([
        file.version,
        file.format,
        file.kind,
        misread(outcome) ? refusal : 'same',
      ])
    }
  })

  test('what Python refuses or what ends it is refused, a later version’s model by both versions', () => {
    const refused = outcomes.filter(({ python }) => python && !('margins' in python))
    expect(refused.length).toBeGreaterThan(5)
    for (const { file, python, what, message } of refused) {
      expect(['invalid_model', 'library_unsupported', 'model_unsupported']).toContain(what)
      const unknown = !library.atLeast(file.version) || (python && 'crashed' in python)
      if (file.format === 'bin' || !unknown) continue
      expect([file.kind, what]).toEqual([file.kind, 'library_unsupported'])
      expect(message).toContain(`saved by XGBoost ${file.version}`)
      expect(message).toContain(`this library is ${version}`)
    }
  })

  test('the table in the docs is what the package says', () => {
    const text = readFileSync(new URL('../docs/models.md', import.meta.url), 'utf8')
    expect(text).toContain(`## Read by ${version}\n\n${modelTable(outcomes)}\n`)
  })
})
