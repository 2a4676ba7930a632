import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** After the last test: ends the MLflow servers that the test files of this run shared, and no others. */
export default async function stopMlflow() {
  const directory = process.env['CLAIMS_MLFLOW_SERVERS']
  for (const name of (await readdir(directory)).filter((each) => each.endsWith('.json'))) {
    const { pid, directory: files } = JSON.parse(await readFile(join(directory, name), 'utf8'))
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
    await rm(files, { recursive: true, force: true })
  }
  await rm(directory, { recursive: true })
}
