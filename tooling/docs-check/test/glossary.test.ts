import { describe, expect, test } from '@jest/globals'
import { tableRows } from '../src/markdown.ts'
import { packageName, packagesIn, readText, repositoryFiles } from '../src/repository.ts'

const rows = tableRows(readText('docs/glossary.md'))
const folders = new Map(packagesIn('packages').map((folder) => [packageName(folder), folder]))
const files = repositoryFiles()

function sources(folder: string): string {
  return files
    .filter((path) => path.startsWith(`${folder}/src/`))
    .map(readText)
    .join('\n')
}

describe('docs/glossary.md', () => {
  test('terms are sorted and occur once', () => {
    const terms = rows.map(([term]) => term ?? '')
    const sorted = [...new Set(terms)].sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }))
    expect(terms).toEqual(sorted)
  })

  test.each(rows)('%s', (_, meaning, where) => {
    expect(meaning).toMatch(/\S/)
    const [, name = '', identifier = ''] = /^`(@claims\/[a-z0-9]+)`: `([\w]+)`$/.exec(where) ?? []
    const folder = folders.get(name)
    expect(folder).toBeDefined()
    expect(sources(folder ?? '')).toMatch(new RegExp(`\\b${identifier}\\b`))
  })
})
