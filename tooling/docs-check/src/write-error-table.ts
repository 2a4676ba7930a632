import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorTable } from './error-table.ts'
import { readText, root } from './repository.ts'

// Run: node --conditions=@claims/source tooling/docs-check/src/write-error-table.ts
const page = readText('docs/errors.md')
const table = /^\|.*\n(?:\|.*\n)+/m
if (!table.test(page)) throw new Error('docs/errors.md holds no table to replace')
writeFileSync(join(root, 'docs/errors.md'), page.replace(table, `${errorTable()}\n`))
