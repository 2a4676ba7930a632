import { expect, test } from '@jest/globals'
import { renderMarkdown, type GovernanceDocument } from '@claims/governance'

const hostile =
  '</td><script>alert(1)</script> | [x](javascript:alert(1)) `code` *bold* \n## Heading\u2028row # a_b _c_ \\'

function documentOf(text: string): GovernanceDocument {
  return {
    ...{ format_version: 1, kind: 'model-card', title: text, subject: text, missing: 0 },
    ...{ generated_at: '2026-01-01T00:00:00.000Z', statement: text },
    sections: [
      {
        ...{ title: text, note: text, facts: [{ label: text, value: [text, text], record: text }] },
        table: { columns: [text], rows: [{ cells: [text], record: text }] },
      },
    ],
  }
}

test('texts of data become no HTML, link, heading, row or emphasis', () => {
  const markdown = renderMarkdown(documentOf(hostile))
  expect(markdown).not.toContain('<')
  expect(markdown.replaceAll(/\\./g, '')).not.toMatch(/[[\]`*]/)
  expect(markdown.match(/^#+ /gm)).toHaveLength(2)
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
  const cells = rows.map((row) => row.replaceAll(/\\./g, '').split('|').length)
  expect(cells).toEqual([5, 5, 5, 4, 4, 4])
  expect(markdown).toContain(String.raw`a_b \_c\_`)
})
