import { describe, expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { anchors, links } from '../src/markdown.ts'
import { readText, repositoryFiles, root } from '../src/repository.ts'

const documents = repositoryFiles().filter((path) => path.endsWith('.md'))

function brokenLinks(document: string): string[] {
  return links(readText(document))
    .filter(({ target }) => !/^(?:[a-z][a-z+.-]*:|\/\/)/i.test(target))
    .filter(({ target }) => {
      const [file = '', anchor] = target.split('#')
      const path = file === '' ? document : normalize(join(dirname(document), decodeURIComponent(file)))
      if (path.startsWith('..') || !existsSync(join(root, path))) return true
      return anchor !== undefined && path.endsWith('.md') && !anchors(readText(path)).has(anchor)
    })
    .map(({ target, line }) => `${document}:${String(line)} ${target}`)
}

describe('documents', () => {
  test('relative links and anchors lead somewhere', () => {
    expect(documents.flatMap(brokenLinks)).toEqual([])
  })
})
