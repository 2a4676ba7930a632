import { readFile } from 'node:fs/promises'
import { ClaimsError, fieldProblems } from '@claims/contracts'
import { systemCode } from '@claims/contracts/files'
import { promotionPolicySchema, type PromotionPolicy } from '@claims/registry'

/**
 * The promotion policy in a JSON file.
 *
 * @throws ClaimsError `unreadable_file`; `invalid_parameter` with one problem per fault
 */
export async function readPolicyFile(path: string): Promise<PromotionPolicy> {
  const text = await readText(path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid(path, [{ field: path, problem: 'is not valid JSON', allowed: 'a policy as JSON' }])
  }
  const read = promotionPolicySchema.safeParse(value)
  if (read.success) return read.data
  throw invalid(path, fieldProblems(read.error))
}

/** The text of a file that the command line names. @throws ClaimsError `file_not_found`, `unreadable_file` */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new ClaimsError(code === 'ENOENT' ? 'file_not_found' : 'unreadable_file', `${path} ${problem}`, {
      problems: [{ field: path, problem, allowed: 'a file' }],
    })
  }
}

function invalid(path: string, problems: ClaimsError['problems']): ClaimsError {
  return new ClaimsError('invalid_parameter', `${path} is no promotion policy`, { problems })
}
