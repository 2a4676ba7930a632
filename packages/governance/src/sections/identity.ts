import { fact, type Fact } from '../fact.ts'
import type { DocumentSection } from '../governance-document.ts'
import type { VersionFacts } from '../model-facts.ts'

/** Which version a document is about, and who registered it. */
export function identitySection(facts: VersionFacts): DocumentSection {
  const { version, manifest, record, lines } = facts
  const registration = lines.find(({ entry }) => entry.action === 'register')
  const registered = registration?.record ?? 'history'
  return {
    title: 'Identity',
    facts: [
      fact('Model', `${version.name}@${version.version}`, { record: registered, missing: 'the registry' }),
      fact('Registered', version.registered_at, { record: registered, missing: 'the registry' }),
      fact('Registered by', registration?.entry.actor, { record: registered, missing: 'who registers' }),
      fact('Aliases now', version.aliases, {
        record: `history of ${version.name}, all lines`,
        missing: 'claims models promote or alias',
      }),
      fact('SHA-256 of the manifest', version.manifest_sha256, {
        record: registered,
        missing: 'the registry',
      }),
      fact('Blueprint', `${manifest.blueprint.name} version ${String(manifest.blueprint.version)}`, {
        record: record('manifest.json', 'blueprint'),
        missing: 'the blueprint',
      }),
      fact('Kind of model', `${manifest.model.kind} (candidate ${manifest.model.candidate})`, {
        record: record('manifest.json', 'model'),
        missing: 'training',
      }),
      fact('Made', manifest.created_at, {
        record: record('manifest.json', 'created_at'),
        missing: 'training',
      }),
      fact('Product', manifest.product?.version, {
        record: record('manifest.json', 'product.version'),
        missing: 'a training by the command line',
      }),
      fact('Commit of the product', manifest.product?.commit, {
        record: record('manifest.json', 'product.commit'),
        missing: 'a training from a repository of the product',
      }),
      fact('Commit of the data', manifest.data_commit, {
        record: record('manifest.json', 'data_commit'),
        missing: 'data that lies in a repository',
      }),
      fact('Seed', manifest.seed, { record: record('manifest.json', 'seed'), missing: 'training' }),
      fact(
        'Libraries',
        Object.entries(manifest.library_versions).map(([name, at]) => `${name} ${at}`),
        { record: record('manifest.json', 'library_versions'), missing: 'training' },
      ),
    ],
  }
}

/** What the model is for. */
export function purposeSection({ manifest, evaluation, policy, record }: VersionFacts): DocumentSection {
  return {
    title: 'Intended use',
    facts: [
      fact('Purpose', manifest.blueprint.description, {
        record: record('manifest.json', 'blueprint.description'),
        missing: 'description in the blueprint',
      }),
      fact('What is predicted', `the probability that ${evaluation.label} is ${evaluation.positive}`, {
        record: record('evaluation.json', 'label, positive'),
        missing: 'training',
      }),
      fact('Threshold', policy.threshold.value, {
        record: record('policy.json', 'threshold.value'),
        missing: 'training',
      }),
      fact('How the threshold was chosen', `${policy.threshold.rule}, on ${policy.threshold.chosen_on}`, {
        record: record('policy.json', 'threshold'),
        missing: 'training',
      }),
      fact(
        'Decisions',
        policy.decisions.map(({ from, decision }) => `${decision} from ${String(from)}`),
        { record: record('policy.json', 'decisions'), missing: 'decisions in the blueprint' },
      ),
      ...uses(),
    ],
  }
}

function uses(): Fact[] {
  return ['Users of the model', 'Uses that are out of scope', 'Legal basis'].map((label) => ({
    label,
    value: null,
    missing: 'the owner of the model; no record of the product holds it',
  }))
}
