import {
  canonicalJson,
  ClaimsError,
  evaluationSchema,
  mostDocumentBytes,
  parseBundleFile,
  type BundleFiles,
  type Manifest,
} from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import type { EvidenceDetails } from '../history/details/evidence-details.ts'
import { evidenceOf } from './evidence-of.ts'
import { impossibleFigure } from './impossible-figures.ts'

const fileName = 'evaluation.json'

/**
 * The evidence that a bundle brings along.
 *
 * @returns undefined where the bundle holds no evaluation
 * @throws ClaimsError `damaged_bundle`
 */
export async function bundleEvidence(bundle: BundleFiles): Promise<EvidenceDetails | undefined> {
  const { manifest } = bundle
  if (!Object.hasOwn(manifest.files, fileName)) return undefined
  const text = new TextDecoder().decode(await bundle.read(fileName))
  const { value, canonical } = parseJson(text, (problem) => damaged(problem))
  const evaluation = parseBundleFile(evaluationSchema, value, fileName)
  return evidenceOf(evaluation, { evaluationSha256: sha256(canonical), dataSha256: manifest.data.sha256 })
}

/** An evaluation that shall become evidence. */
export interface FurtherEvaluation {
  /** Its canonical JSON, to be kept by its hash. */
  readonly text: string
  readonly evidence: EvidenceDetails
}

/**
 * The evaluation in a text that shall become evidence on a bundle.
 *
 * @param text as `claims evaluate --out` wrote it
 * @param bundle the hash of its manifest, and its blueprint
 * @throws ClaimsError `evidence_refused` where it is none, is about another bundle, or has figures that cannot be; `unsupported_format_version`
 */
export function furtherEvaluation(
  text: string,
  { manifestSha256, blueprint }: { readonly manifestSha256: string } & Pick<Manifest, 'blueprint'>,
): FurtherEvaluation {
  const { value, canonical } = parseJson(text, (problem) => refused('evaluation.json', problem))
  const evaluation = parseEvaluation(value)
  const { measured_on: measured } = evaluation
  if (measured.kind === 'held_out')
    throw refused(
      'measured_on',
      'is of a training; what a training measured is evidence since it was registered',
    )
  if (measured.manifest_sha256 === undefined)
    throw refused('measured_on.manifest_sha256', 'is absent: it does not say which bundle it measured')
  if (measured.manifest_sha256 !== manifestSha256)
    throw refused('measured_on.manifest_sha256', `is ${measured.manifest_sha256}, which is another bundle`)
  const impossible = impossibleFigure(evaluation, blueprint)
  if (impossible !== null) throw refused(impossible.field, impossible.problem)
  if (Buffer.byteLength(canonical) > mostDocumentBytes)
    throw refused('evaluation.json', `has more than ${String(mostDocumentBytes)} bytes`)
  const facts = { evaluationSha256: sha256(canonical), dataSha256: null }
  return { text: canonical, evidence: evidenceOf(evaluation, facts) }
}

function parseEvaluation(value: unknown): ReturnType<typeof evaluationSchema.parse> {
  try {
    return parseBundleFile(evaluationSchema, value, fileName)
  } catch (error) {
    if (!(error instanceof ClaimsError) || error.code !== 'damaged_bundle') throw error
    throw new ClaimsError('evidence_refused', 'This is no evaluation: it does not fit its schema', {
      problems: error.problems,
      cause: error,
    })
  }
}

function parseJson(
  text: string,
  wrong: (problem: string) => ClaimsError,
): { readonly value: unknown; readonly canonical: string } {
  try {
    const value: unknown = JSON.parse(text)
    return { value, canonical: canonicalJson(value) }
  } catch {
    throw wrong('is not valid JSON')
  }
}

function damaged(problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `${fileName} of the bundle ${problem}`, {
    problems: [{ field: fileName, problem, allowed: 'the file as training wrote it' }],
  })
}

function refused(field: string, problem: string): ClaimsError {
  return new ClaimsError('evidence_refused', `The evaluation is no evidence here: ${field} ${problem}`, {
    problems: [
      {
        field,
        problem,
        allowed: 'evaluation.json of claims evaluate --out, of this version on a labelled file',
      },
    ],
  })
}
