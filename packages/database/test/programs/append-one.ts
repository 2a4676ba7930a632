import { emptyLedger } from '@claims/contracts'
import { DatabaseLedger, openDatabase } from '@claims/database'

// append-one.ts URL: appends one entry and says `stored`, or the code of the error.
try {
  const database = await openDatabase({ url: process.argv[2] ?? '' })
  await new DatabaseLedger(database).append('fraud', emptyLedger, ['one'])
  process.stdout.write('stored')
} catch (error) {
  process.stdout.write(error instanceof Error && 'code' in error ? String(error.code) : String(error))
}
