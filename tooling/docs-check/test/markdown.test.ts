import { describe, expect, test } from '@jest/globals'
import { anchors, fences, links, tableRows } from '../src/markdown.ts'

const text = [
  '# A title: `with` code',
  'See [one](one.md#part "t"), ![two](two.png) and `[not](this.md)`.',
  '```ts no-run',
  'const a = 1 // [nor](that.md)',
  '# no heading',
  '```',
  '~~~~',
  '```',
  '~~~~',
  '## A title: `with` code',
].join('\n')

describe('reading Markdown', () => {
  test('fences with their info, line and text', () => {
    expect(fences(text)).toEqual([
      { info: 'ts no-run', line: 3, text: 'const a = 1 // [nor](that.md)\n# no heading\n' },
      { info: '', line: 7, text: '```\n' },
    ])
    expect(() => fences('```ts\nopen')).toThrow('line 1 is not closed')
  })

  test('links outside of code', () => {
    expect(links(text)).toEqual([
      { target: 'one.md#part', line: 2 },
      { target: 'two.png', line: 2 },
    ])
  })

  test('anchors of headings, numbered where they repeat', () => {
    expect([...anchors(text)]).toEqual(['a-title-with-code', 'a-title-with-code-1'])
  })

  test('cells of the one table', () => {
    expect(tableRows('a\n\n| x | y |\n| --- | :-: |\n| 1 | a \\| b |\n| 2 |  |\n\nb')).toEqual([
      ['1', 'a \\| b'],
      ['2', ''],
    ])
    expect(() => tableRows('no table')).toThrow('found 0')
  })
})
