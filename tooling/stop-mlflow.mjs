import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** After the last test: ends the MLflow servers that test files shared. */
export default async function stopMlflow() {
  const directory = process.env['CLAIMS_MLFLOW'] ?? join(import.meta.dirname, '../.claims/mlflow')
  const names = await readdir(directory).catch(() => [])
  for (const name of names.filter((each) => /^server-.*\.json$/.test(each))) {
    const record = join(directory, name)
    const { pid, directory: files } = JSON.parse(await readFile(record, 'utf8'))
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
    await rm(record)
    await rm(files, { recursive: true, force: true })
  }
}
