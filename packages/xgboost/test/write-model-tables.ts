import { readFileSync, writeFileSync } from 'node:fs'
import { loadLibrary } from '@claims/xgboost'
import { modelFiles, outcomeOf } from './model-files.ts'
import { modelTable } from './model-table.ts'

/** Writes the tables of docs/models.md anew: `node --conditions=@claims/source test/write-model-tables.ts LIBRARY...` */
const document = new URL('../docs/models.md', import.meta.url)
for (const path of process.argv.slice(2)) {
  const library = loadLibrary({ path })
  const text = readFileSync(document, 'utf8')
  const place = new RegExp(`(## Read by ${library.version}\\n\\n)[\\s\\S]*?(?=\\n\\n|\\n$)`)
  writeFileSync(
    document,
    text.replace(
      place,
      (_, heading: string) =>
        heading + modelTable(modelFiles.map((file) => ({ file, ...outcomeOf(file, library) }))),
    ),
  )
}
